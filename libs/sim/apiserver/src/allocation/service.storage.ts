import { Attached } from '@seatrial/kernel';
import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { ServerState } from '../registry/server-state.js';
import type { StorageHook } from '../registry/storage-hook.js';
import { nameOf, subject } from '../request/request-scope.js';
import { invalid } from '../status/status-errors.js';
import { forgetAddresses, recordAddresses } from './ip-address.js';
import { ServiceAllocation, portsOf } from './service-allocation.js';

const allocations = new Attached<ServerState, ServiceAllocation>();

function allocationOf(server: ServerState): ServiceAllocation {
  let allocation = allocations.get(server);
  if (!allocation) {
    allocation = new ServiceAllocation(server);
    allocations.set(server, allocation);
  }
  return allocation;
}

const spec = (object: unknown): JsonObject => (object as { readonly spec: JsonObject }).spec;

/** What an update leaves out but had been allocated before stays (patchAllocatedValues). */
function keepAllocated(after: JsonObject, before: JsonObject): void {
  const addressed = (one: JsonObject): boolean => one.type !== 'ExternalName' && one.clusterIP !== 'None';
  if (addressed(after) && addressed(before) && !after.clusterIP) {
    after.clusterIP = before.clusterIP;
    after.clusterIPs = before.clusterIPs;
  }
  const published = (one: JsonObject): boolean => one.type === 'NodePort' || one.type === 'LoadBalancer';
  if (published(after) && published(before)) {
    const used = new Set(portsOf(after).map(({ nodePort }) => nodePort));
    const byName = new Map(portsOf(before).map(({ name, nodePort }) => [name ?? '', nodePort]));
    for (const port of portsOf(after)) {
      const kept = byName.get(port.name ?? '');
      if (!port.nodePort && kept && !used.has(kept)) port.nodePort = kept;
    }
  }
}

/** Addresses and node ports of services, taken with the write and given back with the delete. */
export const serviceStorage: StorageHook = {
  group: '',
  resource: 'services',
  beforeCreate: (server, draft, scope) => {
    if (scope.trusted && spec(draft).type === undefined) spec(draft).type = 'ClusterIP';
    const errors = allocationOf(server).allocate(draft, undefined);
    return errors.length > 0 ? invalid(subject(scope), nameOf(draft), errors) : undefined;
  },
  undoCreate: (server, draft) => allocationOf(server).release(draft, undefined),
  beforeUpdate: (server, draft, old, scope) => {
    if (scope.subresource !== undefined) return undefined;
    keepAllocated(spec(draft), spec(old));
    const errors = allocationOf(server).allocate(draft, old as unknown as JsonObject);
    return errors.length > 0 ? invalid(subject(scope), old.metadata.name, errors) : undefined;
  },
  afterWrite: (server, object: KubeObject, old) => {
    if (old) {
      allocationOf(server).release(old, object);
      forgetAddresses(server, old, object);
    }
    recordAddresses(server, object, old);
  },
  afterDelete: (server, object) => {
    allocationOf(server).release(object, undefined);
    forgetAddresses(server, object, undefined);
  },
};
