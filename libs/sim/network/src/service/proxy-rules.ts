import { ENDPOINT_SLICES, SERVICES, type EndpointSlice, type ObjectReader, type Service } from '@seatrial/apiserver';
import { jsonEqual, type Simulation } from '@seatrial/kernel';
import { ServiceTable, serviceKey } from './service-table.js';

/** --iptables-min-sync-period: so long a proxy rests after it has written its rules. */
const REST_MS = 1000;

/** What writing the rules of a small cluster takes. */
const WRITING_MS = 5;

const HEADLESS = 'service.kubernetes.io/headless';

interface Change {
  readonly time: number;
  readonly apply: () => void;
}

/**
 * The rules that kube-proxies have written: they lag behind the objects. A proxy that has rested writes at once, others
 * when their rest is over (pkg/proxy iptables Proxier, runner.BoundedFrequencyRunner). Looked at when packets come, so
 * that no event is needed.
 */
export class ProxyRules {
  private readonly table: ServiceTable;
  private waiting: Change[] = [];
  private written = -Infinity;

  constructor(
    store: ObjectReader,
    private readonly simulation: Pick<Simulation, 'now'>,
  ) {
    this.table = new ServiceTable();
    for (const service of store.list(SERVICES)) this.table.changeService({ type: 'ADDED', object: service });
    for (const slice of store.list(ENDPOINT_SLICES)) this.table.changeSlice({ type: 'ADDED', object: slice });
    store.onChange(SERVICES, (event) => {
      const before = event.previous ?? (event.type === 'DELETED' ? event.object : undefined);
      const after = event.type === 'DELETED' ? undefined : event.object;
      if (jsonEqual(proxied(before), proxied(after))) return;
      const change = (): void => {
        this.table.changeService(event);
      };
      // Its packets would go astray for a moment, and their connections hang for minutes.
      if (event.type === 'ADDED') change();
      this.wait(event.type === 'ADDED' ? () => undefined : change);
    });
    store.onChange(ENDPOINT_SLICES, (event) => {
      const { type, object, previous } = event;
      if (object.metadata.labels?.[HEADLESS] !== undefined) return;
      if (type === 'MODIFIED' && previous && same(previous, object)) return;
      this.wait(() => {
        this.table.changeSlice(event);
      });
    });
  }

  /** What packets meet now. */
  now(): ServiceTable {
    const now = this.simulation.now();
    while (this.waiting.length > 0) {
      const start = Math.max(this.waiting[0].time, this.written + REST_MS);
      if (start + WRITING_MS > now) break;
      const later = this.waiting.findIndex(({ time }) => time > start);
      const due = this.waiting.splice(0, later < 0 ? this.waiting.length : later);
      for (const { apply } of due) apply();
      this.written = start + WRITING_MS;
    }
    return this.table;
  }

  private wait(apply: () => void): void {
    this.now();
    this.waiting.push({ time: this.simulation.now(), apply });
  }
}

/** What of a service is in the rules (BaseServicePortInfo); nothing of a headless one. */
function proxied(service: Service | undefined): unknown {
  if (!service) return undefined;
  const { spec, status } = service;
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None' || !spec.clusterIP) return undefined;
  const ports = (spec.ports ?? []).map(({ name, protocol, port, nodePort }) => ({ name, protocol, port, nodePort }));
  const { clusterIPs, externalIPs, sessionAffinity, sessionAffinityConfig, loadBalancerSourceRanges } = spec;
  const { externalTrafficPolicy, internalTrafficPolicy, healthCheckNodePort } = spec;
  const addresses = { clusterIPs, externalIPs, balancer: status?.loadBalancer?.ingress, loadBalancerSourceRanges };
  const policies = { externalTrafficPolicy, internalTrafficPolicy, healthCheckNodePort };
  return { ports, ...addresses, ...policies, sessionAffinity, sessionAffinityConfig };
}

/** Whether a slice's change is none to a proxy (EndpointSliceCache esDataChanged). */
const same = (before: EndpointSlice, after: EndpointSlice): boolean =>
  serviceKey(before) === serviceKey(after) &&
  jsonEqual(before.endpoints, after.endpoints) &&
  jsonEqual(before.ports, after.ports);
