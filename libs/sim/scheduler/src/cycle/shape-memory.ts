import type { NodeInfo } from '../cache/node-info.js';
import type { PodInfo } from '../cache/pod-info.js';
import type { Resources } from '../cache/resources.js';
import type { Rejection, SchedulerPlugin } from './plugin.js';

/** The first plugin to reject a node, with its reason; undefined when none does. */
export type Verdict = readonly [SchedulerPlugin, Rejection] | undefined;

/** Different shapes of pods are few; with more than this all are forgotten. */
const MAX_SHAPES = 500;

/** Results by node, each good until its node changes. */
class ByNode<T> {
  private versions = new Int32Array(0);
  private readonly values: T[] = [];

  /** True when the node has not changed since something was remembered of it. */
  knows({ slot, version }: NodeInfo): boolean {
    return slot >= 0 && slot < this.versions.length && this.versions[slot] === version;
  }

  /** Of a node that it knows. */
  valueOf({ slot }: NodeInfo): T {
    return this.values[slot];
  }

  remember({ slot, version }: NodeInfo, value: T): T {
    // A copy to try things on has no slot.
    if (slot < 0) return value;
    if (slot >= this.versions.length) this.grow(slot);
    this.versions[slot] = version;
    this.values[slot] = value;
    return value;
  }

  private grow(slot: number): void {
    const versions = new Int32Array(2 * slot + 16);
    versions.set(this.versions);
    this.versions = versions;
    while (this.values.length < versions.length) this.values.push(undefined as T);
  }
}

/** What local plugins said of nodes to pods of one shape. */
export class Shape {
  readonly verdicts = new ByNode<Verdict>();
  private readonly scores = new Map<SchedulerPlugin, ByNode<number>>();

  scoresOf(plugin: SchedulerPlugin): ByNode<number> {
    let scores = this.scores.get(plugin);
    if (!scores) {
      scores = new ByNode();
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

  of(info: PodInfo): Shape {
    const wishes = wishesOf(info);
    if (!this.last || !isSame(this.last.wishes, wishes)) this.last = { wishes, shape: this.find(shapeText(wishes)) };
    return this.last.shape;
  }

  private find(text: string): Shape {
    let shape = this.shapes.get(text);
    if (!shape) {
      if (this.shapes.size >= MAX_SHAPES) this.shapes.clear();
      shape = new Shape();
      this.shapes.set(text, shape);
    }
    return shape;
  }
}
