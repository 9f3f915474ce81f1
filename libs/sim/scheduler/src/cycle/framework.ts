import { compareStrings, type RandomSource } from '@seatrial/kernel';
import type { NodeInfo } from '../cache/node-info.js';
import type { PodInfo } from '../cache/pod-info.js';
import type { Candidates } from './candidates.js';
import { MAX_NODE_SCORE, type Cycle, type Rejection, type SchedulerPlugin, type Scores } from './plugin.js';
import type { KnownScores, Shape, Verdict } from './shape-memory.js';

/** Why a pod could not be placed. */
export interface FitFailure {
  /** Set when no node was even looked at. */
  readonly preFilter?: string;
  readonly rejections: ReadonlyMap<string, Rejection>;
  /** Of nodes that were left out from the start. */
  readonly absent?: string;
  readonly plugins: ReadonlySet<SchedulerPlugin>;
}

const NO_STATE: { readonly state: unknown; readonly nodes?: ReadonlySet<string> } = { state: undefined };

type ActiveFilter = readonly [plugin: SchedulerPlugin, state: unknown];

export interface Prepared {
  readonly filters: readonly ActiveFilter[];
  /** So many of the filters, from the first on, are local. */
  readonly local: number;
  /** Only these nodes come into question, for this reason. */
  readonly only?: ReadonlySet<string>;
  readonly limitedBy: readonly SchedulerPlugin[];
}

/** Pods that are promised a node, by node name. */
export type Nominations = ReadonlyMap<string, ReadonlyMap<string, PodInfo>>;

const MIN_FEASIBLE = 100;

/** How many fitting nodes are enough (numFeasibleNodesToFind, adaptive percentage). */
export function enoughNodes(count: number): number {
  if (count < MIN_FEASIBLE) return count;
  const percentage = Math.max(50 - Math.floor(count / 125), 5);
  return Math.max(Math.floor((count * percentage) / 100), MIN_FEASIBLE);
}

/** Runs the plugins' PreFilter; a text when the pod fits nowhere. */
export function prepare(
  plugins: readonly SchedulerPlugin[],
  cycle: Cycle,
): Prepared | { readonly rejected: string; readonly by: SchedulerPlugin } {
  const filters: ActiveFilter[] = [];
  const limitedBy: SchedulerPlugin[] = [];
  let only: ReadonlySet<string> | undefined;
  for (const plugin of plugins) {
    if (!plugin.filter) continue;
    const result = plugin.preFilter ? plugin.preFilter(cycle) : NO_STATE;
    if (result === 'skip') continue;
    if ('rejected' in result) return { rejected: result.rejected, by: plugin };
    filters.push([plugin, result.state]);
    if (!result.nodes) continue;
    const { nodes } = result;
    only = only ? new Set([...only].filter((name) => nodes.has(name))) : nodes;
    limitedBy.push(plugin);
  }
  const firstOther = filters.findIndex(([plugin]) => !plugin.local);
  return { filters, local: firstOther < 0 ? filters.length : firstOther, only, limitedBy };
}

function ask(filters: readonly ActiveFilter[], from: number, to: number, cycle: Cycle, node: NodeInfo): Verdict {
  for (let i = from; i < to; i++) {
    const [plugin, state] = filters[i];
    const rejection = plugin.filter?.(cycle, node, state);
    if (rejection) return [plugin, rejection];
  }
  return undefined;
}

/** The first rejection of a node, or undefined when it will do. With a shape, local plugins are asked once a change. */
export function filterNode({ filters, local }: Prepared, cycle: Cycle, node: NodeInfo, shape?: Shape): Verdict {
  if (!shape) return ask(filters, 0, filters.length, cycle, node);
  const { verdicts } = shape;
  const rejected = verdicts.fits(node.slot)
    ? undefined
    : (verdicts.rejection(node.slot) ?? verdicts.remember(node.slot, ask(filters, 0, local, cycle, node)));
  return rejected ?? (local < filters.length ? ask(filters, local, filters.length, cycle, node) : undefined);
}

