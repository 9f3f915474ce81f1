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

/** Undefined while the node's pods are in passage: the main loop deals with those. */
function splitPods(set: DaemonSet, pods: readonly Pod[], hash: string): NodePods | undefined {
  let [updated, old]: [Pod | undefined, Pod | undefined] = [undefined, undefined];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) return undefined;
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

/** How many nodes may be without a daemon, or have two, during an update (UnavailableCount, SurgeCount). */
export function updateLimits(set: DaemonSet, nodes: readonly Node[]): { maxSurge: number; maxUnavailable: number } {
  const desired = nodes.filter((node) => shouldRun(set, node).run).length;
  const rolling = set.spec.updateStrategy?.rollingUpdate;
  const maxUnavailable = scaledValue(rolling?.maxUnavailable ?? 1, desired, true);
  const maxSurge = scaledValue(rolling?.maxSurge ?? 0, desired, true);
  return maxUnavailable === 0 && maxSurge === 0 ? { maxSurge, maxUnavailable: 1 } : { maxSurge, maxUnavailable };
}

/** What a rolling update does next (pkg/controller/daemon rollingUpdate). */
export function rollingUpdateStep(
  set: DaemonSet,
  nodes: readonly Node[],
  byNode: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  now: number,
): UpdateStep {
  const { maxSurge, maxUnavailable } = updateLimits(set, nodes);
  const available = (pod: Pod): boolean => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  return maxSurge === 0
    ? replaceInPlace(set, byNode, hash, maxUnavailable, available)
    : replaceWithSurge(set, byNode, hash, maxSurge, available);
}

function replaceInPlace(
  set: DaemonSet,
  byNode: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  maxUnavailable: number,
  available: (pod: Pod) => boolean,
): UpdateStep {
  let unavailable = 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  for (const pods of byNode.values()) {
    const split = splitPods(set, pods, hash);
    if (!split || Boolean(split.updated) === Boolean(split.old)) unavailable++;
    else if (split.updated) {
      if (!available(split.updated)) unavailable++;
    } else if (split.old) {
      if (available(split.old)) candidates.push(split.old);
      else {
        unavailable++;
        broken.push(split.old);
      }
    }
  }
  return { remove: [...broken, ...candidates.slice(0, Math.max(maxUnavailable - unavailable, 0))], surge: [] };
}

function replaceWithSurge(
  set: DaemonSet,
  byNode: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  maxSurge: number,
  available: (pod: Pod) => boolean,
): UpdateStep {
  let surging = 0;
  const remove: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  for (const [node, pods] of byNode) {
    const split = splitPods(set, pods, hash);
    if (!split) {
      if (pods.length > 1) surging++;
      continue;
    }
    const { updated, old } = split;
    if (updated && old) {
      if (available(updated)) remove.push(old);
      else surging++;
    } else if (old) (available(old) ? candidates : urgent).push(node);
  }
  return { remove, surge: [...urgent, ...candidates.slice(0, Math.max(maxSurge - surging, 0))] };
}
