import type { Connection, Coroutine, DialError, Input, Output, Process, Result } from '@seatrial/kernel';
import type { Status } from './status.js';

/** Query of `pods/log` (core/v1 PodLogOptions). Times in ms since the epoch. */
export interface PodLogOptions {
  readonly container: string;
  /** Asked of the runtime itself: this one, whatever the API says of the pod. */
  readonly containerId?: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly sinceSeconds?: number;
  readonly sinceTime?: number;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

export interface PodExecOptions {
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin?: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly tty?: boolean;
}

/** What a container uses: CPU in nanocores, its working set in bytes; it started at `startedAt`, ms. */
export interface ContainerUsage {
  readonly container: string;
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
  readonly startedAt: number;
}

/**
 * What the API server asks a node's kubelet for. Failures are the Status that the API server would pass on
 * (`container "x" in pod "y" is waiting to start: ContainerCreating`, …).
 */
export interface KubeletEndpoint {
  /** The log as an input that ends, or goes on while `follow` is set and the container runs. */
  logs(namespace: string, pod: string, options: PodLogOptions): Result<Input, Status>;
  exec(namespace: string, pod: string, options: PodExecOptions): Result<Process, Status>;
  /** Joins a running container's streams; the returned process is the container's main process. */
  attach(namespace: string, pod: string, options: Omit<PodExecOptions, 'command'>): Result<Process, Status>;
  /** Connects to a port inside the pod’s network namespace; `reset` when that pod (of this uid) is gone. */
  portForward(namespace: string, pod: string, port: number, uid?: string): Coroutine<Result<Connection, DialError>>;
  /** Per container, for the metrics API; undefined while not measured. */
  usage(namespace: string, pod: string): readonly ContainerUsage[] | undefined;
}
