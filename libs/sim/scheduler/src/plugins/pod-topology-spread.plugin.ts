import type { KubeObject, Node, Pod } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { nodeFits, repelsPods, untolerated } from '@seatrial/kinds';
import { LabelSelector, labelSelectorOf } from '@seatrial/schema';
import type { NodeInfo } from '../cache/node-info.js';
import { withLabelKeys } from '../cache/pod-info.js';
import { defaultSelector } from '../cycle/default-selector.js';
import { Candidates } from '../cycle/candidates.js';
import {
  MAX_NODE_SCORE,
  definePlugin,
  tolerationAdded,
  type ClusterEvent,
  type Cycle,
  type Scores,
} from '../cycle/plugin.js';

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: LabelSelector;
  readonly minDomains: number;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

interface Spread {
  readonly constraint: Constraint;
  /** Matching pods by value of the topology key, of the nodes that count. */
  readonly counts: ReadonlyMap<string, number>;
  readonly least: number;
  readonly self: boolean;
}

/** Matching pods by node, or by value of the topology key. */
type Counts = CountsByNode | ReadonlyMap<string, number>;

interface WeighedConstraint {
  readonly constraint: Constraint;
  readonly weight: number;
  readonly counts: Counts;
}

interface Scoring {
  readonly constraints: readonly WeighedConstraint[];
  readonly requireAll: boolean;
  /** Every node of the cluster has a label for its host name. */
  readonly allNamed: boolean;
}

/** Numbers of pods by node. Used again for each pod: a large cluster would else fill a map with names every time. */
class CountsByNode {
  private counts = new Int32Array(64);
  private readonly set: number[] = [];

  clear(): this {
    for (const slot of this.set) this.counts[slot] = 0;
    this.set.length = 0;
    return this;
  }

  add({ slot }: NodeInfo, count: number): void {
    if (slot >= this.counts.length) {
      const counts = new Int32Array(2 * slot);
      counts.set(this.counts);
      this.counts = counts;
    }
    this.counts[slot] += count;
    this.set.push(slot);
  }

  of(slot: number): number {
    return slot < this.counts.length ? this.counts[slot] : 0;
  }
}

const countsByHost = new CountsByNode();

const SKEW = { reasons: ["node(s) didn't match pod topology spread constraints"] };
const NO_LABEL = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  unresolvable: true,
};

function constraintsOf(pod: Pod, when: string): Constraint[] {
  return (pod.spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when)
    .map((one) => {
      const selector = labelSelectorOf(one.labelSelector);
      return {
        maxSkew: one.maxSkew,
        topologyKey: one.topologyKey,
        selector: withLabelKeys(selector.ok ? selector.value : LabelSelector.nothing, pod, one.matchLabelKeys),
        minDomains: one.minDomains ?? 1,
        honorAffinity: one.nodeAffinityPolicy !== 'Ignore',
        honorTaints: one.nodeTaintsPolicy === 'Honor',
      };
    });
}

/** isSchedulableAfterNodeChange: the node counts now, or no more, or counts elsewhere. */
function nodeMayHelp({ type, object, previous }: ClusterEvent, constraints: readonly Constraint[]): boolean {
  const counts = ({ metadata }: KubeObject): boolean =>
    constraints.every(({ topologyKey }) => Object.hasOwn(metadata.labels ?? {}, topologyKey));
  if (type === 'DELETED' || !previous) return counts(object);
  if (counts(previous) !== counts(object)) return true;
  if (!counts(object)) return false;
  const moved = constraints.some(
    ({ topologyKey }) => previous.metadata.labels?.[topologyKey] !== object.metadata.labels?.[topologyKey],
  );
  return moved || !jsonEqual((previous as Node).spec.taints ?? [], (object as Node).spec.taints ?? []);
}

/** isSchedulableAfterPodChange: a pod that the constraints count has come, gone, or changed. */
function podMayHelp(event: ClusterEvent, pod: Pod, constraints: readonly Constraint[]): boolean {
  const { type, object, previous } = event;
  if (tolerationAdded(event, pod) && constraints.some(({ honorTaints }) => honorTaints)) return true;
  const placed = Boolean((object as Pod).spec.nodeName) && object.metadata.namespace === pod.metadata.namespace;
  if (!placed && object.metadata.uid !== pod.metadata.uid) return false;
  const matches = ({ selector }: Constraint, { metadata }: KubeObject): boolean => selector.matches(metadata.labels);
  if (type === 'DELETED' || !previous) return constraints.some((constraint) => matches(constraint, object));
  return constraints.some((constraint) => matches(constraint, previous) !== matches(constraint, object));
}

function included(constraint: Constraint, pod: Pod, { node }: NodeInfo): boolean {
  if (constraint.honorAffinity && !nodeFits(pod.spec, node)) return false;
  return !constraint.honorTaints || !untolerated(node.spec.taints ?? [], pod.spec.tolerations ?? [], repelsPods);
}

