import { NAMESPACES, type KubeObject, type ObjectReader, type Pod } from '@seatrial/apiserver';
import type { NodeInfo } from '../cache/node-info.js';
import { PodInfo, type AffinityTerm } from '../cache/pod-info.js';
import type { Candidates } from '../cycle/candidates.js';
import { MAX_NODE_SCORE, definePlugin, type ClusterEvent, type Cycle } from '../cycle/plugin.js';

type Terms = readonly AffinityTerm[];

/** isSchedulableAfterNodeChange: the node has a term's key now, has it no more, or has another value for it. */
function nodeMayHelp({ type, object, previous }: ClusterEvent, affinity: Terms, antiAffinity: Terms): boolean {
  if (type === 'DELETED') return false;
  const now = object.metadata.labels ?? {};
  const has = ({ topologyKey }: AffinityTerm): boolean => Object.hasOwn(now, topologyKey);
  if (!previous) return antiAffinity.length > 0 || affinity.some(has);
  const before = previous.metadata.labels ?? {};
  const had = ({ topologyKey }: AffinityTerm): boolean => Object.hasOwn(before, topologyKey);
  const differs = (term: AffinityTerm): boolean => now[term.topologyKey] !== before[term.topologyKey];
  return affinity.some((term) => has(term) && differs(term)) || antiAffinity.some((term) => had(term) && differs(term));
}

/** isSchedulableAfterPodChange: a pod that is wanted near has come, or one that is not has gone. */
function podMayHelp({ type, object, previous }: ClusterEvent, affinity: Terms, antiAffinity: Terms): boolean {
  const matchesAll = (terms: Terms, { metadata }: KubeObject): boolean =>
    terms.length > 0 &&
    terms.every((term) => term.namespaces.has(metadata.namespace ?? '') && term.selector.matches(metadata.labels));
  if (!(object as Pod).spec.nodeName) return false;
  if (type === 'DELETED') return matchesAll(antiAffinity, object);
  if (!previous) return matchesAll(affinity, object);
  return (
    (!matchesAll(affinity, previous) && matchesAll(affinity, object)) ||
    (matchesAll(antiAffinity, previous) && !matchesAll(antiAffinity, object))
  );
}

/** Counts by topology key and value. */
type TopologyCounts = Map<string, Map<string, number>>;

interface FilterState {
  readonly affinity: TopologyCounts;
  readonly antiAffinity: TopologyCounts;
  /** Where pods are that want none like this one near them. */
  readonly repelling: TopologyCounts;
}

