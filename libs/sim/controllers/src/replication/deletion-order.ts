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

/** Which of two pods goes first when there are too many (pkg/controller ActivePodsWithRanks). */
function compare(a: Pod, b: Pod, ranks: ReadonlyMap<string, number>, now: number): number {
  const assigned = (pod: Pod): number => (pod.spec.nodeName ? 1 : 0);
  const phase = (pod: Pod): number => PHASE_ORDER[pod.status?.phase ?? 'Pending'] ?? 0;
  const ready = (pod: Pod): number => (isPodReady(pod) ? 1 : 0);
  const rank = (pod: Pod): number => ranks.get(pod.metadata.uid) ?? 0;
  const bothReady = ready(a) === 1 && ready(b) === 1;
  return (
    assigned(a) - assigned(b) ||
    phase(a) - phase(b) ||
    ready(a) - ready(b) ||
    deletionCost(a) - deletionCost(b) ||
    rank(b) - rank(a) ||
    (bothReady ? byAge(a, b, readySince(a), readySince(b), now) : 0) ||
    restartsOf(b) - restartsOf(a) ||
    byAge(a, b, timeOf(a.metadata.creationTimestamp), timeOf(b.metadata.creationTimestamp), now)
  );
}

/** The `count` pods to delete; `related` are all pods whose crowding on a node counts (those of sibling replica sets). */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: number): Pod[] {
  if (count >= pods.length) return [...pods];
  const onNode = new Map<string, number>();
  for (const pod of related)
    if (pod.spec.nodeName) onNode.set(pod.spec.nodeName, (onNode.get(pod.spec.nodeName) ?? 0) + 1);
  const ranks = new Map(pods.map((pod) => [pod.metadata.uid, onNode.get(pod.spec.nodeName ?? '') ?? 0]));
  return [...pods].sort((a, b) => compare(a, b, ranks, now)).slice(0, count);
}
