import type { KindDefinition } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { age, field, name, part, simple } from '../registry/simple-kind.js';

const GROUP = 'resource.k8s.io';

/** `pending`, `allocated,reserved`… (printers/internalversion resourceClaimState) */
function claimState(object: JsonObject): string {
  const deleted = part(object, 'metadata', 'deletionTimestamp') !== undefined;
  const states = deleted ? ['deleted'] : [];
  if (!isJsonObject(part(object, 'status', 'allocation'))) {
    if (!deleted) states.push('pending');
    return states.join(',');
  }
  states.push('allocated');
  const reserved = part(object, 'status', 'reservedFor');
  if (Array.isArray(reserved) && reserved.length > 0) states.push('reserved');
  return states.join(',');
}

/** Dynamic resource allocation: stored and printed, without drivers (pkg/registry/resource, v1.35). */
export const resourceKinds: readonly KindDefinition[] = [
  simple({ group: GROUP, version: 'v1', resource: 'deviceclasses', kind: 'DeviceClass', cells: [name, age] }),
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'resourceclaims',
    kind: 'ResourceClaim',
    generation: false,
    cells: [name, claimState, age],
  }),
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'resourceclaimtemplates',
    kind: 'ResourceClaimTemplate',
    generation: false,
    cells: [name, age],
  }),
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'resourceslices',
    kind: 'ResourceSlice',
    cells: [name, field('spec', 'nodeName'), field('spec', 'driver'), field('spec', 'pool', 'name'), age],
  }),
];
