import type { Pod } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { isPodReady, readySince, restartsOf, timeOf } from '../pod-state.js';

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

/** Order of two instants by the logarithm of their age: the younger magnitude goes first, equal ones by uid. */
function byAge(a: Pod, b: Pod, timeA: number | undefined, timeB: number | undefined, now: number): number {
  if (timeA === timeB) return 0;
  if (timeA === undefined || timeB === undefined) return timeA === undefined ? -1 : 1;
  const rank = (time: number): number => (now > time ? Math.floor(Math.log2((now - time) * 1e6)) : -1);
  return rank(timeA) - rank(timeB) || compareStrings(a.metadata.uid, b.metadata.uid);
}

/** What has not come far goes first. */
function byProgress(a: Pod, b: Pod): number {
  const assigned = (pod: Pod): number => (pod.spec.nodeName ? 1 : 0);
  const phase = (pod: Pod): number => PHASE_ORDER[pod.status?.phase ?? 'Pending'] ?? 0;
  const ready = (pod: Pod): number => (isPodReady(pod) ? 1 : 0);
  return assigned(a) - assigned(b) || phase(a) - phase(b) || ready(a) - ready(b);
}

type ByTime = (a: Pod, b: Pod, timeA: number | undefined, timeB: number | undefined) => number;

/** Ready for less time, restarted more often, created later goes first. */
const byHistory = (a: Pod, b: Pod, byTime: ByTime): number =>
  (isPodReady(a) && isPodReady(b) ? byTime(a, b, readySince(a), readySince(b)) : 0) ||
  restartsOf(b) - restartsOf(a) ||
  byTime(a, b, timeOf(a.metadata.creationTimestamp), timeOf(b.metadata.creationTimestamp));

/** Which of two pods goes first when there are too many (pkg/controller ActivePodsWithRanks). */
function compare(a: Pod, b: Pod, ranks: ReadonlyMap<string, number>, now: number): number {
  const rank = (pod: Pod): number => ranks.get(pod.metadata.uid) ?? 0;
  return (
    byProgress(a, b) ||
    deletionCost(a) - deletionCost(b) ||
    rank(b) - rank(a) ||
    byHistory(a, b, (one, other, timeA, timeB) => byAge(one, other, timeA, timeB, now))
  );
}

/** Later goes first, and no time at all before any. */
const byTime: ByTime = (_a, _b, timeA = Infinity, timeB = Infinity) => (timeA === timeB ? 0 : timeB - timeA);

/** Pods in the order in which a job does without them (pkg/controller ActivePods). */
export const inActiveOrder = (pods: readonly Pod[]): Pod[] =>
  [...pods].sort((a, b) => byProgress(a, b) || byHistory(a, b, byTime));

/** The `count` pods to delete; `related` are all pods whose crowding on a node counts (those of sibling replica sets). */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: number): Pod[] {
  if (count >= pods.length) return [...pods];
  const onNode = new Map<string, number>();
  for (const pod of related)
    if (pod.spec.nodeName) onNode.set(pod.spec.nodeName, (onNode.get(pod.spec.nodeName) ?? 0) + 1);
  const ranks = new Map(pods.map((pod) => [pod.metadata.uid, onNode.get(pod.spec.nodeName ?? '') ?? 0]));
  return [...pods].sort((a, b) => compare(a, b, ranks, now)).slice(0, count);
}
