import type { KubeletEndpoint, PodExecOptions, PodLogOptions, Status } from '@seatrial/apiserver';
import { PODS } from '@seatrial/apiserver';
import {
  fail,
  ok,
  TextInput,
  type Connection,
  type Coroutine,
  type DialError,
  type Input,
  type Process,
  type Result,
} from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { execInContainer } from './container/exec.js';
import type { ContainerInstance } from './container/container-instance.js';
import { badRequest, internalError, invalidLogOptions } from './kubelet-status.js';
import type { NodeContext } from './node/node-context.js';
import type { PodRuntime } from './pod/pod-runtime.js';
import type { PodWorker } from './pod/pod-worker.js';

interface StateView {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: { readonly containerID?: string };
}
interface StatusView {
  readonly name: string;
  readonly containerID?: string;
  readonly state?: StateView;
  readonly lastState?: StateView;
}

/** The kubelet's API as the API server uses it: logs, exec, attach, port-forward (pkg/kubelet/server; GetExec and GetAttach of kubelet_pods.go). */
export function createPodEndpoint(
  context: NodeContext,
  workerOf: (namespace: string, name: string) => PodWorker | undefined,
): KubeletEndpoint {
  const instanceOf = (namespace: string, pod: string, container: string): ContainerInstance | undefined =>
    workerOf(namespace, pod)?.runtime.records.get(container)?.current;
  const running = (
    namespace: string,
    pod: string,
    container: string,
    problem: string,
  ): Result<ContainerInstance, Status> => {
    const instance = instanceOf(namespace, pod, container);
    return instance?.running ? ok(instance) : fail(internalError(`unable to upgrade connection: ${problem}`));
  };
  return {
    logs: (namespace, pod, options) => readLogs(context, workerOf(namespace, pod), namespace, pod, options),
    exec: (namespace, pod, options) => {
      const { container } = options;
      const instance = running(namespace, pod, container, `container not found (${JSON.stringify(container)})`);
      return instance.ok ? exec(instance.value, options) : instance;
    },
    attach: (namespace, pod, options) => {
      const { container } = options;
      const problem = `container ${container} not found in pod ${pod}_${namespace}`;
      const instance = running(namespace, pod, container, problem);
      if (!instance.ok) return instance;
      instance.value.attach({ stdout: options.stdout, stderr: options.stderr }, options.stdin);
      const { process } = instance.value;
      return process ? ok(process) : fail(internalError('container not running'));
    },
    portForward: (namespace, pod, port, uid) => portForward(context, workerOf(namespace, pod)?.runtime, port, uid),
    usage: (namespace, pod) => usage(context, workerOf(namespace, pod)),
  };
}

function* portForward(
  context: NodeContext,
  runtime: PodRuntime | undefined,
  port: number,
  uid: string | undefined,
): Coroutine<Result<Connection, DialError>> {
  const network = runtime?.sandbox?.network;
  if (!network || (uid !== undefined && runtime.pod.metadata.uid !== uid))
    return fail({ failure: 'reset', afterMs: 0, hops: [] });
  return yield* network.stack(() => context.files).dial({ host: '127.0.0.1', port });
}

function exec(instance: ContainerInstance, options: PodExecOptions): Result<Process, Status> {
  const started = execInContainer(instance, options.command, options);
  return started.ok
    ? started
    : fail(internalError(`Internal error occurred: error executing command in container: ${started.error}`));
}

/** metrics-server measures a new container from its start when it is this old (freshContainerMinMetricsResolution). */
const MEASURED_AFTER_MS = 10_000;
/** What an idle container uses, as cgroups count it. */
const IDLE_MEMORY_BYTES = 1_900 * 1024;

const SCRAPE_MS = 15_000;
const GOLDEN_RATIO = 0.618;

/** A container's first minute, in which it gets more of its quota. */
const BURST_MS = 60_000;

/**
 * What a container that runs into its CPU quota gets of it, as the recordings' metrics-server measured: less than all,
 * and not the same at each scrape.
 */
function throttled(limitMilli: number, now: number, startedAt: number): number {
  const scrape = Math.floor(now / SCRAPE_MS);
  const share = now - startedAt < BURST_MS ? 0.96 : 0.9 + 0.015 * ((scrape * GOLDEN_RATIO) % 1);
  return Math.round(limitMilli * 1_000_000 * share);
}

