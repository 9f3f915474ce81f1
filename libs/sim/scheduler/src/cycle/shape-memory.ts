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

  get(node: NodeInfo, compute: () => T): T {
    const { slot, version } = node;
    // A copy to try things on.
    if (slot < 0) return compute();
    if (slot >= this.versions.length) this.grow(slot);
    if (this.versions[slot] !== version) {
      this.values[slot] = compute();
      this.versions[slot] = version;
    }
    return this.values[slot];
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

/** Pods of equal shape are the same to every local plugin. */
function shapeText({ pod: { spec }, requests, nonZeroRequests, hostPorts }: PodInfo): string {
  const { tolerations, nodeSelector, affinity, nodeName } = spec;
  return [
    requestsText(requests),
    requestsText(nonZeroRequests),
    textOf(tolerations),
    textOf(nodeSelector),
    textOf(affinity?.nodeAffinity),
    hostPorts.length === 0 ? '' : JSON.stringify(hostPorts),
    nodeName ?? '',
  ].join('\n');
}

/** Remembers, by shape of pod, what local plugins said: of nodes that have not changed they need not be asked again. */
export class ShapeMemory {
  private readonly shapes = new Map<string, Shape>();

  of(info: PodInfo): Shape {
    const text = shapeText(info);
    let shape = this.shapes.get(text);
    if (!shape) {
      if (this.shapes.size >= MAX_SHAPES) this.shapes.clear();
      shape = new Shape();
      this.shapes.set(text, shape);
    }
    return shape;
  }
}
