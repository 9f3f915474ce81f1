import type { Node, ObjectReader, Pod } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { LabelIndex } from './label-index.js';
import { NodeInfo } from './node-info.js';
import { NodeVersions } from './node-versions.js';
import { PodInfo } from './pod-info.js';
import { isResized } from './resources.js';

/** Nodes and the pods on them, kept up to date change by change; pods are counted from the moment they are assumed. */
export class Snapshot {
  /** Each at its slot. */
  readonly nodes: NodeInfo[] = [];
  readonly versions = new NodeVersions();
  readonly labels = new LabelIndex();
  /** Nodes that have pods with affinity of some kind. */
  readonly nodesWithAffinity = new Set<NodeInfo>();
  readonly nodesWithSoftTaint = new Set<NodeInfo>();
  readonly nodesWithZone = new Set<NodeInfo>();
  /** Without the label of the host name. */
  readonly namelessNodes = new Set<NodeInfo>();
  /** On how many nodes an image is there, and its size. */
  private readonly images = new Map<string, { nodes: number; size: number }>();
  private readonly byName = new Map<string, NodeInfo>();
  private readonly placed = new Map<string, { readonly info: PodInfo; readonly node: string }>();
  /** Pods on nodes that are not (or no longer) known. */
  private readonly homeless = new Map<string, Map<string, PodInfo>>();

  constructor(readonly store: ObjectReader) {}

  node(name: string): NodeInfo | undefined {
    return this.byName.get(name);
  }

  image(name: string): { readonly nodes: number; readonly size: number } | undefined {
    return this.images.get(name);
  }

  isPlaced(uid: string): boolean {
    return this.placed.has(uid);
  }

  setNode(node: Node): void {
    const known = this.byName.get(node.metadata.name);
    const info = known ?? new NodeInfo(node, this.nodes.length, this.versions);
    if (known) {
      this.countImages(known.node, -1);
      known.setNode(node);
    } else {
      this.byName.set(info.name, info);
      this.nodes.push(info);
      for (const pod of this.homeless.get(info.name)?.values() ?? []) this.settle(info, pod);
      this.homeless.delete(info.name);
    }
    setMember(this.nodesWithSoftTaint, info, info.hasSoftTaint);
    setMember(this.nodesWithZone, info, info.zone !== undefined);
    setMember(this.namelessNodes, info, info.hostname === undefined);
    this.countImages(node, 1);
  }

  removeNode(name: string): void {
    const info = this.byName.get(name);
    if (!info) return;
    this.countImages(info.node, -1);
    this.byName.delete(name);
    this.nodes.splice(info.slot, 1);
    for (let slot = info.slot; slot < this.nodes.length; slot++) {
      this.nodes[slot].slot = slot;
      this.versions.change(slot);
    }
    this.nodesWithAffinity.delete(info);
    this.nodesWithSoftTaint.delete(info);
    this.nodesWithZone.delete(info);
    this.namelessNodes.delete(info);
    if (info.pods.size > 0) this.homeless.set(name, new Map(info.pods));
    for (const pod of info.pods.values()) this.labels.change(pod, info, -1);
  }

  /** Puts a pod on a node, or replaces what is known of it; `made`: what has been worked out of it already. */
  setPod(pod: Pod, nodeName: string, made?: PodInfo): void {
    const known = this.placed.get(pod.metadata.uid);
    if (known?.node === nodeName && sameForScheduling(known.info.pod, pod)) return;
    if (known) this.removePod(pod.metadata.uid);
    const info = made ?? new PodInfo(pod);
    this.placed.set(info.uid, { info, node: nodeName });
    const node = this.byName.get(nodeName);
    if (node) {
      this.settle(node, info);
      return;
    }
    const waiting = this.homeless.get(nodeName) ?? new Map<string, PodInfo>();
    waiting.set(info.uid, info);
    this.homeless.set(nodeName, waiting);
  }

  removePod(uid: string): void {
    const known = this.placed.get(uid);
    if (!known) return;
    this.placed.delete(uid);
    const node = this.byName.get(known.node);
    if (!node) {
      this.homeless.get(known.node)?.delete(uid);
      return;
    }
    this.labels.change(known.info, node, -1);
    node.remove(known.info);
    if (node.withAffinity.size === 0) this.nodesWithAffinity.delete(node);
  }

  private settle(node: NodeInfo, info: PodInfo): void {
    node.add(info);
    this.labels.change(info, node, 1);
    if (info.hasAffinity) this.nodesWithAffinity.add(node);
  }

  private countImages(node: Node, by: 1 | -1): void {
    for (const { names, sizeBytes } of node.status?.images ?? [])
      for (const name of names ?? []) {
        const nodes = (this.images.get(name)?.nodes ?? 0) + by;
        if (nodes === 0) this.images.delete(name);
        else this.images.set(name, { nodes, size: sizeBytes ?? 0 });
      }
  }
}

function setMember<T>(set: Set<T>, member: T, isIn: boolean): void {
  if (isIn) set.add(member);
  else set.delete(member);
}

function sameForScheduling(a: Pod, b: Pod): boolean {
  return (
    (a.spec === b.spec || (a.metadata.generation !== undefined && a.metadata.generation === b.metadata.generation)) &&
    (a.metadata.labels === b.metadata.labels || jsonEqual(a.metadata.labels, b.metadata.labels)) &&
    a.metadata.deletionTimestamp === b.metadata.deletionTimestamp &&
    !isResized(a, b)
  );
}
