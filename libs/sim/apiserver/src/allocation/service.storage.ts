import { Attached } from '@seatrial/kernel';
import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { ServerState } from '../registry/server-state.js';
import type { StorageHook } from '../registry/storage-hook.js';
import type { Status } from '../contract/status.js';
import { nameOf, subject, type RequestScope } from '../request/request-scope.js';
import { failure as statusFailure, internalError, invalid } from '../status/status-errors.js';
import { forgetAddresses, recordAddresses } from './ip-address.js';
import { DUPLICATE, ServiceAllocation, portsOf, type AllocationRefusal } from './service-allocation.js';

const allocations = new Attached<ServerState, ServiceAllocation>();

function allocationOf(server: ServerState): ServiceAllocation {
  let allocation = allocations.get(server);
  if (!allocation) {
    allocation = ServiceAllocation.of(server);
    allocations.set(server, allocation);
  }
  return allocation;
}

/** A dry run takes nothing. */
const allocationFor = (server: ServerState, { options }: RequestScope): ServiceAllocation =>
  options.dryRun ? allocationOf(server).dry(server.options.serviceCidr) : allocationOf(server);

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

const refusal = (scope: RequestScope, name: string, failure: AllocationRefusal | undefined): Status | undefined => {
  if (failure === undefined) return undefined;
  if (typeof failure === 'object') return invalid(subject(scope), name, failure);
  return failure.startsWith(DUPLICATE) ? statusFailure(500, undefined, failure) : internalError(failure);
};

/** Addresses and node ports of services, taken with the write and given back with the delete. */
export const serviceStorage: StorageHook = {
  group: '',
  resource: 'services',
  begin: {
    create: (server, draft, scope) => {
      if (scope.trusted && spec(draft).type === undefined) spec(draft).type = 'ClusterIP';
      return refusal(scope, nameOf(draft), allocationFor(server, scope).allocate(draft, undefined));
    },
    update: (server, draft, old, scope) => {
      keepAllocated(spec(draft), spec(old));
      return refusal(
        scope,
        old.metadata.name,
        allocationFor(server, scope).allocate(draft, old as unknown as JsonObject),
      );
    },
    undoUpdate: (server, draft, old, scope) => allocationFor(server, scope).release(draft, old),
  },
  undoCreate: (server, draft, scope) => allocationFor(server, scope).release(draft, undefined),
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
  afterRewind: (server) => allocations.set(server, ServiceAllocation.of(server)),
};