/** countPodsMatchSelector: a selector without conditions counts no pod, though the pod itself matches it. */
function countPods({ info, cluster }: Cycle, { selector }: Constraint, found: (node: NodeInfo, count: number) => void) {
  if (!selector.empty) cluster.count(info.namespace, selector, { terminating: false }, found);
}

function spreadOf(cycle: Cycle, constraint: Constraint, all: readonly Constraint[]): Spread {
  const { info, cluster } = cycle;
  const counts = new Map<string, number>();
  const counting = new Set<NodeInfo>();
  for (const node of cluster.nodes) {
    if (!all.every(({ topologyKey }) => node.label(topologyKey) !== undefined)) continue;
    if (!included(constraint, info.pod, node)) continue;
    counting.add(node);
    const value = node.label(constraint.topologyKey) ?? '';
    if (!counts.has(value)) counts.set(value, 0);
  }
  countPods(cycle, constraint, (node, count) => {
    if (!counting.has(node)) return;
    const value = node.label(constraint.topologyKey) ?? '';
    counts.set(value, (counts.get(value) ?? 0) + count);
  });
  const least = counts.size < constraint.minDomains ? 0 : Math.min(...counts.values());
  return { constraint, counts, least, self: constraint.selector.matches(info.pod.metadata.labels) };
}

const lacks = (node: NodeInfo, constraints: readonly { readonly constraint: Constraint }[]): boolean =>
  constraints.some(({ constraint }) => node.label(constraint.topologyKey) === undefined);

/** Soft constraints: the pod's own, else the cluster's defaults for pods of a service or a workload. */
function softConstraints({ info, cluster }: Cycle): { constraints: readonly Constraint[]; requireAll: boolean } {
  if (info.pod.spec.topologySpreadConstraints?.length)
    return { constraints: constraintsOf(info.pod, 'ScheduleAnyway'), requireAll: true };
  const selector = defaultSelector(cluster.store, info.pod);
  if (!selector) return { constraints: [], requireAll: false };
  return { constraints: defaultConstraints(selector), requireAll: false };
}

const defaults = new WeakMap<LabelSelector, readonly Constraint[]>();

/** The cluster's default constraints for pods that the selector picks. */
function defaultConstraints(selector: LabelSelector): readonly Constraint[] {
  let constraints = defaults.get(selector);
  if (!constraints) {
    const rest = { selector, minDomains: 1, honorAffinity: true, honorTaints: false };
    constraints = [
      { topologyKey: HOSTNAME, maxSkew: 3, ...rest },
      { topologyKey: ZONE, maxSkew: 5, ...rest },
    ];
    defaults.set(selector, constraints);
  }
  return constraints;
}

/** Matching pods on each node: how the topology of host names is counted (scoring.go Score). */
function countsOnNodes(cycle: Cycle, constraint: Constraint, counts: CountsByNode): CountsByNode {
  countPods(cycle, constraint, (node, count) => {
    counts.add(node, count);
  });
  return counts;
}

function countsFor(
  cycle: Cycle,
  constraint: Constraint,
  values: ReadonlySet<string | undefined>,
  required: Parameters<typeof lacks>[1],
): Map<string, number> {
  const counts = new Map<string, number>();
  countPods(cycle, constraint, (node, count) => {
    const value = node.label(constraint.topologyKey);
    if (value === undefined || !values.has(value) || lacks(node, required)) return;
    if (!included(constraint, cycle.info.pod, node)) return;
    counts.set(value, (counts.get(value) ?? 0) + count);
  });
  return counts;
}

const NO_VALUES: ReadonlySet<undefined> = new Set();

/** The values that nodes have; none counts as one of them. */
function valuesOf(
  { cluster }: Cycle,
  nodes: Candidates | readonly NodeInfo[],
  key: string,
): ReadonlySet<string | undefined> {
  if (key === ZONE && cluster.nodesWithZone.size === 0) return NO_VALUES;
  const values = new Set<string | undefined>();
  for (const node of nodes instanceof Candidates ? nodes.toArray() : nodes) values.add(node.label(key));
  return values;
}

