import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';
import type { ServerState } from '../registry/server-state.js';
import { AddressRange, type AddressPool, type AllocationFailure } from './address-range.js';

/** A range of services' addresses (networking.k8s.io/v1). */
export interface ServiceCidr extends KubeObject {
  readonly spec?: { readonly cidrs?: readonly string[] };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
      readonly lastTransitionTime: string;
    }[];
  };
}

export const SERVICE_CIDRS: ResourceType<ServiceCidr> = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'servicecidrs',
  kind: 'ServiceCIDR',
  namespaced: false,
};

/** The addresses of a cluster's services: of the range it was started with, and of ServiceCIDRs that are ready (ipallocator.MetaAllocator). */
export class ServiceAddresses implements AddressPool {
  private readonly first: AddressRange;
  private readonly more = new Map<string, AddressRange>();

  constructor(
    private readonly server: ServerState,
    private readonly cidr: string,
  ) {
    this.first = new AddressRange(cidr, server.addresses.split('service'));
  }

  /** The further ranges; those that go give no addresses out any more. */
  private ranges(): readonly AddressRange[] {
    const ready: AddressRange[] = [this.first];
    for (const { metadata, spec, status } of this.server.store.list(SERVICE_CIDRS)) {
      if (!status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True')) continue;
      if (metadata.deletionTimestamp !== undefined) continue;
      for (const cidr of spec?.cidrs ?? []) {
        if (cidr === this.cidr || cidr.includes(':')) continue;
        let range = this.more.get(cidr);
        if (!range)
          this.more.set(cidr, (range = new AddressRange(cidr, this.server.addresses.split(`service/${cidr}`))));
        ready.push(range);
      }
    }
    return ready;
  }

  take(address: string): AllocationFailure | undefined {
    for (const range of this.ranges()) {
      const failure = range.take(address);
      if (failure !== 'outside') return failure;
    }
    return 'outside';
  }

  draw(): string | undefined {
    for (const range of this.ranges()) {
      const drawn = range.draw();
      if (drawn !== undefined) return drawn;
    }
    return undefined;
  }

  free(address: string): void {
    for (const range of [this.first, ...this.more.values()]) range.free(address);
  }

  /** Whoever draws in a dry run gets the range's own address; what is asked for may be taken (ipallocator.dryRunAllocator). */
  dry(): AddressPool {
    const pool: AddressPool = {
      take: (address) => (this.ranges().some((range) => range.covers(address)) ? undefined : 'outside'),
      draw: () => this.cidr.split('/')[0],
      free: () => undefined,
      dry: () => pool,
    };
    return pool;
  }
}
