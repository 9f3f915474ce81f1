import type { Pod } from '@seatrial/apiserver';
import { podQosClass } from '@seatrial/kinds';
import { podRequest, type Shortage } from '../pod/pod-admission.js';
import { isCritical } from './rank-pods.js';

/** The event and the status of a pod that makes way. */
export const PREEMPTION = { reason: 'Preempting', message: 'Preempted in order to admit critical pod' } as const;

/** What is still missing of a resource: thousandths of CPUs, bytes, or pods. */
interface Requirement {
  readonly resource: string;
  readonly quantity: number;
}

const requestOf = (pod: Pod, resource: string): number => (resource === 'pods' ? 1 : podRequest(pod, resource));

/** What is missing once these pods are gone. */
const subtract = (requirements: readonly Requirement[], pods: readonly Pod[]): Requirement[] =>
  requirements.flatMap(({ resource, quantity }) => {
    const left = pods.reduce((missing, pod) => missing - requestOf(pod, resource), quantity);
    return left > 0 ? [{ resource, quantity: left }] : [];
  });

/** How far a pod is from giving all that is missing; each resource weighs the same. */
const distance = (requirements: readonly Requirement[], pod: Pod): number =>
  requirements.reduce((sum, { resource, quantity }) => {
    const left = quantity - requestOf(pod, resource);
    return left > 0 ? sum + (left / quantity) ** 2 : sum;
  }, 0);

function asksForLess(a: Pod, b: Pod): boolean {
  for (const resource of ['memory', 'cpu']) {
    const difference = requestOf(a, resource) - requestOf(b, resource);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** The fewest pods that give what is missing (getPodsToPreemptByDistance); callers know that there are enough. */
function byDistance(candidates: readonly Pod[], missing: readonly Requirement[]): Pod[] {
  const left = [...candidates];
  const chosen: Pod[] = [];
  let requirements = missing;
  while (requirements.length > 0 && left.length > 0) {
    let best = 0;
    let shortest = requirements.length + 1;
    for (const [index, pod] of left.entries()) {
      const far = distance(requirements, pod);
      if (far > shortest || (far === shortest && !asksForLess(pod, left[best]))) continue;
      shortest = far;
      best = index;
    }
    const [pod] = left.splice(best, 1);
    requirements = subtract(requirements, [pod]);
    chosen.push(pod);
  }
  return chosen;
}

/** kubelettypes.Preemptable. */
const makesWay = (pod: Pod, critical: Pod): boolean =>
  !isCritical(pod) || (critical.spec.priority ?? 0) > (pod.spec.priority ?? 0);

/** The pods that make way for a critical one (pkg/kubelet/preemption getPodsToPreempt), or why there are none. */
export function podsToPreempt(
  critical: Pod,
  pods: readonly Pod[],
  shortages: readonly Shortage[],
): readonly Pod[] | string {
  const candidates = pods.filter((pod) => makesWay(pod, critical));
  const of = (qos: string): Pod[] => candidates.filter(({ spec }) => podQosClass(spec) === qos);
  const [bestEffort, burstable, guaranteed] = [of('BestEffort'), of('Burstable'), of('Guaranteed')];
  const requirements = shortages.map(({ resource, requested, used, capacity }) => ({
    resource,
    quantity: requested - (capacity - used),
  }));
  const unmet = subtract(requirements, candidates);
  if (unmet.length > 0) {
    const listed = unmet.map(({ resource, quantity }) => `(res: ${resource}, q: ${quantity}), `).join('');
    return `preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [${listed}]`;
  }
  const first = byDistance(guaranteed, subtract(requirements, [...bestEffort, ...burstable]));
  const second = byDistance(burstable, subtract(requirements, [...bestEffort, ...first]));
  const third = byDistance(bestEffort, subtract(requirements, [...second, ...first]));
  return [...third, ...second, ...first];
}
