import type { EndpointSlice, Node } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { SliceDraft, SlicePlan } from './slices.js';
import { isReadyEndpoint, removeHints, withHints } from './traffic-distribution.js';

/*
 * Hints of the annotation `service.kubernetes.io/topology-mode: Auto`: endpoints are shared out to zones in proportion
 * to the zones' CPUs (k8s.io/endpointslice/topologycache).
 */

const ZONE = 'topology.kubernetes.io/zone';
const OVERLOAD_THRESHOLD = 0.2;
const EXCLUDED = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
const SUFFIX = ', addressType: IPv4';

interface Allocation {
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
}

export interface HintEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'TopologyAwareHintsEnabled' | 'TopologyAwareHintsDisabled';
  readonly message: string;
}

const disabled = (message: string): HintEvent => ({
  type: 'Warning',
  reason: 'TopologyAwareHintsDisabled',
  message: message + SUFFIX,
});

export const HINTS_REMOVED = disabled('Topology Aware Hints has been disabled');

/** The annotation that asks for hints; the older name counts first. */
export function wantsHints(annotations: Readonly<Record<string, string>> = {}): boolean {
  const mode =
    annotations['service.kubernetes.io/topology-aware-hints'] ?? annotations['service.kubernetes.io/topology-mode'];
  return mode === 'Auto' || mode === 'auto';
}

/** Each zone's share of the CPUs of the ready worker nodes; undefined where a node does not tell, or with one zone. */
function cpuRatios(nodes: readonly Node[]): ReadonlyMap<string, number> | undefined {
  const byZone = new Map<string, number>();
  let total = 0;
  for (const { metadata, status } of nodes) {
    if (EXCLUDED.some((label) => metadata.labels?.[label] !== undefined)) continue;
    if (!status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True')) continue;
    const zone = metadata.labels?.[ZONE];
    const cpu = Number(Quantity.of(status.allocatable?.cpu).nanos / 1_000_000n);
    if (!zone || cpu === 0) return undefined;
    byZone.set(zone, (byZone.get(zone) ?? 0) + cpu);
    total += cpu;
  }
  if (byZone.size < 2) return undefined;
  return new Map([...byZone].sort(([a], [b]) => compareStrings(a, b)).map(([zone, cpu]) => [zone, cpu / total]));
}

function allocate(
  ratios: ReadonlyMap<string, number> | undefined,
  count: number,
): ReadonlyMap<string, Allocation> | HintEvent {
  if (!ratios)
    return disabled('Insufficient Node information: allocatable CPU or zone not specified on one or more nodes');
  const numbers = `(${count} endpoints, ${ratios.size} zones)`;
  if (ratios.size > count) return disabled(`Insufficient number of endpoints ${numbers}`);
  let least = 0;
  const shares = [...ratios].map(([zone, ratio]) => {
    const share = ratio * count;
    const minimum = Math.ceil(share / (1 + OVERLOAD_THRESHOLD));
    least += minimum;
    return { zone, minimum, desired: Math.max(share, minimum) };
  });
  if (least > count)
    return disabled(
      `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${numbers}`,
    );
  return new Map(
    shares.map(({ zone, minimum, desired }) => [zone, { minimum, desired, maximum: minimum + count - least }]),
  );
}

/** The hints of a slice by zone; undefined where they no longer do. */
function keptHints(
  { endpoints }: EndpointSlice,
  given: ReadonlyMap<string, number>,
  allocations: ReadonlyMap<string, Allocation>,
): Map<string, number> | undefined {
  const byZone = new Map<string, number>();
  for (const endpoint of (endpoints ?? []).filter(isReadyEndpoint)) {
    const zones = endpoint.hints?.forZones ?? [];
    if (zones.length === 0) return undefined;
    for (const { name } of zones) byZone.set(name, (byZone.get(name) ?? 0) + 1);
  }
  for (const [zone, count] of byZone)
    if (count + (given.get(zone) ?? 0) > (allocations.get(zone)?.maximum ?? -1)) return undefined;
  return byZone;
}

function most(zones: ReadonlyMap<string, number>): [zone: string, count: number] {
  let best: [string, number] = ['', 0];
  for (const [zone, count] of zones) if (count > best[1]) best = [zone, count];
  return best;
}

const add = (zones: Map<string, number>, zone: string, count: number): void => {
  zones.set(zone, (zones.get(zone) ?? 0) + count);
};

/** Moves hints from zones with too many endpoints to those with too few. */
function redistribute(
  drafts: readonly SliceDraft[],
  given: ReadonlyMap<string, number>,
  allocations: ReadonlyMap<string, Allocation>,
): void {
  const surplus = new Map<string, number>();
  const lack = new Map<string, number>();
  for (const [zone, { desired }] of allocations) {
    const difference = (given.get(zone) ?? 0) - desired;
    if (difference > 0) surplus.set(zone, difference);
    if (difference < 0) lack.set(zone, -difference);
  }
  const giving = new Map<string, number>();
  const receiving: string[] = [];
  for (;;) {
    const [from, tooMany] = most(surplus);
    const [to, tooFew] = most(lack);
    if (tooMany < 0.5 || tooFew < 0.5 || (tooMany < 1 && tooFew < 1)) break;
    add(giving, from, 1);
    add(surplus, from, -1);
    receiving.push(to);
    add(lack, to, -1);
  }
  for (const draft of drafts)
    draft.endpoints = draft.endpoints.map((endpoint) => {
      const zone = endpoint.zone ?? '';
      if (!isReadyEndpoint(endpoint) || (giving.get(zone) ?? 0) === 0) return endpoint;
      const to = receiving.shift();
      if (to === undefined) return endpoint;
      add(giving, zone, -1);
      return withHints(endpoint, { forZones: [{ name: to }] });
    });
}

/** Gives the slices hints by zone; says why not where that cannot be (TopologyCache.AddHints). */
export function addTopologyHints(plan: SlicePlan, nodes: readonly Node[]): HintEvent | undefined {
  const give = (reason: HintEvent): HintEvent => {
    removeHints(plan);
    return reason;
  };
  const endpoints = [...plan.create, ...plan.update, ...plan.unchanged].flatMap((slice) => slice.endpoints ?? []);
  const allocations = allocate(cpuRatios(nodes), endpoints.filter(isReadyEndpoint).length);
  if ('reason' in allocations) return give(allocations);
  const given = new Map<string, number>();
  plan.unchanged = plan.unchanged.filter((slice) => {
    const kept = keptHints(slice, given, allocations);
    for (const [zone, count] of kept ?? []) add(given, zone, count);
    if (!kept)
      plan.update.push({ slice, endpoints: [...slice.endpoints], ports: (slice.ports ?? []) as never, fresh: false });
    return kept !== undefined;
  });
  const drafts = [...plan.create, ...plan.update];
  for (const draft of drafts) {
    if (draft.endpoints.some((one) => isReadyEndpoint(one) && !one.zone))
      return give(disabled('One or more endpoints do not have a zone specified'));
    draft.endpoints = draft.endpoints.map((one) => {
      if (!isReadyEndpoint(one)) return one;
      add(given, one.zone ?? '', 1);
      return withHints(one, { forZones: [{ name: one.zone ?? '' }] });
    });
  }
  redistribute(drafts, given, allocations);
  return given.size === 0 ? give(disabled('No hints allocated for zones')) : undefined;
}

export const HINTS_ADDED: HintEvent = {
  type: 'Normal',
  reason: 'TopologyAwareHintsEnabled',
  message: `Topology Aware Hints has been enabled${SUFFIX}`,
};
