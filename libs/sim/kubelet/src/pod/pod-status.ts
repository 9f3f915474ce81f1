import type { Pod } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { terminatedState } from '../container/terminated-state.js';
import { isSidecar, shouldBeRestarted, type ContainerRecord, type PodRuntime } from './pod-runtime.js';
import { generateConditions } from './pod-conditions.js';

type State = Record<string, Record<string, unknown>>;
export interface ContainerStatusView {
  readonly name: string;
  readonly state: State;
  readonly lastState: State;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly started: boolean;
}

function volumeMounts(record: ContainerRecord): Record<string, unknown>[] {
  return (record.spec.volumeMounts ?? []).map((mount) => ({
    name: mount.name,
    mountPath: mount.mountPath,
    ...(mount.readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
  }));
}

function currentState(record: ContainerRecord, initializing: boolean): State {
  const instance = record.current;
  if (!instance) return { waiting: { reason: initializing ? 'PodInitializing' : 'ContainerCreating' } };
  if (instance.state === 'running') return { running: { startedAt: formatTime(instance.startedAt) } };
  if (instance.state === 'exited') return { terminated: terminatedState(instance) };
  return { waiting: { reason: initializing ? 'PodInitializing' : 'ContainerCreating' } };
}

function isReady(record: ContainerRecord): boolean {
  const instance = record.current;
  if (!instance) return false;
  if (record.kind === 'init' && !isSidecar(record)) return instance.state === 'exited' && instance.exitCode === 0;
  return instance.running && record.ready && record.started;
}

/** The status of one container (kubelet_pods.go convertToAPIContainerStatuses). */
function containerStatus(runtime: PodRuntime, record: ContainerRecord): ContainerStatusView {
  const { current } = record;
  const initializing = (runtime.pod.spec.initContainers ?? []).length > 0;
  let state = currentState(record, initializing);
  let lastState: State = record.lastTermination ? { terminated: record.lastTermination } : {};
  if (record.failure && shouldBeRestarted(runtime, record)) {
    if (state['terminated']) lastState = state;
    const { reason, message } = record.failure;
    state = { waiting: { reason, ...(message === '' ? {} : { message }) } };
  }
  const mounts = volumeMounts(record);
  const resources = record.spec.resources ?? {};
  return {
    name: record.spec.name,
    state,
    lastState,
    ready: isReady(record),
    restartCount: current?.settings.attempt ?? 0,
    image: current ? current.settings.image.reference : (record.spec.image ?? ''),
    imageID: current ? current.settings.image.imageId : '',
    ...(current ? { containerID: `containerd://${current.id}` } : {}),
    started: current?.running === true && record.started,
    ...(current && resources.requests ? { allocatedResources: resources.requests } : {}),
    ...(current ? { resources: statusResources(resources) } : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  };
}

function statusResources(resources: NonNullable<ContainerRecord['spec']['resources']>): Record<string, unknown> {
  return {
    ...(resources.limits ? { limits: resources.limits } : {}),
    ...(resources.requests ? { requests: resources.requests } : {}),
  };
}

type Terminated = { readonly exitCode: number } | undefined;

/** The phase that container states add up to (kubelet_pods.go getPhase). */
export function phaseOf(
  runtime: PodRuntime,
  init: readonly ContainerStatusView[],
  main: readonly ContainerStatusView[],
  terminal: boolean,
): string {
  const policy = runtime.pod.spec.restartPolicy ?? 'Always';
  let pending = 0;
  let failedInit = 0;
  for (const status of init) {
    const record = runtime.records.get(status.name);
    if (record && isSidecar(record)) {
      if (status.state['running'] ? !status.started : !status.state['terminated']) pending++;
      continue;
    }
    const terminated = (status.state['terminated'] ?? status.lastState['terminated']) as Terminated;
    if (status.state['running']) pending++;
    else if (!terminated) pending++;
    else if (terminated.exitCode !== 0) failedInit++;
  }
  if (failedInit > 0 && policy === 'Never') return 'Failed';
  let waiting = 0;
  let running = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const status of main) {
    if (status.state['running']) running++;
    else if (status.state['terminated']) {
      stopped++;
      if (status.state['terminated']['exitCode'] === 0) succeeded++;
    } else if (status.lastState['terminated']) stopped++;
    else waiting++;
  }
  if (pending > 0 || (failedInit > 0 && running === 0 && stopped === 0))
    return terminal && stopped > 0 ? 'Failed' : 'Pending';
  if (waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (terminal) return stopped === succeeded ? 'Succeeded' : 'Failed';
  if (policy === 'Always') return 'Running';
  if (stopped === succeeded) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

/** The pod's status as the kubelet reports it. `terminal`: nothing of the pod will run again. */
export function generateStatus(
  runtime: PodRuntime,
  host: { readonly ip: string },
  terminal: boolean,
  now: number,
): NonNullable<Pod['status']> {
  const { pod, sandbox } = runtime;
  if (runtime.ended?.rejected) return rejectedStatus(runtime, runtime.ended, now);
  const records = [...runtime.records.values()];
  const view = (record: ContainerRecord): ContainerStatusView => containerStatus(runtime, record);
  const init = records.filter((record) => record.kind === 'init').map(view);
  const main = records.filter((record) => record.kind === 'main').map(view);
  const ephemeral = records.filter((record) => record.kind === 'ephemeral').map(view);
  main.sort((a, b) => compareStrings(a.name, b.name));
  const old = pod.status?.phase;
  const computed = runtime.ended?.phase ?? phaseOf(runtime, init, main, terminal);
  const phase = (old === 'Failed' || old === 'Succeeded') && runtime.startTime !== undefined ? old : computed;
  const addresses = sandbox?.network.addresses ?? pod.status?.podIPs?.map((entry) => entry.ip ?? '') ?? [];
  const status = {
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    ...(runtime.ended ? { reason: runtime.ended.reason, message: runtime.ended.message } : {}),
    conditions: generateConditions(runtime, { init, main, phase, now }),
    hostIP: host.ip,
    hostIPs: [{ ip: host.ip }],
    ...(addresses.length > 0 ? { podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })) } : {}),
    startTime: runtime.startTime ?? formatTime(now),
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: main,
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
    ...(pod.status?.qosClass ? { qosClass: pod.status.qosClass } : {}),
  };
  return status as unknown as NonNullable<Pod['status']>;
}

/** A pod that the kubelet did not take has no conditions and no containers (kubelet.go rejectPod). */
function rejectedStatus(
  { pod, startTime }: PodRuntime,
  { phase, reason, message }: NonNullable<PodRuntime['ended']>,
  now: number,
): NonNullable<Pod['status']> {
  const status = {
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    reason,
    message,
    startTime: startTime ?? formatTime(now),
    ...(pod.status?.qosClass ? { qosClass: pod.status.qosClass } : {}),
  };
  return status;
}
