import { podAmounts, requestsNothing, type Pod, type ResourceAmounts } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';

/** Amounts of resources: CPU in thousandths, bytes, counts; others by name (rounded up). */
export interface Resources {
  milliCpu: number;
  memory: number;
  ephemeralStorage: number;
  pods: number;
  scalar: Map<string, number>;
}

export const noResources = (): Resources => ({
  milliCpu: 0,
  memory: 0,
  ephemeralStorage: 0,
  pods: 0,
  scalar: new Map(),
});

type List = Readonly<Record<string, unknown>> | undefined;

export function resourcesOf(list: List): Resources {
  const resources = noResources();
  for (const [name, value] of Object.entries(list ?? {})) {
    const quantity = Quantity.of(value as string);
    if (name === 'cpu') resources.milliCpu = quantity.milliValue();
    else if (name === 'memory') resources.memory = quantity.value();
    else if (name === 'ephemeral-storage') resources.ephemeralStorage = quantity.value();
    else if (name === 'pods') resources.pods = quantity.value();
    else resources.scalar.set(name, quantity.value());
  }
  return resources;
}

export function addResources(to: Resources, from: Resources, sign: 1 | -1 = 1): void {
  to.milliCpu += sign * from.milliCpu;
  to.memory += sign * from.memory;
  to.ephemeralStorage += sign * from.ephemeralStorage;
  for (const [name, value] of from.scalar) to.scalar.set(name, (to.scalar.get(name) ?? 0) + sign * value);
}

/** What a container without requests counts as when nodes are scored (util.DefaultMilliCPURequest, 200 MB). */
const DEFAULT_MILLI_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

/** Of pods that ask for nothing, by how many containers they have: shared, since there are very many. */
const NO_REQUESTS = noResources();
const UNSTATED: Resources[] = [];

function unstated(containers: number): Resources {
  UNSTATED[containers] ??= {
    ...noResources(),
    milliCpu: containers * DEFAULT_MILLI_CPU,
    memory: containers * DEFAULT_MEMORY,
  };
  return UNSTATED[containers];
}

const MISSING: ResourceAmounts = new Map([
  ['cpu', Quantity.of(`${DEFAULT_MILLI_CPU}m`)],
  ['memory', Quantity.fromInteger(DEFAULT_MEMORY)],
]);

/** What a pod asks for; with `nonZero`, containers that state nothing count as something (PodInfo.CalculateResource). */
export function podRequests(pod: Pod, nonZero = false): Readonly<Resources> {
  if (requestsNothing(pod)) return nonZero ? unstated(pod.spec.containers.length) : NO_REQUESTS;
  const requests = podAmounts(pod, 'requests', { fromStatus: true, ...(nonZero && { missing: MISSING }) });
  return resourcesOf(Object.fromEntries(requests));
}

const deferral = (pod: Pod): string | undefined =>
  pod.status?.conditions?.find(({ type }) => type === 'PodResizePending')?.reason;

/** The kubelet gives a container other resources than before, or says that it will not: what the pod takes may be new. */
export function isResized(before: Pod, after: Pod): boolean {
  // What asks for nothing stays so: a resize keeps the QoS class.
  if (requestsNothing(after)) return false;
  if (deferral(before) !== deferral(after)) return true;
  const [were, are] = [before.status?.containerStatuses, after.status?.containerStatuses];
  if (were === are || !were || !are) return false;
  return are.some(({ resources, allocatedResources }, at) => {
    const was = were.at(at);
    if (!was?.resources || (was.resources === resources && was.allocatedResources === allocatedResources)) return false;
    return !jsonEqual([was.resources, was.allocatedResources], [resources, allocatedResources]);
  });
}
