import { NAMESPACES, type ObjectReader } from '@seatrial/apiserver';
import type { DnsRecord } from '@seatrial/kernel';
import type { Endpoint, ServiceTable } from '../service/service-table.js';

/** An answer of the cluster's DNS: `undefined` means that the name is not in its zone. */
export interface ZoneAnswer {
  readonly code: 'NOERROR' | 'NXDOMAIN';
  readonly records: readonly DnsRecord[];
}

const TTL = 30;
/** CoreDNS follows no longer chain. */
const MAX_ALIASES = 10;
const NO_DATA: ZoneAnswer = { code: 'NOERROR', records: [] };
const NO_NAME: ZoneAnswer = { code: 'NXDOMAIN', records: [] };

const dashed = (address: string): string => address.replaceAll('.', '-');

/** Answers as CoreDNS' kubernetes plugin does (schema version 1.1.0 of DNS-based service discovery). */
export class ClusterDns {
  private otherChanges = 0;
  private readonly zone: string;

  constructor(
    private readonly store: ObjectReader,
    private readonly services: ServiceTable,
    private readonly domain: string,
  ) {
    this.zone = `.${domain}`;
    store.onChange(NAMESPACES, () => {
      this.otherChanges++;
    });
  }

  /** Answers stay what they are while this does. */
  get version(): number {
    return this.services.version + this.otherChanges;
  }

  /** As `version`, for names that stand for a service's own address. */
  get addressVersion(): number {
    return this.services.addressVersion + this.otherChanges;
  }

  /** The way to the name servers has changed. */
  wayChanged(): void {
    this.otherChanges++;
  }

  answer(name: string, type: DnsRecord['type']): ZoneAnswer | undefined {
    const lower = name.toLowerCase().replace(/\.$/, '');
    if (lower.endsWith('.in-addr.arpa')) return this.reverse(lower, type);
    if (lower === this.domain) return NO_DATA;
    if (!lower.endsWith(this.zone)) return undefined;
    const labels = lower.slice(0, -this.domain.length - 1).split('.');
    const kind = labels.pop();
    if (kind === 'pod') return this.podName(labels, lower, type);
    if (kind !== 'svc') return NO_NAME;
    return this.serviceName(labels, lower, type);
  }

  private namespaceExists(namespace: string): boolean {
    return this.store.get(NAMESPACES, undefined, namespace) !== undefined;
  }

  private podName(labels: string[], name: string, type: DnsRecord['type']): ZoneAnswer {
    if (labels.length === 0) return NO_DATA;
    const namespace = labels[labels.length - 1];
    if (!this.namespaceExists(namespace)) return NO_NAME;
    if (labels.length === 1) return NO_DATA;
    if (labels.length > 2 || !/^\d+-\d+-\d+-\d+$/.test(labels[0])) return NO_NAME;
    return type === 'A' ? this.records([{ name, type: 'A', ttl: TTL, data: labels[0].replaceAll('-', '.') }]) : NO_DATA;
  }

  private serviceName(labels: string[], name: string, type: DnsRecord['type']): ZoneAnswer {
    if (labels.length === 0) return NO_DATA;
    const namespace = labels[labels.length - 1];
    if (labels.length === 1) return this.namespaceExists(namespace) ? NO_DATA : NO_NAME;
    const serviceName = labels[labels.length - 2];
    const service = this.services.get(namespace, serviceName);
    if (!service) return NO_NAME;
    const rest = labels.slice(0, -2);
    if (service.spec.type === 'ExternalName') {
      if (rest.length > 0) return NO_NAME;
      const data = service.spec.externalName ?? '';
      if (type !== 'CNAME' && this.leadsNowhere(data, type)) return NO_DATA;
      return type === 'A' || type === 'AAAA' || type === 'CNAME'
        ? this.records([{ name, type: 'CNAME', ttl: TTL, data }])
        : NO_DATA;
    }
    const headless = service.spec.clusterIP === 'None' || !service.spec.clusterIP;
    const endpoints = this.services
      .endpoints(namespace, serviceName)
      .filter((endpoint) => endpoint.ready || service.spec.publishNotReadyAddresses === true);
    if (rest.length === 2 && rest[0].startsWith('_')) return this.portName(rest, name, type, namespace, serviceName);
    if (rest.length === 1) {
      const chosen = endpoints.filter((endpoint) => (endpoint.hostname ?? dashed(endpoint.address)) === rest[0]);
      return chosen.length === 0
        ? NO_NAME
        : this.addresses(
            name,
            type,
            chosen.map((endpoint) => endpoint.address),
          );
    }
    if (rest.length > 0) return NO_NAME;
    if (type === 'SRV') return this.allPorts(name, namespace, serviceName);
    if (!headless) return this.addresses(name, type, [service.spec.clusterIP ?? '']);
    return endpoints.length === 0
      ? NO_NAME
      : this.addresses(
          name,
          type,
          endpoints.map((endpoint) => endpoint.address),
        );
  }

