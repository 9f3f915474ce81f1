import {
  NODES,
  PODS,
  type ApiServer,
  type ConfigMap,
  type EventRecorder,
  type Node,
  type Pod,
} from '@seatrial/apiserver';
import type { AutoscalerFlags } from './flags.js';
import type { NodeGroup } from './node-group.js';
import { add, requestsOf, type Amounts } from './pod-fit.js';

/** What every part of one autoscaler shares. */
export interface AutoscalerWorld {
  readonly apiServer: ApiServer;
  readonly events: EventRecorder;
  readonly groups: readonly NodeGroup[];
  readonly flags: AutoscalerFlags;
  now(): number;
  /** The ConfigMap that its events about groups hang on. */
  statusMap(): ConfigMap | undefined;
  /** When a group was last made larger. */
  lastScaleUp: number;
  /** Since when nodes have not been needed. */
  readonly unneededSince: Map<string, number>;
}

export const isDaemon = ({ metadata }: Pod): boolean =>
  metadata.ownerReferences?.some(({ kind, controller }) => kind === 'DaemonSet' && controller === true) === true;

export const isMirror = ({ metadata }: Pod): boolean =>
  metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** The pods of each node that are not finished. */
export function podsByNode({ apiServer }: AutoscalerWorld): ReadonlyMap<string, readonly Pod[]> {
  const found = new Map<string, Pod[]>();
  for (const pod of apiServer.store.list(PODS)) {
    const { nodeName } = pod.spec;
    if (!nodeName || isOver(pod)) continue;
    found.set(nodeName, [...(found.get(nodeName) ?? []), pod]);
  }
  return found;
}

/** What a group's daemons take of each of its nodes: as much as on one that it has. */
export function daemonsOf(
  world: AutoscalerWorld,
  group: NodeGroup,
  pods: ReadonlyMap<string, readonly Pod[]>,
): Amounts {
  const member = nodesOf(world, group).at(0);
  const total: Record<string, number> = {};
  for (const pod of pods.get(member?.metadata.name ?? '') ?? []) if (isDaemon(pod)) add(total, requestsOf(pod));
  return total;
}

export const nodesOf = ({ apiServer }: AutoscalerWorld, group: NodeGroup): Node[] =>
  apiServer.store.list(NODES).filter(({ metadata }) => group.has(metadata.name));

/** Ready, and no longer tainted as not ready. */
export const isReady = ({ spec, status }: Node): boolean =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True' &&
  spec.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready') !== true;
