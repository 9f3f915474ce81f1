import type { DaemonSet, Node, Pod } from '@seatrial/apiserver';
import { scaledValue } from '../int-or-percent.js';
import { isPodAvailable } from '../pod-state.js';
import { isUpdated, shouldRun } from './daemon-pods.js';

interface NodePods {
  readonly updated: Pod | undefined;
  readonly old: Pod | undefined;
}

export interface UpdateStep {
  readonly remove: readonly Pod[];
  /** Nodes that get a second pod beside the old one. */
  readonly surge: readonly string[];
}

/** The node's newer and older daemon; undefined where there are several of either (findUpdatedPodsOnNode). */
function splitPods(set: DaemonSet, pods: readonly Pod[], hash: string): NodePods | undefined {
  let [updated, old]: [Pod | undefined, Pod | undefined] = [undefined, undefined];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    if (isUpdated(set, pod, hash)) {
      if (updated) return undefined;
      updated = pod;
    } else {
      if (old) return undefined;
      old = pod;
    }
  }
  return { updated, old };
}

/** Whether a node may have two daemons during an update (util.AllowsSurge). */
export const allowsSurge = ({ spec: { updateStrategy } }: DaemonSet): boolean =>
  updateStrategy?.type === 'RollingUpdate' && scaledValue(updateStrategy.rollingUpdate?.maxSurge ?? 0, 1, true) > 0;

/** How many nodes may be without a daemon, or have two, during an update (UnavailableCount, SurgeCount). */
function updateLimits(set: DaemonSet, desired: number): { maxSurge: number; maxUnavailable: number } {
  const rolling = set.spec.updateStrategy?.rollingUpdate;
  const maxUnavailable = scaledValue(rolling?.maxUnavailable ?? 1, desired, true);
  const maxSurge = scaledValue(rolling?.maxSurge ?? 0, desired, true);
  return maxUnavailable === 0 && maxSurge === 0 ? { maxSurge, maxUnavailable: 1 } : { maxSurge, maxUnavailable };
}

/** What a rolling update does next (pkg/controller/daemon rollingUpdate). */
export function rollingUpdateStep(
  set: DaemonSet,
  nodes: readonly Node[],
  there: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  now: number,
): UpdateStep {
  const byNode = new Map(there);
  const wanted = new Set<string>();
  for (const node of nodes) {
    const { name } = node.metadata;
    if (!shouldRun(set, node).run) continue;
    wanted.add(name);
    if (!byNode.has(name)) byNode.set(name, []);
  }
  const { maxSurge, maxUnavailable } = updateLimits(set, wanted.size);
  const available = (pod: Pod): boolean => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const split = new Map([...byNode].map(([node, pods]) => [node, splitPods(set, pods, hash)]));
  return maxSurge === 0
    ? replaceInPlace(split.values(), maxUnavailable, available)
    : replaceWithSurge(split, wanted, maxSurge, available);
}

function replaceInPlace(
  nodes: Iterable<NodePods | undefined>,
  maxUnavailable: number,
  available: (pod: Pod) => boolean,
): UpdateStep {
  let unavailable = 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  for (const { updated, old } of [...nodes].map((split) => split ?? NEITHER)) {
    if (Boolean(updated) === Boolean(old)) unavailable++;
    else if (updated) {
      if (!available(updated)) unavailable++;
    } else if (old) {
      if (available(old)) candidates.push(old);
      else {
        unavailable++;
        broken.push(old);
      }
    }
  }
  return { remove: [...broken, ...candidates.slice(0, Math.max(maxUnavailable - unavailable, 0))], surge: [] };
}

const NEITHER: NodePods = { updated: undefined, old: undefined };

function replaceWithSurge(
  byNode: ReadonlyMap<string, NodePods | undefined>,
  wanted: ReadonlySet<string>,
  maxSurge: number,
  available: (pod: Pod) => boolean,
): UpdateStep {
  let surging = 0;
  let running = 0;
  const remove: Pod[] = [];
  const leaving: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  for (const [node, split] of byNode) {
    if (!split) {
      surging++;
      continue;
    }
    const { updated, old } = split;
    const shown = old ?? updated;
    if (shown && available(shown)) running++;
    if (!old) continue;
    if (updated) {
      if (available(updated)) remove.push(old);
      else surging++;
    } else if (wanted.has(node)) (available(old) ? candidates : urgent).push(node);
    else (available(old) ? leaving : remove).push(old);
  }
  remove.push(...leaving.slice(0, Math.max(running - wanted.size, 0)));
  return { remove, surge: [...urgent, ...candidates.slice(0, Math.max(maxSurge - surging, 0))] };
}
