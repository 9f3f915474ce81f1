import { NODES, type ControllerContext, type Node } from '@seatrial/apiserver';
import { Attached } from '@seatrial/kernel';

/** How disrupted a zone is, by how many of its nodes are ready (nodelifecycle ZoneState). */
export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** Taints a second per zone (--node-eviction-rate), and in a large zone that is partly lost (--secondary-node-eviction-rate). */
const RATE = 0.1;
const SECONDARY_RATE = 0.01;
/** A zone of more nodes counts as large (--large-cluster-size-threshold). */
const LARGE_ZONE = 50;
/** The share of lost nodes from which a zone counts as partly lost (--unhealthy-zone-threshold). */
const UNHEALTHY = 0.55;

/** A node with this label does not count when a zone's health is told. */
export const EXCLUDED_LABEL = 'node.kubernetes.io/exclude-disruption';
export const REGION_LABEL = 'topology.kubernetes.io/region';
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** A zone's nodes that are to be tainted NoExecute, one by one as the zone's rate lets them (RateLimitedTimedQueue). */
interface Zone {
  state: ZoneState;
  /** Taints a second; 0: none. */
  rate: number;
  /** When the bucket, which holds one taint, is full again, ms. */
  fullAt: number;
  /** Nodes that wait, in the order they came, and those that have had their turn since they were last well. */
  readonly waiting: Set<string>;
  readonly done: Set<string>;
}

const statusOf = (node: Node): string | undefined =>
  node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;

function zoneKey({ metadata: { labels } }: Node): string {
  const region = labels?.[REGION_LABEL] ?? '';
  const zone = labels?.[ZONE_LABEL] ?? '';
  return region === '' && zone === '' ? '' : `${region}:\x00:${zone}`;
}

/** How disrupted a zone with so many ready and lost nodes is (ComputeZoneState). */
export function zoneState(ready: number, lost: number): ZoneState {
  if (ready === 0 && lost > 0) return 'FullDisruption';
  return lost > 2 && lost / (lost + ready) >= UNHEALTHY ? 'PartialDisruption' : 'Normal';
}

const rateOf = (state: ZoneState, size: number): number => {
  if (state !== 'PartialDisruption') return RATE;
  return size > LARGE_ZONE ? SECONDARY_RATE : 0;
};

/**
 * When lost nodes are tainted NoExecute (nodelifecycle handleDisruption and doNoExecuteTaintingPass): one every ten
 * seconds in a zone, more rarely or not at all where most of a zone is lost, and none while no node of the cluster is ready.
 */
export class NoExecuteTainter {
  private readonly zones = new Map<string, Zone>();

  /** The node is to be tainted, if it has not been since it was last well (markNodeForTainting); true: it waits anew. */
  add(node: Node, again: boolean): boolean {
    const { waiting, done } = this.zoneOf(node);
    const { name } = node.metadata;
    if (again) done.delete(name);
    if (done.has(name) || waiting.has(name)) return false;
    waiting.add(name);
    return true;
  }

  /** The node is well (markNodeAsReachable), or gone. */
  remove(name: string): void {
    for (const { waiting, done } of this.zones.values()) {
      waiting.delete(name);
      done.delete(name);
    }
  }

  /**
   * Looks at all zones; `entered` when the last ready node has just been lost: then every taint is taken back, and when one
   * is ready again, `exited`, all others are given their time anew.
   */
  review(context: ControllerContext, nodes: readonly Node[]): 'entered' | 'exited' | undefined {
    const counts = new Map<string, { ready: number; lost: number }>();
    for (const node of nodes) {
      this.zoneOf(node);
      if (node.metadata.labels?.[EXCLUDED_LABEL] !== undefined) continue;
      const key = zoneKey(node);
      const count = counts.get(key) ?? { ready: 0, lost: 0 };
      counts.set(key, count);
      count[statusOf(node) === 'True' ? 'ready' : 'lost'] += 1;
    }
    for (const key of this.zones.keys()) if (!counts.has(key)) this.zones.delete(key);
    const next = [...counts].map(([key, { ready, lost }]) => ({
      key,
      size: ready + lost,
      state: zoneState(ready, lost),
    }));
    const allLost = next.every(({ state }) => state === 'FullDisruption');
    const allWereLost = [...this.zones.values()].every(({ state }) => state === 'FullDisruption');
    if (allLost && allWereLost) return undefined;
    for (const { key, size, state } of next) {
      const zone = this.zones.get(key);
      if (!zone || (zone.state === state && !allWereLost && !allLost)) continue;
      zone.state = state;
      swapRate(zone, allLost ? 0 : rateOf(state, size), context.now());
    }
    if (allLost) return 'entered';
    return allWereLost ? 'exited' : undefined;
  }

  /** The nodes whose turn it is; `next` is when to ask again, ms. */
  take(context: ControllerContext): { readonly names: readonly string[]; readonly next: number | undefined } {
    const names: string[] = [];
    let next: number | undefined;
    for (const zone of this.zones.values()) {
      if (zone.rate === 0) continue;
      for (const name of zone.waiting) {
        if (zone.fullAt > context.now()) {
          next = Math.min(next ?? Infinity, zone.fullAt);
          break;
        }
        zone.fullAt = context.now() + 1000 / zone.rate;
        zone.waiting.delete(name);
        const node = context.client.get(NODES, undefined, name);
        if (!node) continue;
        zone.done.add(name);
        names.push(name);
      }
    }
    return { names, next };
  }

  private zoneOf(node: Node): Zone {
    const key = zoneKey(node);
    let zone = this.zones.get(key);
    if (!zone) {
      zone = { state: 'Initial', rate: RATE, fullAt: 0, waiting: new Set(), done: new Set() };
      this.zones.set(key, zone);
    }
    return zone;
  }
}

/** A new rate: a bucket that was empty, or closed, starts empty (SwapLimiter). */
function swapRate(zone: Zone, rate: number, now: number): void {
  if (zone.rate === rate) return;
  const wasEmpty = zone.rate === 0 || zone.fullAt > now;
  zone.rate = rate;
  zone.fullAt = wasEmpty && rate > 0 ? now + 1000 / rate : 0;
}

const tainters = new Attached<object, NoExecuteTainter>();

/** The tainter of a cluster. */
export function noExecuteTainterOf({ kubelets }: ControllerContext): NoExecuteTainter {
  const known = tainters.get(kubelets) ?? new NoExecuteTainter();
  tainters.set(kubelets, known);
  return known;
}
