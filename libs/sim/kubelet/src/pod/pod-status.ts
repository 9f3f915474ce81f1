import type { Pod } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { terminatedState } from '../container/terminated-state.js';
import { isSidecar, shouldBeRestarted, type ContainerRecord, type PodRuntime } from './pod-runtime.js';
import { generateConditions } from './pod-conditions.js';
import { phaseOf } from './pod-phase.js';
import { CREATING, INITIALIZING, NOTHING, addressList, runningSince, volumeMountStatus } from './shared-status.js';

type State = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export interface ContainerStatusView {
  readonly name: string;
  readonly state: State;
  readonly lastState: State;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  /** Not said of ephemeral containers. */
  readonly started?: boolean;
}

function currentState(record: ContainerRecord, initializing: boolean): State {
  const instance = record.current;
  if (!instance && record.firstAttempt > 0 && record.lastTermination) return { terminated: record.lastTermination };
  if (instance?.state === 'running') return runningSince(formatTime(instance.startedAt));
  if (instance?.state === 'exited') return { terminated: terminatedState(instance) };
  return initializing ? INITIALIZING : CREATING;
}

function isReady(record: ContainerRecord): boolean {
  const instance = record.current;
  if (!instance || record.kind === 'ephemeral') return false;
  if (record.kind === 'init' && !isSidecar(record)) return instance.state === 'exited' && instance.exitCode === 0;
  return instance.running && record.ready && record.started;
}

/** The status of one container (kubelet_pods.go convertToAPIContainerStatuses). */
function containerStatus(runtime: PodRuntime, record: ContainerRecord): ContainerStatusView {
  const { current } = record;
  const initializing = (runtime.pod.spec.initContainers ?? []).length > 0;
  let state = currentState(record, initializing);
  let lastState: State = record.lastTermination ? { terminated: record.lastTermination } : NOTHING;
  if (record.failure && shouldBeRestarted(runtime, record)) {
    if (state['terminated']) lastState = state;
    const { reason, message } = record.failure;
    state = { waiting: { reason, ...(message === '' ? {} : { message }) } };
  }
  const mounts = volumeMountStatus(record.spec.volumeMounts);
  const { allocated } = record;
  const resources = current?.running ? current.resources : allocated;
  return {
    name: record.spec.name,
    state,
    lastState,
    ready: isReady(record),
    restartCount: current?.settings.attempt ?? Math.max(record.firstAttempt - 1, 0),
    image: current ? current.settings.image.reference : (record.spec.image ?? ''),
    imageID: current ? current.settings.image.imageId : '',
    ...(current ? { containerID: current.reference } : {}),
    ...(record.kind === 'ephemeral' ? {} : { started: current?.running === true && record.started }),
    ...(current && allocated.requests ? { allocatedResources: allocated.requests } : {}),
    ...(current ? { resources: statusResources(resources) } : {}),
    ...(mounts ? { volumeMounts: mounts } : undefined),
  };
}

function statusResources(
  resources: NonNullable<ContainerRecord['spec']['resources']>,
): Readonly<Record<string, unknown>> {
  if (!resources.limits && !resources.requests) return NOTHING;
  return {
    ...(resources.limits ? { limits: resources.limits } : {}),
    ...(resources.requests ? { requests: resources.requests } : {}),
  };
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
  ephemeral.sort((a, b) => compareStrings(a.name, b.name));
  const old = pod.status?.phase;
  const computed = runtime.ended?.phase ?? phaseOf(runtime, init, main, terminal);
  const phase = (old === 'Failed' || old === 'Succeeded') && runtime.startTime !== undefined ? old : computed;
  const conditions = generateConditions(runtime, { init, main, phase, terminal, now });
  if (terminal) terminate(runtime, init, main);
  const addresses = sandbox?.network.addresses ?? pod.status?.podIPs?.map((entry) => entry.ip ?? '') ?? [];
  const status = {
    observedGeneration: pod.metadata.generation ?? 1,
    phase: terminal && phase !== 'Succeeded' ? 'Failed' : phase,
    ...(runtime.ended ? { reason: runtime.ended.reason, message: runtime.ended.message } : {}),
    conditions,
    hostIP: host.ip,
    hostIPs: addressList(host.ip),
    ...(addresses.length > 0
      ? {
          podIP: addresses[0],
          podIPs: addresses.length === 1 ? addressList(addresses[0]) : addresses.map((ip) => ({ ip })),
        }
      : {}),
    startTime: runtime.startTime ?? formatTime(now),
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: main,
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
    ...(pod.status?.qosClass ? { qosClass: pod.status.qosClass } : {}),
  };
  return status as unknown as NonNullable<Pod['status']>;
}

const LOST: State = {
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    startedAt: null,
    finishedAt: null,
  },
};

/** Containers of an ended pod have ended, whether they were ever seen to or not (status_manager.go TerminatePod). */
function terminate(runtime: PodRuntime, init: ContainerStatusView[], main: ContainerStatusView[]): void {
  const lose = (statuses: ContainerStatusView[], count: number): void => {
    for (let index = 0; index < count; index++)
      if (!statuses[index].state['terminated']) statuses[index] = { ...statuses[index], state: LOST };
  };
  const hasBegun = ({ state, lastState }: ContainerStatusView): boolean =>
    !state['waiting'] || lastState['terminated'] !== undefined;
  if (isInitialized(runtime, init, main.some(hasBegun))) lose(main, main.length);
  lose(init, Math.max(init.findLastIndex(hasBegun) + 1, Math.min(init.length, 1)));
}

function isInitialized(runtime: PodRuntime, init: readonly ContainerStatusView[], begun: boolean): boolean {
  if (init.length === 0 || begun) return true;
  const last = init[init.length - 1];
  const record = runtime.records.get(last.name);
  if (record && isSidecar(record)) return last.state['running'] !== undefined && last.started === true;
  return [last.lastState['terminated'], last.state['terminated']].some((end) => end?.['exitCode'] === 0);
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