function prepareScore(cycle: Cycle, candidates: Candidates): { readonly state: Scoring } | 'skip' {
  const { constraints, requireAll } = softConstraints(cycle);
  if (constraints.length === 0) return 'skip';
  const plain = requireAll ? constraints.map((constraint) => ({ constraint })) : [];
  const counted = requireAll ? candidates.toArray().filter((node) => !lacks(node, plain)) : candidates;
  const prepared: WeighedConstraint[] = [];
  let byHost: CountsByNode | undefined;
  for (const constraint of constraints) {
    const perNode = constraint.topologyKey === HOSTNAME;
    const values = perNode ? undefined : valuesOf(cycle, counted, constraint.topologyKey);
    const size = values ? values.size : counted.length;
    // A topology that no node has says nothing.
    if (!requireAll && size === 0) continue;
    const weight = Math.log(size + 2);
    if (values) prepared.push({ constraint, weight, counts: countsFor(cycle, constraint, values, plain) });
    else {
      const counts = byHost ? new CountsByNode() : countsByHost.clear();
      byHost = counts;
      prepared.push({ constraint, weight, counts: countsOnNodes(cycle, constraint, counts) });
    }
  }
  const allNamed = cycle.cluster.namelessNodes.size === 0;
  return { state: { constraints: prepared, requireAll, allNamed } };
}

/** What a constraint gives a node (scoreForCount). */
const scoreForCount = (count: number, { constraint, weight }: WeighedConstraint): number =>
  count * weight + (constraint.maxSkew - 1);

/** The usual case: the default constraint on host names alone. Most nodes have none of the pods. */
function scoreByNode(scores: Scores, { slots }: Candidates, weighed: WeighedConstraint, counts: CountsByNode): void {
  let [last, score] = [-1, 0];
  for (let i = 0; i < scores.length; i++) {
    const count = counts.of(slots[i]);
    if (count !== last) {
      last = count;
      score = Math.round(scoreForCount(count, weighed));
    }
    scores[i] = score;
  }
}

/** Adds what a constraint gives each node. */
function addScores(scores: Scores, candidates: Candidates, weighed: WeighedConstraint): void {
  const { constraint, counts } = weighed;
  const { topologyKey } = constraint;
  const { slots } = candidates;
  for (let i = 0; i < scores.length; i++) {
    const value = candidates.node(i).label(topologyKey);
    if (value === undefined) continue;
    const count = counts instanceof CountsByNode ? counts.of(slots[i]) : (counts.get(value) ?? 0);
    scores[i] += scoreForCount(count, weighed);
  }
}

/** Puts another number in place of each; most nodes have the same, for which it is worked out once. */
function replaceEach(scores: Scores, next: (score: number) => number): void {
  let [from, to] = [NaN, NaN];
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] !== from) {
      from = scores[i];
      to = next(from);
    }
    scores[i] = to;
  }
}

function scoreAll(candidates: Candidates, { constraints, requireAll, allNamed }: Scoring, scores: Scores): void {
  const { counts } = constraints[0] ?? {};
  if (constraints.length === 1 && allNamed && counts instanceof CountsByNode) {
    scoreByNode(scores, candidates, constraints[0], counts);
    return;
  }
  scores.fill(0);
  for (const constraint of constraints) addScores(scores, candidates, constraint);
  replaceEach(scores, Math.round);
  if (!requireAll) return;
  for (let i = 0; i < scores.length; i++) if (lacks(candidates.node(i), constraints)) scores[i] = 0;
}

function normalize(scores: Scores, candidates: Candidates, { constraints, requireAll }: Scoring): void {
  const ignored = requireAll ? candidates.toArray().map((node) => lacks(node, constraints)) : undefined;
  let least = Infinity;
  let most = 0;
  for (let i = 0; i < scores.length; i++) {
    if (ignored?.[i]) continue;
    if (scores[i] < least) least = scores[i];
    if (scores[i] > most) most = scores[i];
  }
  replaceEach(scores, (score) =>
    most === 0 ? MAX_NODE_SCORE : Math.floor((MAX_NODE_SCORE * (most + least - score)) / most),
  );
  if (ignored) for (let i = 0; i < scores.length; i++) if (ignored[i]) scores[i] = 0;
}

/** Spreads pods over zones, nodes or other topologies; by default the pods of each workload over nodes. */
export const podTopologySpreadPlugin = definePlugin<readonly Spread[], Scoring>({
  name: 'PodTopologySpread',
  weight: 2,
  preFilter: (cycle) => {
    const constraints = constraintsOf(cycle.info.pod, 'DoNotSchedule');
    if (constraints.length === 0) return 'skip';
    return { state: constraints.map((constraint) => spreadOf(cycle, constraint, constraints)) };
  },
  filter: (_cycle, node, spreads) => {
    for (const { constraint, counts, least, self } of spreads) {
      const value = node.label(constraint.topologyKey);
      if (value === undefined) return NO_LABEL;
      if ((counts.get(value) ?? 0) + (self ? 1 : 0) - least > constraint.maxSkew) return SKEW;
    }
    return undefined;
  },
  preScore: prepareScore,
  scoreAll,
  normalize,
  requeueOn: (event, pod) => {
    const constraints = constraintsOf(pod, 'DoNotSchedule');
    if (event.resource === 'nodes') return nodeMayHelp(event, constraints);
    return event.resource === 'pods' && podMayHelp(event, pod, constraints);
  },
});