const AFFINITY = { reasons: ["node(s) didn't match pod affinity rules"], unresolvable: true };
const ANTI_AFFINITY = { reasons: ["node(s) didn't match pod anti-affinity rules"] };
const EXISTING = { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"] };
const HARD_AFFINITY_WEIGHT = 1;

function add(counts: TopologyCounts, key: string, value: string | undefined, by: number): void {
  if (value === undefined || by === 0) return;
  let values = counts.get(key);
  if (!values) {
    values = new Map();
    counts.set(key, values);
  }
  values.set(value, (values.get(value) ?? 0) + by);
}

const countAt = (counts: TopologyCounts, key: string, value: string | undefined): number =>
  value === undefined ? 0 : (counts.get(key)?.get(value) ?? 0);

function inNamespaces(store: ObjectReader, term: AffinityTerm, namespace: string): boolean {
  if (term.namespaces.has(namespace)) return true;
  if (!term.namespaceSelector) return false;
  return term.namespaceSelector.matches(store.get(NAMESPACES, undefined, namespace)?.metadata.labels);
}

function termMatches(store: ObjectReader, term: AffinityTerm, pod: Pod): boolean {
  return inNamespaces(store, term, pod.metadata.namespace ?? '') && term.selector.matches(pod.metadata.labels);
}

/** Calls back with how many pods a term picks on each node. */
function countTerm({ cluster }: Cycle, term: AffinityTerm, found: (node: NodeInfo, count: number) => void): void {
  const namespaces = new Set(term.namespaces);
  if (term.namespaceSelector)
    for (const { metadata } of cluster.store.list(NAMESPACES))
      if (term.namespaceSelector.matches(metadata.labels)) namespaces.add(metadata.name);
  for (const namespace of namespaces) cluster.count(namespace, term.selector, { terminating: true }, found);
}

function repelling({ cluster, info }: Cycle): TopologyCounts {
  const counts: TopologyCounts = new Map();
  for (const node of cluster.nodesWithAffinity)
    for (const existing of node.withAffinity.values())
      for (const term of existing.antiAffinity)
        if (termMatches(cluster.store, term, info.pod)) add(counts, term.topologyKey, node.label(term.topologyKey), 1);
  return counts;
}

function counted(cycle: Cycle, terms: readonly AffinityTerm[]): TopologyCounts {
  const counts: TopologyCounts = new Map();
  for (const term of terms)
    countTerm(cycle, term, (node, count) => add(counts, term.topologyKey, node.label(term.topologyKey), count));
  return counts;
}

/** Affinity counts only pods that match every term (podMatchesAllAffinityTerms). */
function countedAll(cycle: Cycle, terms: readonly AffinityTerm[]): TopologyCounts {
  if (terms.length <= 1) return counted(cycle, terms);
  const counts: TopologyCounts = new Map();
  const nodes = new Set<NodeInfo>();
  countTerm(cycle, terms[0], (node) => nodes.add(node));
  for (const node of nodes)
    for (const { pod } of node.pods.values())
      if (terms.every((term) => termMatches(cycle.cluster.store, term, pod)))
        for (const term of terms) add(counts, term.topologyKey, node.label(term.topologyKey), 1);
  return counts;
}

function satisfiesAffinity({ info, cluster }: Cycle, node: NodeInfo, state: FilterState): boolean {
  let all = true;
  for (const { topologyKey } of info.affinity) {
    const value = node.label(topologyKey);
    if (value === undefined) return false;
    if (countAt(state.affinity, topologyKey, value) <= 0) all = false;
  }
  if (all) return true;
  // The first pod of a group that wants to be near its own kind may go anywhere.
  return state.affinity.size === 0 && info.affinity.every((term) => termMatches(cluster.store, term, info.pod));
}

function scoreTerms(cycle: Cycle, candidates: Candidates): TopologyCounts {
  const { info, cluster } = cycle;
  const scores: TopologyCounts = new Map();
  const weigh = (terms: readonly AffinityTerm[], sign: 1 | -1): void => {
    for (const term of terms)
      countTerm(cycle, term, (node, count) =>
        add(scores, term.topologyKey, node.label(term.topologyKey), sign * term.weight * count),
      );
  };
  weigh(info.preferredAffinity, 1);
  weigh(info.preferredAntiAffinity, -1);
  const existing = (node: NodeInfo, terms: readonly AffinityTerm[], weight: (term: AffinityTerm) => number): void => {
    for (const term of terms)
      if (termMatches(cluster.store, term, info.pod))
        add(scores, term.topologyKey, node.label(term.topologyKey), weight(term));
  };
  if (candidates.length > 0)
    for (const node of cluster.nodesWithAffinity)
      for (const other of node.withAffinity.values()) {
        existing(node, other.affinity, () => HARD_AFFINITY_WEIGHT);
        existing(node, other.preferredAffinity, ({ weight }) => weight);
        existing(node, other.preferredAntiAffinity, ({ weight }) => -weight);
      }
  return scores;
}

/** Pods that want to be near, or away from, others. */
export const interPodAffinityPlugin = definePlugin<FilterState, TopologyCounts>({
  name: 'InterPodAffinity',
  weight: 2,
  preFilter: (cycle) => {
    const { info, cluster } = cycle;
    if (info.affinity.length + info.antiAffinity.length === 0 && cluster.nodesWithAffinity.size === 0) return 'skip';
    const state = {
      affinity: countedAll(cycle, info.affinity),
      antiAffinity: counted(cycle, info.antiAffinity),
      repelling: repelling(cycle),
    };
    return info.affinity.length + info.antiAffinity.length === 0 && state.repelling.size === 0 ? 'skip' : { state };
  },
  filter: (cycle, node, state) => {
    if (!satisfiesAffinity(cycle, node, state)) return AFFINITY;
    for (const { topologyKey } of cycle.info.antiAffinity)
      if (countAt(state.antiAffinity, topologyKey, node.label(topologyKey)) > 0) return ANTI_AFFINITY;
    for (const key of state.repelling.keys()) if (countAt(state.repelling, key, node.label(key)) > 0) return EXISTING;
    return undefined;
  },
  preScore: (cycle, candidates) => {
    const { info, cluster } = cycle;
    if (info.preferredAffinity.length + info.preferredAntiAffinity.length === 0 && cluster.nodesWithAffinity.size === 0)
      return 'skip';
    const state = scoreTerms(cycle, candidates);
    return state.size === 0 ? 'skip' : { state };
  },
  score: (_cycle, node, counts) => {
    let score = 0;
    for (const [key, values] of counts) score += values.get(node.label(key) ?? '') ?? 0;
    return score;
  },
  normalize: (scores) => {
    const [least, most] = [Math.min(...scores), Math.max(...scores)];
    scores.forEach((score, index) => {
      scores[index] = most > least ? Math.floor(MAX_NODE_SCORE * ((score - least) / (most - least))) : 0;
    });
  },
  requeueOn: (event, pod) => {
    const { affinity, antiAffinity } = new PodInfo(pod);
    if (event.resource === 'nodes') return nodeMayHelp(event, affinity, antiAffinity);
    return event.resource === 'pods' && podMayHelp(event, affinity, antiAffinity);
  },
});
