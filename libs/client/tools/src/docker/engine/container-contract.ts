import type { LookUpError } from '@seatrial/shell';
import type { FileNode, Signal } from '@seatrial/kernel';
import type { LocalImage } from './local-image.js';

export interface PortBinding {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  readonly hostIp: string;
  /** Undefined lets the engine choose. */
  readonly hostPort: number | undefined;
}

export interface ContainerMount {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  readonly name?: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly node: FileNode;
}

/** What a container may use, in bytes and in billionths of a processor; 0 is without limit. */
export interface ContainerResources {
  readonly memory: number;
  readonly memorySwap: number;
  readonly memoryReservation: number;
  readonly nanoCpus: number;
  readonly cpuShares: number;
  readonly pidsLimit: number;
}

export const NO_LIMITS: ContainerResources = {
  memory: 0,
  memorySwap: 0,
  memoryReservation: 0,
  nanoCpus: 0,
  cpuShares: 0,
  pidsLimit: 0,
};

/** When the engine starts a container that has ended again. */
export interface RestartPolicy {
  readonly name: string;
  /** How often, with `on-failure`; 0 is for ever. */
  readonly maximum: number;
}

/** A health check: its command (`CMD-SHELL` is run by the shell) and times in ms. */
export interface HealthCheck {
  readonly test: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly retries: number;
}

/** What a container is created with. */
export interface ContainerSettings {
  readonly imageName: string;
  readonly image: LocalImage;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly user: string;
  readonly hostname: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortBinding[];
  readonly exposed: readonly number[];
  readonly restart: RestartPolicy;
  readonly resources?: ContainerResources;
  readonly healthCheck?: HealthCheck | undefined;
  readonly privileged?: boolean;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly publishAll?: boolean;
  /** The client did not stay with it. */
  readonly detached?: boolean;
  /** Nothing below the root can be written but mounts. */
  readonly readOnly?: boolean;
  /** More lines of /etc/hosts: `1.2.3.4\tname`. */
  readonly extraHosts?: readonly string[];
  /** Name servers of its own. */
  readonly dns?: readonly string[];
  /** Other containers and the names that they have here. */
  readonly links?: readonly { readonly id: string; readonly alias: string }[];
  readonly autoRemove: boolean;
  readonly mounts: readonly ContainerMount[];
  readonly stopSignal: Signal;
}

/** Why a container or a command in it did not start, and the status that `docker run` then has. */
export interface StartError {
  readonly message: string;
  readonly status: 125 | 126 | 127;
}

/** Why runc did not start a program, and the status that goes with it. */
export function runcText(name: string, error: LookUpError): { readonly text: string; readonly status: 126 | 127 } {
  const quoted = JSON.stringify(name);
  if (error.failure === 'not-found')
    return { text: `exec: ${quoted}: executable file not found in $PATH`, status: 127 };
  if (error.failure === 'no-such-file')
    return { text: `exec: ${quoted}: stat ${name}: no such file or directory`, status: 127 };
  if (error.failure === 'bad-interpreter') return { text: `exec ${name}: no such file or directory`, status: 127 };
  if (error.failure === 'is-directory') return { text: `exec: ${quoted}: is a directory`, status: 126 };
  if (error.failure === 'plain-script') return { text: `exec ${name}: exec format error`, status: 126 };
  return { text: `exec: ${quoted}: permission denied`, status: 126 };
}
