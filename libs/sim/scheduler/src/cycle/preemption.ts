import { POD_DISRUPTION_BUDGETS, type ObjectReader, type Pod, type PodDisruptionBudget } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { labelSelectorMatches } from '@seatrial/schema';
import type { NodeInfo } from '../cache/node-info.js';
import type { PodInfo } from '../cache/pod-info.js';
import { filterNode, prepare, reasonsText, type FitFailure } from './framework.js';
import type { ClusterView, Cycle, SchedulerPlugin } from './plugin.js';

export interface PreemptionCandidate {
  readonly node: NodeInfo;
  readonly victims: readonly PodInfo[];
  readonly violations: number;
}

const MIN_CANDIDATES = 100;

/** More important first: by priority, then by age (util.MoreImportantPod). */
const byImportance = (a: PodInfo, b: PodInfo): number =>
  b.priority - a.priority ||
  compareStrings(startOf(a), startOf(b)) ||
  compareStrings(a.pod.metadata.name, b.pod.metadata.name);

const startOf = ({ pod }: PodInfo): string => {
  const start = pod.status?.startTime;
  return start ?? '9';
};

/** The cluster with one node replaced by a copy to try things on. */
function withNode(cluster: ClusterView, original: NodeInfo, copy: NodeInfo): ClusterView {
  const nodesWithAffinity = new Set(cluster.nodesWithAffinity);
  nodesWithAffinity.delete(original);
  if (copy.withAffinity.size > 0) nodesWithAffinity.add(copy);
  return {
    store: cluster.store,
    nodes: cluster.nodes.map((node) => (node === original ? copy : node)),
    nodesWithAffinity,
    nodesWithSoftTaint: cluster.nodesWithSoftTaint,
    nodesWithZone: cluster.nodesWithZone,
    namelessNodes: cluster.namelessNodes,
    node: (name) => (name === copy.name ? copy : cluster.node(name)),
    image: (name) => cluster.image(name),
    count: (namespace, selector, options, found) => {
      cluster.count(namespace, selector, options, (node, count) => {
        if (node !== original) found(node, count);
      });
      let count = 0;
      for (const info of copy.pods.values())
        if (
          info.namespace === namespace &&
          (options.terminating || info.pod.metadata.deletionTimestamp === undefined) &&
          selector.matches(info.pod.metadata.labels)
        )
          count++;
      if (count > 0) found(copy, count);
    },
  };
}

function fits(plugins: readonly SchedulerPlugin[], cycle: Cycle, node: NodeInfo): readonly string[] | undefined {
  const prepared = prepare(plugins, cycle);
  if ('rejected' in prepared) return [prepared.rejected];
  return filterNode(prepared, cycle, node)?.[1].reasons;
}

/** Splits pods by whether evicting them all breaks a budget (filterPodsWithPDBViolation). */
function splitByBudget(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { violating: PodInfo[]; others: PodInfo[] } {
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    let violates = false;
    budgets.forEach((budget, index) => {
      if (budget.metadata.namespace !== info.namespace) return;
      const { selector } = budget.spec;
      if (!info.pod.metadata.labels || !labelSelectorMatches(selector, info.pod.metadata.labels)) return;
      if (budget.status?.disruptedPods?.[info.pod.metadata.name] !== undefined) return;
      left[index]--;
      if (left[index] < 0) violates = true;
    });
    (violates ? violating : others).push(info);
  }
  return { violating, others };
}

/** The fewest, least important pods whose leaving makes room on a node, or the reasons why none do. */
function selectVictims(
  plugins: readonly SchedulerPlugin[],
  cycle: Cycle,
  node: NodeInfo,
  budgets: readonly PodDisruptionBudget[],
): PreemptionCandidate | { readonly reasons: readonly string[] } {
  const potential = [...node.pods.values()].filter(({ priority }) => priority < cycle.info.priority).sort(byImportance);
  if (potential.length === 0) return { reasons: ['No preemption victims found for incoming pod'] };
  const copy = node.copy();
  for (const info of potential) copy.remove(info);
  const attempt: Cycle = { info: cycle.info, cluster: withNode(cycle.cluster, node, copy) };
  const reasons = fits(plugins, attempt, copy);
  if (reasons) return { reasons };
  const { violating, others } = splitByBudget(potential, budgets);
  const victims: PodInfo[] = [];
  let violations = 0;
  const reprieve = (info: PodInfo): boolean => {
    copy.add(info);
    const again: Cycle = { info: cycle.info, cluster: withNode(cycle.cluster, node, copy) };
    if (!fits(plugins, again, copy)) return true;
    copy.remove(info);
    victims.push(info);
    return false;
  };
  for (const info of violating) if (!reprieve(info)) violations++;
  for (const info of others) reprieve(info);
  return { node, victims: victims.sort(byImportance), violations };
}

/** Smaller is better, compared in turn (pickOneNodeForPreemption). */
function costs({ victims, violations }: PreemptionCandidate): number[] {
  return [
    violations,
    victims[0].priority,
    victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
    victims.length,
  ];
}

function cheaper(a: PreemptionCandidate, b: PreemptionCandidate): boolean {
  const [left, right] = [costs(a), costs(b)];
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return left[i] < right[i];
  return earliestStart(a) > earliestStart(b);
}

const earliestStart = ({ victims }: PreemptionCandidate): string =>
  victims
    .filter(({ priority }) => priority === victims[0].priority)
    .map(startOf)
    .sort(compareStrings)[0];

/** Pushed out by another pod, and still on its way (podTerminatingByPreemption). */
const isPushedOut = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined &&
  status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.reason === 'PreemptionByScheduler';

/** Why a pod may not push others out; undefined when it may. */
function ineligible({ info, cluster }: Cycle, { rejections }: FitFailure): string | undefined {
  if (info.pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const name = info.pod.status?.nominatedNodeName ?? '';
  if (rejections.get(name)?.unresolvable) return undefined;
  for (const { pod, priority } of cluster.node(name)?.pods.values() ?? [])
    if (isPushedOut(pod) && priority < info.priority)
      return 'not eligible due to a terminating pod on the nominated node.';
  return undefined;
}

/**
 * DefaultPreemption: the node to clear and whom to evict, or why that would not help (without `preemption: `); `futile`
 * where it was tried on all nodes, so that a promised node is promised no more.
 */
export function findPreemption(
  plugins: readonly SchedulerPlugin[],
  cycle: Cycle,
  failure: FitFailure,
  store: ObjectReader,
): PreemptionCandidate | { readonly message: string; readonly futile?: true } {
  const message = ineligible(cycle, failure);
  if (message !== undefined) return { message };
  const { nodes } = cycle.cluster;
  const enough = Math.max(MIN_CANDIDATES, Math.floor(nodes.length / 10));
  const budgets = store.list(POD_DISRUPTION_BUDGETS);
  let [best, found]: [PreemptionCandidate | undefined, number] = [undefined, 0];
  const reasons: string[] = [];
  let tried = 0;
  for (const node of nodes) {
    const rejection = failure.rejections.get(node.name);
    if (!rejection || rejection.unresolvable) continue;
    if (found >= enough) break;
    tried++;
    const candidate = selectVictims(plugins, cycle, node, budgets);
    if ('reasons' in candidate) reasons.push(...candidate.reasons);
    else if (candidate.victims.length > 0) {
      found++;
      if (!best || cheaper(candidate, best)) best = candidate;
    }
  }
  if (best) return best;
  for (let i = tried; i < nodes.length; i++) reasons.push('Preemption is not helpful for scheduling');
  return { message: `0/${nodes.length} nodes are available: ${reasonsText(reasons)}.`, futile: true };
}
