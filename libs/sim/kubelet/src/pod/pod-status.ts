import type { Pod } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { terminatedState } from '../container/terminated-state.js';
import { isSidecar, shouldBeRestarted, type ContainerRecord, type PodRuntime, type Sandbox } from './pod-runtime.js';
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
  readonly allocatedResources?: unknown;
  readonly resources?: unknown;
  readonly volumeMounts?: readonly unknown[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

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
  const mounts = volumeMountStatus(record);
  const { allocated } = record;
  const resources = current?.running ? current.resources : allocated;
  if (current && mounts && record.kind !== 'ephemeral' && !allocated.requests)
    // The usual one in one piece: members that are added later take more room.
    return {
      name: record.spec.name,
      state,
      lastState,
      ready: isReady(record),
      restartCount: current.settings.attempt,
      image: current.settings.image.reference,
      imageID: current.settings.image.imageId,
      containerID: current.reference,
      started: current.running && record.started,
      resources: statusResources(resources),
      volumeMounts: mounts,
    };
  const status: Mutable<ContainerStatusView> = {
    name: record.spec.name,
    state,
    lastState,
    ready: isReady(record),
    restartCount: current?.settings.attempt ?? Math.max(record.firstAttempt - 1, 0),
    image: current ? current.settings.image.reference : (record.spec.image ?? ''),
    imageID: current ? current.settings.image.imageId : '',
  };
  if (current) status.containerID = current.reference;
  if (record.kind !== 'ephemeral') status.started = current?.running === true && record.started;
  if (current && allocated.requests) status.allocatedResources = allocated.requests;
  if (current) status.resources = statusResources(resources);
  if (mounts) status.volumeMounts = mounts;
  return status;
}

function statusResources(
  resources: NonNullable<ContainerRecord['spec']['resources']>,
): Readonly<Record<string, unknown>> {
  if (!resources.limits && !resources.requests) return NOTHING;
  const { limits, requests } = resources;
  return limits && requests ? { limits, requests } : limits ? { limits } : { requests };
}

interface ContainerStatuses {
  readonly init: ContainerStatusView[];
  readonly main: ContainerStatusView[];
  readonly ephemeral: ContainerStatusView[];
}

/** Of the container that most pods have alone. */
function singleStatus(runtime: PodRuntime): ContainerStatuses | undefined {
  if (runtime.records.size !== 1) return undefined;
  for (const record of runtime.records.values())
    if (record.kind === 'main') return { init: [], main: [containerStatus(runtime, record)], ephemeral: [] };
  return undefined;
}

function containerStatuses(runtime: PodRuntime): ContainerStatuses {
  const single = singleStatus(runtime);
  if (single) return single;
  const views = { init: [], main: [], ephemeral: [] } as Record<ContainerRecord['kind'], ContainerStatusView[]>;
  for (const record of runtime.records.values()) {
    const view = containerStatus(runtime, record);
    // Not `push`: an array that grows takes room for many.
    views[record.kind] = [...views[record.kind], view];
  }
  return views;
}

/** `podIPs`, made once for a sandbox. */
function podIps(sandbox: Sandbox | undefined, addresses: readonly string[]): readonly { readonly ip: string }[] {
  if (!sandbox) return addresses.map((ip) => ({ ip }));
  sandbox.ips ??= Object.freeze(sandbox.network.addresses.map((ip) => Object.freeze({ ip })));
  return sandbox.ips;
}

/** A pod on its node's network has the node's address from its first status on (kubelet_pods.go, generateAPIPodStatus). */
function podAddresses({ pod, sandbox }: PodRuntime, hostIp: string): readonly string[] {
  const known = sandbox?.network.addresses ?? pod.status?.podIPs?.map((entry) => entry.ip ?? '') ?? [];
  return known.length === 0 && pod.spec.hostNetwork === true ? [hostIp] : known;
}

/** The pod's status as the kubelet reports it. `terminal`: nothing of the pod will run again. */
export function generateStatus(
  runtime: PodRuntime,
  hostIp: string,
  terminal: boolean,
  now: number,
): NonNullable<Pod['status']> {
  const { pod, sandbox } = runtime;
  if (runtime.ended?.rejected) return rejectedStatus(runtime, runtime.ended, now);
  const { init, main, ephemeral } = containerStatuses(runtime);
  if (main.length > 1) main.sort((a, b) => compareStrings(a.name, b.name));
  if (ephemeral.length > 1) ephemeral.sort((a, b) => compareStrings(a.name, b.name));
  const old = (runtime.reported ?? pod.status)?.phase;
  const computed = runtime.ended?.phase ?? phaseOf(runtime, init, main, terminal);
  const phase = (old === 'Failed' || old === 'Succeeded') && runtime.startTime !== undefined ? old : computed;
  const conditions = generateConditions(runtime, { init, main, phase, terminal, now });
  if (terminal) terminate(runtime, init, main);
  const addresses = podAddresses(runtime, hostIp);
  const { qosClass } = pod.status ?? {};
  if (!runtime.ended && init.length === 0 && ephemeral.length === 0 && qosClass && addresses.length === 1)
    // The usual one in one piece: members that are added later take more room.
    return {
      observedGeneration: pod.metadata.generation ?? 1,
      phase: terminal && phase !== 'Succeeded' ? 'Failed' : phase,
      conditions,
      hostIP: hostIp,
      hostIPs: addressList(hostIp),
      podIP: addresses[0],
      podIPs: podIps(sandbox, addresses),
      startTime: runtime.startTime ?? formatTime(now),
      containerStatuses: main,
      qosClass,
    } as unknown as NonNullable<Pod['status']>;
  const status: Record<string, unknown> = {
    observedGeneration: pod.metadata.generation ?? 1,
    phase: terminal && phase !== 'Succeeded' ? 'Failed' : phase,
  };
  if (runtime.ended) {
    status['reason'] = runtime.ended.reason;
    status['message'] = runtime.ended.message;
  }
  status['conditions'] = conditions;
  status['hostIP'] = hostIp;
  status['hostIPs'] = addressList(hostIp);
  if (addresses.length > 0) {
    status['podIP'] = addresses[0];
    status['podIPs'] = podIps(sandbox, addresses);
  }
  status['startTime'] = runtime.startTime ?? formatTime(now);
  if (init.length > 0) status['initContainerStatuses'] = init;
  status['containerStatuses'] = main;
  if (ephemeral.length > 0) status['ephemeralContainerStatuses'] = ephemeral;
  if (pod.status?.qosClass) status['qosClass'] = pod.status.qosClass;
  return status;
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