function usage(context: NodeContext, worker: PodWorker | undefined): ReturnType<KubeletEndpoint['usage']> {
  if (!worker) return undefined;
  const measured = [...worker.runtime.records.values()].flatMap((record) => {
    const instance = record.current;
    if (!instance?.running || context.simulation.now() - instance.startedAt < MEASURED_AFTER_MS) return [];
    const processes = instance.machine.processes.own();
    const memory = processes.reduce((sum, process) => sum + process.memoryBytes, 0);
    const cpu = processes.reduce((sum, process) => sum + process.cpuNanocores, 0);
    const limit = record.spec.resources?.limits?.['cpu'];
    const cap =
      limit === undefined
        ? Number.POSITIVE_INFINITY
        : throttled(Quantity.of(limit).milliValue(), context.simulation.now(), instance.startedAt);
    return [
      {
        container: record.spec.name,
        cpuNanocores: Math.min(cpu, cap),
        memoryBytes: Math.max(memory, IDLE_MEMORY_BYTES),
        startedAt: instance.startedAt,
      },
    ];
  });
  return measured.length > 0 ? measured : undefined;
}

function readLogs(
  context: NodeContext,
  worker: PodWorker | undefined,
  namespace: string,
  name: string,
  options: PodLogOptions,
): Result<Input, Status> {
  if (options.sinceSeconds !== undefined && options.sinceSeconds < 1)
    return fail(
      invalidLogOptions(name, 'sinceSeconds', `Invalid value: ${options.sinceSeconds}: must be greater than 0`),
    );
  const id =
    options.containerId === undefined
      ? statedContainerId(context, namespace, name, options)
      : ok(`containerd://${options.containerId}`);
  if (!id.ok) return id;
  const record = worker?.runtime.records.get(options.container);
  const instance = [record?.current, record?.previous].find((each) => each && `containerd://${each.id}` === id.value);
  if (!instance || instance.removed) return ok(new TextInput(`unable to retrieve container logs for ${id.value}`));
  const now = context.simulation.now();
  const since =
    options.sinceTime ?? (options.sinceSeconds === undefined ? undefined : now - options.sinceSeconds * 1000);
  return ok(
    instance.log.read({
      ...(since === undefined ? {} : { since }),
      ...(options.tailLines === undefined || options.tailLines < 0 ? {} : { tailLines: options.tailLines }),
      ...(options.limitBytes === undefined ? {} : { limitBytes: options.limitBytes }),
      timestamps: options.timestamps === true,
      follow: options.follow === true && instance.running,
    }),
  );
}

/** The container whose log is meant, as the API has the pod's status. */
function statedContainerId(
  context: NodeContext,
  namespace: string,
  name: string,
  options: PodLogOptions,
): Result<string, Status> {
  const pod = context.apiServer.store.get(PODS, namespace, name);
  const status = pod?.status as
    | {
        readonly containerStatuses?: readonly StatusView[];
        readonly initContainerStatuses?: readonly StatusView[];
        readonly ephemeralContainerStatuses?: readonly StatusView[];
      }
    | undefined;
  const all = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const container = all.find((each) => each.name === options.container);
  if (!container)
    return fail(
      badRequest(`container ${JSON.stringify(options.container)} in pod ${JSON.stringify(name)} is not available`),
    );
  const id = logContainerId(container, name, options.previous === true);
  return id.ok ? id : fail(badRequest(id.error));
}

/** Which container's log is meant (kubelet_pods.go validateContainerLogStatus). */
function logContainerId(container: StatusView, pod: string, previous: boolean): Result<string, string> {
  const { state, lastState } = container;
  const where = `container ${JSON.stringify(container.name)} in pod ${JSON.stringify(pod)}`;
  const last = lastState?.terminated?.containerID;
  if (previous) return last ? ok(last) : fail(`previous terminated ${where} not found`);
  if (state?.running) return ok(container.containerID ?? '');
  if (state?.terminated) {
    const id = state.terminated.containerID ?? last;
    return id ? ok(id) : fail(`${where} is terminated`);
  }
  if (last) return ok(last);
  const reason = state?.waiting?.reason ?? '';
  if (reason === 'ErrImagePull') return fail(`${where} is waiting to start: image can't be pulled`);
  if (reason === 'ImagePullBackOff') return fail(`${where} is waiting to start: trying and failing to pull image`);
  return fail(`${where} is waiting to start: ${reason}`);
}
