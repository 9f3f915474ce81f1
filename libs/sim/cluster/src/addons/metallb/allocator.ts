import { NAMESPACES, SERVICES, type ObjectReader, type Service } from '@seatrial/apiserver';
import { compareStrings, fail, ok, type Result } from '@seatrial/kernel';
import { formatIpv4, parseIpv4 } from '@seatrial/network';
import { goQuote, labelSelectorMatches } from '@seatrial/schema';
import { spansOf } from './address-ranges.js';
import { IP_ADDRESS_POOLS, METALLB_NAMESPACE, type IpAddressPool } from './metallb-types.js';

/** How many addresses of one pool are tried for one service. */
const MOST_TRIED = 65_536;

export const keyOf = ({ metadata }: Service): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** An annotation's value, under its name or the one of earlier releases. */
export const annotation = ({ metadata }: Service, name: string): string =>
  metadata.annotations?.[`metallb.io/${name}`] ?? metadata.annotations?.[`metallb.universe.tf/${name}`] ?? '';

export const addressesOf = ({ status }: Service): string[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));

export const pools = (store: ObjectReader): readonly IpAddressPool[] => store.list(IP_ADDRESS_POOLS, METALLB_NAMESPACE);

export const poolOf = (store: ObjectReader, ip: string): IpAddressPool | undefined => {
  const address = parseIpv4(ip);
  return address === undefined
    ? undefined
    : pools(store).find((pool) => spansOf(pool).some(({ first, last }) => first <= address && address <= last));
};

/** `["10.0.0.1"]`: how Go's %q shows addresses. */
export const quoted = (ips: readonly string[]): string => `[${ips.map(goQuote).join(' ')}]`;

/** Gives services addresses of the pools (internal/allocator); what they have is what their status says. */
export class Allocator {
  constructor(private readonly store: ObjectReader) {}

  /** Which balancers have an address. */
  private holders(ip: string, except: string): Service[] {
    return this.store
      .list(SERVICES)
      .filter(
        (service) =>
          service.spec.type === 'LoadBalancer' && keyOf(service) !== except && addressesOf(service).includes(ip),
      );
  }

  /** Why a service cannot have an address too that others have (checkSharing). */
  private sharingComplaint(service: Service, ip: string): string | undefined {
    const others = this.holders(ip, keyOf(service));
    if (others.length === 0) return undefined;
    const own = annotation(service, 'allow-shared-ip');
    const backend = (each: Service): string =>
      each.spec.externalTrafficPolicy === 'Local' ? JSON.stringify(each.spec.selector ?? {}) : '';
    const agree = others.every(
      (other) => own !== '' && annotation(other, 'allow-shared-ip') === own && backend(other) === backend(service),
    );
    if (!agree)
      return `can't change sharing key for ${goQuote(keyOf(service))}, address also in use by ${others.map(keyOf).join(',')}`;
    for (const { port, protocol = 'TCP' } of service.spec.ports ?? []) {
      const taken = others.some(({ spec }) =>
        spec.ports?.some((each) => each.port === port && (each.protocol ?? 'TCP') === protocol),
      );
      if (taken) return `port ${protocol}/${port} is already in use on ${goQuote(ip)}`;
    }
    return undefined;
  }

  private admits({ spec }: IpAddressPool, service: Service): boolean {
    const rule = spec.serviceAllocation;
    if (!rule) return true;
    const { namespaces = [], namespaceSelectors = [], serviceSelectors = [] } = rule;
    const { namespace = '' } = service.metadata;
    const labels = this.store.get(NAMESPACES, undefined, namespace)?.metadata.labels;
    const places = namespaces.length + namespaceSelectors.length > 0;
    const inPlace =
      !places ||
      namespaces.includes(namespace) ||
      namespaceSelectors.some((each) => labelSelectorMatches(each, labels));
    const chosen =
      serviceSelectors.length === 0 ||
      serviceSelectors.some((each) => labelSelectorMatches(each, service.metadata.labels));
    return inPlace && chosen;
  }

  /** Takes the addresses that a service asks for, or says why it cannot have them. */
  assign(service: Service, ips: readonly string[]): Result<IpAddressPool, string> {
    const pool = poolOf(this.store, ips[0] ?? '');
    if (!pool || ips.some((ip) => poolOf(this.store, ip) !== pool))
      return fail(`${quoted(ips)} is not allowed in config`);
    if (!this.admits(pool, service)) return fail(`pool ${pool.metadata.name} not compatible for ip assignment`);
    for (const ip of ips) {
      const complaint = this.sharingComplaint(service, ip);
      if (complaint !== undefined) return fail(complaint);
    }
    return ok(pool);
  }

  private firstFree(pool: IpAddressPool, service: Service): string | undefined {
    let tried = 0;
    for (const { first, last } of spansOf(pool))
      for (let address = first; address <= last && tried < MOST_TRIED; address++, tried++) {
        if (pool.spec.avoidBuggyIPs && (address % 256 === 0 || address % 256 === 255)) continue;
        const ip = formatIpv4(address);
        if (this.sharingComplaint(service, ip) === undefined) return ip;
      }
    return undefined;
  }

  /** An address of the pool that a service names, of those that are for it, or of any other, in this order. */
  allocate(service: Service): Result<{ readonly ips: readonly string[]; readonly pool: string }, string> {
    const all = pools(this.store);
    const wanted = annotation(service, 'loadBalancerIPs') || (service.spec.loadBalancerIP ?? '');
    const desiredPool = annotation(service, 'address-pool');
    if (wanted !== '') {
      const ips = wanted.split(',').map((ip) => ip.trim());
      if (ips.some((ip) => parseIpv4(ip) === undefined)) return fail(invalidAddress(service, wanted));
      const assigned = this.assign(service, ips);
      if (!assigned.ok) return assigned;
      const pool = assigned.value.metadata.name;
      return desiredPool !== '' && pool !== desiredPool
        ? fail(
            `requested loadBalancer IP(s) ${quoted(ips)} is not compatible with requested address pool ${desiredPool}`,
          )
        : ok({ ips, pool });
    }
    if (desiredPool !== '') {
      const pool = all.find(({ metadata }) => metadata.name === desiredPool);
      if (!pool) return fail(`unknown pool ${goQuote(desiredPool)}`);
      if (!this.admits(pool, service)) return fail(`pool ${desiredPool} not compatible for ip assignment`);
      const ip = this.firstFree(pool, service);
      return ip === undefined ? fail('no available IPs') : ok({ ips: [ip], pool: desiredPool });
    }
    // Priority 0 is the last.
    const rank = ({ spec }: IpAddressPool): number => spec.serviceAllocation?.priority || Number.MAX_SAFE_INTEGER;
    const pinned = all
      .filter((pool) => pool.spec.serviceAllocation && this.admits(pool, service))
      .sort((a, b) => rank(a) - rank(b) || compareStrings(a.metadata.name, b.metadata.name));
    const common = all.filter(({ spec }) => !spec.serviceAllocation);
    for (const pool of [...pinned, ...common]) {
      if (pool.spec.autoAssign === false) continue;
      const ip = this.firstFree(pool, service);
      if (ip !== undefined) return ok({ ips: [ip], pool: pool.metadata.name });
    }
    return fail('no available IPs');
  }
}

const invalidAddress = (service: Service, wanted: string): string =>
  annotation(service, 'loadBalancerIPs') === ''
    ? `invalid spec.loadBalancerIP ${goQuote(wanted)}`
    : `invalid metallb.io/loadBalancerIPs: ${goQuote(wanted)}`;
