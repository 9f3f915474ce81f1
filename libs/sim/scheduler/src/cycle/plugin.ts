import type { ApiClient, ObjectReader, Pod, KubeObject } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import type { NodeInfo } from '../cache/node-info.js';
import type { PodInfo } from '../cache/pod-info.js';
import type { LabelIndex } from '../cache/label-index.js';
import type { Candidates } from './candidates.js';

/** Highest score of a node (framework.MaxNodeScore). */
export const MAX_NODE_SCORE = 100;

/** What the plugins see of the cluster during one pod's cycle. */
export interface ClusterView {
  readonly store: ObjectReader;
  readonly nodes: readonly NodeInfo[];
  readonly nodesWithAffinity: ReadonlySet<NodeInfo>;
  readonly nodesWithSoftTaint: ReadonlySet<NodeInfo>;
  readonly nodesWithZone: ReadonlySet<NodeInfo>;
  /** Without the label of the host name. */
  readonly namelessNodes: ReadonlySet<NodeInfo>;
  node(name: string): NodeInfo | undefined;
  image(name: string): { readonly nodes: number; readonly size: number } | undefined;
  /** Calls back with the number of pods of a namespace that the selector picks, by node. */
  count: LabelIndex['count'];
}

/** One attempt to place one pod. */
export interface Cycle {
  readonly info: PodInfo;
  readonly cluster: ClusterView;
}

/** Why a node will not do; `unresolvable` when taking pods off it would not help. */
export interface Rejection {
  readonly reasons: readonly string[];
  readonly unresolvable?: boolean;
}

/** Of candidates, in their order. */
export type Scores = Float64Array;

/** A plugin's preparation: nothing to do, a state for its filter, nodes it is limited to, or no node at all will do. */
export type PreFilterResult<F> =
  | 'skip'
  | { readonly state: F; readonly nodes?: ReadonlySet<string> }
  | { readonly rejected: string; readonly resolvable?: boolean };

/** A change that may let a waiting pod be placed. */
export interface ClusterEvent {
  readonly resource: 'pods' | 'nodes' | 'persistentvolumes' | 'persistentvolumeclaims' | 'storageclasses' | 'csinodes';
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

/** `F`: what the filter works with; `S`: what the score works with. */
export interface SchedulerPlugin<F = unknown, S = unknown> {
  /** As in the scheduler's configuration. */
  readonly name: string;
  readonly weight?: number;
  /**
   * Filter and score look at nothing but the pod's shape (requests, tolerations, node selector and affinity, host
   * ports) and the one node, so that what they say is remembered until the node changes.
   */
  readonly local?: true;
  /** A pod for which this gives false is not even queued. */
  readonly preEnqueue?: (pod: Pod) => boolean;
  readonly preFilter?: (cycle: Cycle) => PreFilterResult<F>;
  readonly filter?: (cycle: Cycle, node: NodeInfo, state: F) => Rejection | undefined;
  readonly preScore?: (cycle: Cycle, candidates: Candidates) => { readonly state: S } | 'skip';
  readonly score?: (cycle: Cycle, node: NodeInfo, state: S) => number;
  /** In place of `score`: writes those of all candidates. */
  readonly scoreAll?: (candidates: Candidates, state: S, scores: Scores) => void;
  /** Makes raw scores 0 to 100: `scale` by the highest, `reverse` so that the highest is worst, or a rule of its own. */
  readonly normalize?: 'scale' | 'reverse' | ((scores: Scores, candidates: Candidates, state: S) => void);
  /** What must be done, and be true, before the pod is bound to its node; asked again while it says `waiting`. */
  readonly preBind?: (
    cycle: Cycle,
    node: NodeInfo,
    client: ApiClient,
  ) => 'ready' | 'waiting' | { readonly failed: string };
  /** Whether a change may help a pod that this plugin rejected (QueueingHintFn). */
  readonly requeueOn?: (event: ClusterEvent, pod: Pod) => boolean;
}

/** Types one plugin. */
export const definePlugin = <F, S>(plugin: SchedulerPlugin<F, S>): SchedulerPlugin =>
  plugin as unknown as SchedulerPlugin;

export const nodeAdded = (event: ClusterEvent): boolean => event.resource === 'nodes' && event.type === 'ADDED';

/** A node has other labels than before. */
export const nodeRelabelled = ({ resource, object, previous }: ClusterEvent): boolean =>
  resource === 'nodes' && previous !== undefined && !jsonEqual(previous.metadata.labels, object.metadata.labels);

/** A pod that was on a node is gone. */
export const podLeft = ({ resource, type, object }: ClusterEvent): boolean =>
  resource === 'pods' && type === 'DELETED' && Boolean((object as Pod).spec.nodeName);

/** The pod itself, while it waits, has got a toleration more (extractPodTolerationChange: they can only be added). */
export function tolerationAdded({ resource, object, previous }: ClusterEvent, pod: Pod): boolean {
  if (resource !== 'pods' || !previous || object.metadata.uid !== pod.metadata.uid) return false;
  const count = (changed: KubeObject): number => (changed as Pod).spec.tolerations?.length ?? 0;
  return count(object) !== count(previous);
}
