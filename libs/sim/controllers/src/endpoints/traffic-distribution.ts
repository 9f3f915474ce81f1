import { jsonEqual } from '@seatrial/kernel';
import type { Endpoint, SlicePlan } from './slices.js';

type Hints = NonNullable<Endpoint['hints']>;

/** The values that ask for endpoints near the client. */
export const CLOSE = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

export const isReadyEndpoint = ({ conditions }: Endpoint): boolean => conditions?.ready === true;

function hintsOf({ zone, nodeName }: Endpoint, nodes: boolean): Hints | undefined {
  const hints = {
    ...(zone ? { forZones: [{ name: zone }] } : {}),
    ...(nodes && nodeName ? { forNodes: [{ name: nodeName }] } : {}),
  };
  return Object.keys(hints).length > 0 ? hints : undefined;
}

export function withHints(endpoint: Endpoint, hints: Hints | undefined): Endpoint {
  const { hints: _before, ...rest } = endpoint;
  return hints ? { ...rest, hints } : rest;
}

/** Hints every endpoint for its own zone, and node where asked (k8s.io/endpointslice/trafficdist). */
export function distributeTraffic(plan: SlicePlan, trafficDistribution: string): void {
  const nodes = trafficDistribution === 'PreferSameNode';
  plan.unchanged = plan.unchanged.filter((slice) => {
    const endpoints = [...(slice.endpoints ?? [])];
    if (endpoints.every((one) => !isReadyEndpoint(one) || jsonEqual(one.hints, hintsOf(one, nodes)))) return true;
    plan.update.push({ slice, endpoints, ports: (slice.ports ?? []) as never, fresh: false });
    return false;
  });
  for (const draft of [...plan.create, ...plan.update])
    draft.endpoints = draft.endpoints.map((one) => (isReadyEndpoint(one) ? withHints(one, hintsOf(one, nodes)) : one));
}

/** Takes hints away from all slices (topologycache RemoveHintsFromSlices). */
export function removeHints(plan: SlicePlan): void {
  for (const draft of [...plan.create, ...plan.update])
    draft.endpoints = draft.endpoints.map((one) => withHints(one, undefined));
  plan.unchanged = plan.unchanged.filter((slice) => {
    if (!slice.endpoints?.some(({ hints }) => hints !== undefined)) return true;
    const endpoints = slice.endpoints.map((one) => withHints(one, undefined));
    plan.update.push({ slice, endpoints, ports: (slice.ports ?? []) as never, fresh: false });
    return false;
  });
}