/** The same, counting pods of at least equal priority that are promised the node, then without them. */
export function filterWithNominated(
  prepared: Prepared,
  cycle: Cycle,
  node: NodeInfo,
  nominations: Nominations,
  shape: Shape | undefined,
): Verdict {
  const promised = nominations.size > 0 ? nominations.get(node.name) : undefined;
  if (promised?.size) {
    const others = [...promised.values()].filter(
      (info) => info.uid !== cycle.info.uid && info.priority >= cycle.info.priority,
    );
    if (others.length > 0) {
      const crowded = node.copy();
      for (const info of others) crowded.add(info);
      const rejected = filterNode(prepared, cycle, crowded);
      if (rejected) return rejected;
    }
  }
  return filterNode(prepared, cycle, node, shape);
}

function normalizeScores(plugin: SchedulerPlugin, scores: Scores, candidates: Candidates, state: unknown): void {
  if (typeof plugin.normalize === 'function') plugin.normalize(scores, candidates, state);
  else if (plugin.normalize) {
    const reverse = plugin.normalize === 'reverse';
    let most = 0;
    for (const score of scores) if (score > most) most = score;
    for (let i = 0; i < scores.length; i++) {
      const scaled = most === 0 ? 0 : Math.floor((MAX_NODE_SCORE * scores[i]) / most);
      scores[i] = reverse ? MAX_NODE_SCORE - scaled : scaled;
    }
  }
}

/** Working space: a large cluster would else make two long lists for every pod. */
let totals = new Float64Array(0);
let scores = new Float64Array(0);

/** The node with the highest score; among equals one at random. */
export function bestNode(
  plugins: readonly SchedulerPlugin[],
  cycle: Cycle,
  candidates: Candidates,
  random: RandomSource,
  shape: Shape | undefined,
): NodeInfo {
  const { length } = candidates;
  if (length === 1) return candidates.node(0);
  if (totals.length !== length) {
    totals = new Float64Array(length);
    scores = new Float64Array(length);
  }
  const [sums, given] = [totals.fill(0), scores];
  for (const plugin of plugins) {
    const { score, scoreAll, weight = 1 } = plugin;
    if (!score && !scoreAll) continue;
    const prepared = plugin.preScore ? plugin.preScore(cycle, candidates) : NO_STATE;
    if (prepared === 'skip') continue;
    const { state } = prepared;
    if (scoreAll) scoreAll(candidates, state, given);
    else if (score)
      scoreEach((node) => score(cycle, node, state), given, candidates, plugin.local && shape?.scoresOf(plugin));
    normalizeScores(plugin, given, candidates, state);
    for (let i = 0; i < sums.length; i++) sums[i] += weight * given[i];
  }
  return candidates.node(highest(sums, random));
}

function scoreEach(
  score: (node: NodeInfo) => number,
  given: Scores,
  candidates: Candidates,
  known: KnownScores | undefined,
): void {
  if (known) known.write(given, candidates, score);
  else for (let i = 0; i < given.length; i++) given[i] = score(candidates.node(i));
}

/** Where the highest number stands; of several equal ones at random. */
function highest(numbers: Scores, random: RandomSource): number {
  let most = -Infinity;
  let first = 0;
  let equals = 0;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (number > most) {
      most = number;
      first = i;
      equals = 1;
    } else if (number === most) equals++;
  }
  if (equals === 1) return first;
  let left = random.below(equals);
  for (let i = first; i < numbers.length; i++) if (numbers[i] === most && left-- === 0) return i;
  return first;
}

/** `1 node(s) were unschedulable, 2 Insufficient cpu`: reasons with how many nodes gave them, sorted as text. */
export function reasonsText(reasons: Iterable<string>): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort(compareStrings)
    .join(', ');
}

/** framework.FitError: the message of a pod that fits nowhere, without the part on preemption. */
export function fitErrorText(failure: FitFailure, nodeCount: number): string {
  const head = `0/${nodeCount} nodes are available:`;
  if (failure.preFilter !== undefined) return `${head} ${failure.preFilter}.`;
  const reasons = [...failure.rejections.values()].flatMap((rejection) => rejection.reasons);
  if (failure.absent !== undefined)
    for (let i = failure.rejections.size; i < nodeCount; i++) reasons.push(failure.absent);
  const text = reasonsText(reasons);
  return text === '' ? head : `${head} ${text}.`;
}
