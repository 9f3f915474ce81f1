import type { NodeInfo } from '../cache/node-info.js';
import type { NodeVersions } from '../cache/node-versions.js';
import type { PodInfo } from '../cache/pod-info.js';
import type { Resources } from '../cache/resources.js';
import type { Candidates } from './candidates.js';
import type { Rejection, SchedulerPlugin, Scores } from './plugin.js';

/** The first plugin to reject a node, with its reason; undefined when none does. */
export type Verdict = readonly [SchedulerPlugin, Rejection] | undefined;

/** Different shapes of pods are few; with more than this all are forgotten. */
const MAX_SHAPES = 500;

function grown(versions: Int32Array, slot: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * slot + 16);
  more.set(versions);
  return more;
}

/** Which nodes fit, and why others do not; each verdict is good until its node changes. */
export class Verdicts {
  /** Of the nodes that fit: large clusters ask for hundreds of them for every pod. */
  private fitting = new Int32Array(0);
  private rejecting = new Int32Array(0);
  private readonly rejections = new Map<number, Verdict>();

  constructor(private readonly versions: NodeVersions) {}

  fits(slot: number): boolean {
    return slot < this.fitting.length && this.fitting[slot] === this.versions.of(slot);
  }

  rejection(slot: number): Verdict {
    const isKnown = slot < this.rejecting.length && this.rejecting[slot] === this.versions.of(slot);
    return isKnown ? this.rejections.get(slot) : undefined;
  }

  remember(slot: number, verdict: Verdict): Verdict {
    if (slot >= this.fitting.length) {
      this.fitting = grown(this.fitting, slot);
      this.rejecting = grown(this.rejecting, slot);
    }
    (verdict ? this.rejecting : this.fitting)[slot] = this.versions.of(slot);
    if (verdict) this.rejections.set(slot, verdict);
    return verdict;
  }
}

/** One plugin's scores, each good until its node changes. */
export class KnownScores {
  private known = new Int32Array(0);
  private values = new Float64Array(0);

  constructor(private readonly versions: NodeVersions) {}

  /** Writes the scores of all candidates; asks for those that it does not know. */
  write(scores: Scores, candidates: Candidates, ask: (node: NodeInfo) => number): void {
    const { slots } = candidates;
    for (let i = 0; i < scores.length; i++) {
      const slot = slots[i];
      const isKnown = slot < this.known.length && this.known[slot] === this.versions.of(slot);
      scores[i] = isKnown ? this.values[slot] : this.remember(slot, ask(candidates.node(i)));
    }
  }

  private remember(slot: number, score: number): number {
    if (slot >= this.known.length) {
      this.known = grown(this.known, slot);
      const values = new Float64Array(this.known.length);
      values.set(this.values);
      this.values = values;
    }
    this.known[slot] = this.versions.of(slot);
    this.values[slot] = score;
    return score;
  }
}

/** What local plugins said of nodes to pods of one shape. */
export class Shape {
  readonly verdicts: Verdicts;
  private readonly scores = new Map<SchedulerPlugin, KnownScores>();

  constructor(private readonly versions: NodeVersions) {
    this.verdicts = new Verdicts(versions);
  }

  scoresOf(plugin: SchedulerPlugin): KnownScores {
    let scores = this.scores.get(plugin);
    if (!scores) {
      scores = new KnownScores(this.versions);
      this.scores.set(plugin, scores);
    }
    return scores;
  }
}

const texts = new WeakMap<object, string>();

/** JSON of a frozen part of a pod, which many pods may share. */
function textOf(part: object | undefined): string {
  if (!part) return '';
  let text = texts.get(part);
  if (text === undefined) {
    text = JSON.stringify(part);
    texts.set(part, text);
  }
  return text;
}

const requestsText = ({ milliCpu, memory, ephemeralStorage, scalar }: Resources): string =>
  `${milliCpu} ${memory} ${ephemeralStorage} ${scalar.size === 0 ? '' : JSON.stringify([...scalar])}`;

/** What a pod asks of nodes, by the parts that it may share with others. */
interface Wishes {
  readonly requests: Resources;
  readonly nonZeroRequests: Resources;
  readonly tolerations: object | undefined;
  readonly nodeSelector: object | undefined;
  readonly nodeAffinity: object | undefined;
  readonly hostPorts: readonly unknown[];
  readonly nodeName: string | undefined;
}

const wishesOf = ({ pod: { spec }, requests, nonZeroRequests, hostPorts }: PodInfo): Wishes => ({
  requests,
  nonZeroRequests,
  tolerations: spec.tolerations,
  nodeSelector: spec.nodeSelector,
  nodeAffinity: spec.affinity?.nodeAffinity,
  hostPorts,
  nodeName: spec.nodeName,
});

/** Made of the very same parts, so that the texts are equal too. */
const isSame = (a: Wishes, b: Wishes): boolean =>
  a.requests === b.requests &&
  a.nonZeroRequests === b.nonZeroRequests &&
  a.tolerations === b.tolerations &&
  a.nodeSelector === b.nodeSelector &&
  a.nodeAffinity === b.nodeAffinity &&
  a.hostPorts === b.hostPorts &&
  a.nodeName === b.nodeName;

/** Pods of equal shape are the same to every local plugin. */
function shapeText({
  requests,
  nonZeroRequests,
  tolerations,
  nodeSelector,
  nodeAffinity,
  hostPorts,
  nodeName,
}: Wishes): string {
  return [
    requestsText(requests),
    requestsText(nonZeroRequests),
    textOf(tolerations),
    textOf(nodeSelector),
    textOf(nodeAffinity),
    hostPorts.length === 0 ? '' : JSON.stringify(hostPorts),
    nodeName ?? '',
  ].join('\n');
}

/** Remembers, by shape of pod, what local plugins said: of nodes that have not changed they need not be asked again. */
export class ShapeMemory {
  private readonly shapes = new Map<string, Shape>();
  /** The shape asked for last: pods of one template come one after the other. */
  private last: { readonly wishes: Wishes; readonly shape: Shape } | undefined;

  constructor(private readonly versions: NodeVersions) {}

  of(info: PodInfo): Shape {
    const wishes = wishesOf(info);
    if (!this.last || !isSame(this.last.wishes, wishes)) this.last = { wishes, shape: this.find(shapeText(wishes)) };
    return this.last.shape;
  }

  private find(text: string): Shape {
    let shape = this.shapes.get(text);
    if (!shape) {
      if (this.shapes.size >= MAX_SHAPES) this.shapes.clear();
      shape = new Shape(this.versions);
      this.shapes.set(text, shape);
    }
    return shape;
  }
}
