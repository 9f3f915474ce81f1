import type { HistoryEntry } from '@seatrial/apiserver';
import type { Cluster } from '@seatrial/cluster';
import type { Machine } from '@seatrial/kernel';
import { SYSTEM_NAMESPACES } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';

/** A cluster that somebody works in instead of the one that the machine began with. */
export interface StandIn {
  readonly installer: string;
  readonly name: string;
  readonly cluster: Cluster;
}

/** What a cluster's own components write without a namespace, idle or going down. */
const OWN_KINDS = new Set(['APIService', 'CSINode', 'FlowSchema', 'Node', 'NodeMetrics', 'PriorityLevelConfiguration']);

/** Whether somebody has made, changed or deleted something that is not the cluster's own. */
function isForeign({ time, object }: HistoryEntry, since: number): boolean {
  const { kind, metadata } = object;
  if (time < since || kind === 'Event') return false;
  if (metadata.namespace === undefined) return !OWN_KINDS.has(kind);
  return (
    !SYSTEM_NAMESPACES.has(metadata.namespace) && !(metadata.namespace === 'default' && metadata.name === 'kubernetes')
  );
}

/**
 * The cluster to grade instead of the machine's first: there is one that was made since, by the first one's installer
 * rather than by another, and nobody has changed anything in the first (docs/decisions/007).
 */
export function standIn(machine: Machine): StandIn | undefined {
  const clusters = InstalledClusters.of({ machine });
  if (!clusters || clusters.added.length === 0) return undefined;
  const { first, since } = clusters.site;
  if (first.apiServer.store.history().some((entry) => isForeign(entry, since))) return undefined;
  const installerOf = ({ node }: (typeof clusters.added)[number]): string => node.profile.name;
  const same = clusters.added.find((each) => installerOf(each) === first.profile.name);
  const chosen = same ?? clusters.added[0];
  return { installer: installerOf(chosen), name: chosen.name, cluster: chosen.options.cluster };
}
