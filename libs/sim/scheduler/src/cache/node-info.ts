import type { Node } from '@seatrial/apiserver';
import type { NodeVersions } from './node-versions.js';
import type { HostPort, PodInfo } from './pod-info.js';
import { addResources, noResources, resourcesOf, type Resources } from './resources.js';

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** A node with what the pods on it (bound or about to be) use. */
export class NodeInfo {
  allocatable: Resources = noResources();
  requested: Resources = noResources();
  nonZeroMilliCpu = 0;
  nonZeroMemory = 0;
  readonly pods = new Map<string, PodInfo>();
  /** Pods that have any affinity or anti-affinity, and those that require apartness. */
  readonly withAffinity = new Map<string, PodInfo>();
  hostPorts: HostPort[] = [];
  readonly name: string;
  /** Some taint is PreferNoSchedule. */
  hasSoftTaint = false;
  hostname: string | undefined;
  zone: string | undefined;

  /** `slot` is its place among the nodes of a snapshot; negative for a copy to try things on. */
  constructor(
    public node: Node,
    public slot = -1,
    private readonly versions?: NodeVersions,
  ) {
    this.name = node.metadata.name;
    this.setNode(node);
  }

  label(key: string): string | undefined {
    if (key === HOSTNAME) return this.hostname;
    return key === ZONE ? this.zone : this.node.metadata.labels?.[key];
  }

  setNode(node: Node): void {
    this.node = node;
    this.hostname = node.metadata.labels?.[HOSTNAME];
    this.zone = node.metadata.labels?.[ZONE];
    this.hasSoftTaint = node.spec.taints?.some(({ effect }) => effect === 'PreferNoSchedule') ?? false;
    this.versions?.change(this.slot);
    this.allocatable = resourcesOf(node.status?.allocatable ?? node.status?.capacity);
  }

  add(info: PodInfo): void {
    this.pods.set(info.uid, info);
    this.count(info, 1);
    if (info.hasAffinity) this.withAffinity.set(info.uid, info);
    if (info.hostPorts.length > 0) this.hostPorts.push(...info.hostPorts);
  }

  remove(info: PodInfo): void {
    if (!this.pods.delete(info.uid)) return;
    this.count(info, -1);
    this.withAffinity.delete(info.uid);
    if (info.hostPorts.length > 0) this.hostPorts = [...this.pods.values()].flatMap(({ hostPorts }) => hostPorts);
  }

  /** A copy to try things on. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.node);
    for (const info of this.pods.values()) copy.add(info);
    return copy;
  }

  private count(info: PodInfo, sign: 1 | -1): void {
    this.versions?.change(this.slot);
    addResources(this.requested, info.requests, sign);
    this.nonZeroMilliCpu += sign * info.nonZeroRequests.milliCpu;
    this.nonZeroMemory += sign * info.nonZeroRequests.memory;
  }
}