  /** An alias within the zone is told with what it leads to, or not at all (plugin.A, plugin.AAAA). */
  private leadsNowhere(alias: string, type: DnsRecord['type']): boolean {
    let name = alias.toLowerCase().replace(/\.$/, '');
    for (let length = 0; length < MAX_ALIASES; length++) {
      if (!name.endsWith(this.zone)) return false;
      const [serviceName, namespace, kind, ...rest] = name.split('.');
      const service =
        kind === 'svc' && `.${rest.join('.')}` === this.zone ? this.services.get(namespace, serviceName) : undefined;
      if (service?.spec.type !== 'ExternalName') return this.answer(name, type)?.records.length === 0;
      name = (service.spec.externalName ?? '').toLowerCase().replace(/\.$/, '');
    }
    return true;
  }

  private addresses(name: string, type: DnsRecord['type'], addresses: readonly string[]): ZoneAnswer {
    if (type !== 'A') return NO_DATA;
    return this.records([...new Set(addresses)].map((data) => ({ name, type: 'A' as const, ttl: TTL, data })));
  }

  private portName(
    rest: readonly string[],
    name: string,
    type: DnsRecord['type'],
    namespace: string,
    serviceName: string,
  ): ZoneAnswer {
    const service = this.services.get(namespace, serviceName);
    const port = service?.spec.ports?.find(
      (each) => `_${each.name ?? ''}` === rest[0] && `_${(each.protocol ?? 'TCP').toLowerCase()}` === rest[1],
    );
    if (!service || !port) return NO_NAME;
    if (type !== 'SRV') return NO_DATA;
    return this.records(this.srv(name, namespace, serviceName, port.name ?? '', port.port));
  }

  private allPorts(name: string, namespace: string, serviceName: string): ZoneAnswer {
    const ports = this.services.get(namespace, serviceName)?.spec.ports ?? [];
    return this.records(ports.flatMap((port) => this.srv(name, namespace, serviceName, port.name ?? '', port.port)));
  }

  private srv(name: string, namespace: string, serviceName: string, portName: string, port: number): DnsRecord[] {
    const base = `${serviceName}.${namespace}.svc.${this.domain}.`;
    const service = this.services.get(namespace, serviceName);
    const one = (weight: number, number: number, target: string): DnsRecord => ({
      name,
      type: 'SRV',
      ttl: TTL,
      data: `0 ${weight} ${number} ${target}`,
    });
    if (service?.spec.clusterIP !== 'None') return [one(100, port, base)];
    const endpoints = this.services.endpoints(namespace, serviceName, portName).filter((endpoint) => endpoint.ready);
    const weight = Math.floor(100 / Math.max(1, endpoints.length));
    return endpoints.map((endpoint: Endpoint) =>
      one(weight, endpoint.port, `${endpoint.hostname ?? dashed(endpoint.address)}.${base}`),
    );
  }

  private reverse(name: string, type: DnsRecord['type']): ZoneAnswer | undefined {
    const address = name.replace('.in-addr.arpa', '').split('.').reverse().join('.');
    const service = this.services.withAddress(address);
    if (service) {
      const data = `${service.metadata.name}.${service.metadata.namespace ?? ''}.svc.${this.domain}.`;
      return type === 'PTR' ? this.records([{ name, type: 'PTR', ttl: TTL, data }]) : NO_DATA;
    }
    const hosts = [...this.services.atAddress(address)].map(({ service: { metadata }, endpoint }) => {
      const host = endpoint.hostname ?? dashed(address);
      return `${host}.${metadata.name}.${metadata.namespace ?? ''}.svc.${this.domain}.`;
    });
    if (hosts.length === 0) return undefined;
    return type === 'PTR' ? this.records(hosts.map((data) => ({ name, type, ttl: TTL, data }))) : NO_DATA;
  }

  private records(records: readonly DnsRecord[]): ZoneAnswer {
    return { code: 'NOERROR', records };
  }
}
