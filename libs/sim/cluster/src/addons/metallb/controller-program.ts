import {
  NAMESPACES,
  SECRETS,
  SERVICES,
  formatPem,
  type ApiClient,
  type ApiServer,
  type EventRecorder,
  type KubeObject,
  type ResourceType,
  type Service,
} from '@seatrial/apiserver';
import { respond, runServer } from '@seatrial/images';
import {
  encodeBase64,
  type Coroutine,
  type HttpRequest,
  type NetworkService,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { reachApi } from '../reach-api.js';
import { poolsComplaint, spansOf } from './address-ranges.js';
import { Allocator, addressesOf, annotation, keyOf, poolOf, pools, quoted } from './allocator.js';
import { DueServices } from './due-services.js';
import { IP_ADDRESS_POOLS, METALLB_NAMESPACE } from './metallb-types.js';
import { reviewMetallb } from './review-metallb.js';

const ALLOCATED_FROM = 'metallb.io/ip-allocated-from-pool';
const AUTHORITY = 'CN=cert,O=cert';
const WEBHOOK_NAME = 'metallb-webhook-service.metallb-system.svc';

interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly { readonly clientConfig: Readonly<Record<string, unknown>> }[];
}
const WEBHOOKS: ResourceType<WebhookConfiguration> = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
  namespaced: false,
};

/** One running controller: gives load balancers addresses of the pools (controller/service.go). */
class MetallbController {
  private readonly allocator: Allocator;
  private readonly client: ApiClient;
  private readonly events: EventRecorder;
  private readonly due: DueServices;
  private readonly stops: (() => void)[];

  constructor(
    private readonly process: Process,
    private readonly apiServer: ApiServer,
  ) {
    const { store } = apiServer;
    this.allocator = new Allocator(store);
    this.due = new DueServices(store);
    this.client = apiServer.client('metallb-controller');
    this.events = apiServer.recorder('metallb-controller');
    this.stops = [
      store.onChange(SERVICES, ({ type, object }) => {
        // What a balancer gives back others may wait for.
        if (type === 'DELETED' && addressesOf(object).length > 0) this.due.addAll();
        else if (type !== 'DELETED') this.due.add(keyOf(object));
      }),
      this.due.followPools(),
      store.onChange(NAMESPACES, () => this.due.changed.set()),
    ];
    this.due.addAll();
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  /** What is made once: the speakers' secret, the webhook's certificate and who vouches for it. */
  private prepare(): void {
    const key = this.process.machine.simulation.random.hex(64);
    this.client.create(SECRETS, {
      metadata: { name: 'memberlist', namespace: METALLB_NAMESPACE },
      type: 'Opaque',
      data: { secretkey: encodeBase64(key) },
    });
    const authority = formatPem('CERTIFICATE', { subject: AUTHORITY, issuer: AUTHORITY });
    const secret = this.apiServer.store.get(SECRETS, METALLB_NAMESPACE, 'metallb-webhook-cert');
    if (secret && !secret.data) {
      const certificate = formatPem('CERTIFICATE', { subject: 'CN=cert', issuer: AUTHORITY, names: WEBHOOK_NAME });
      const texts = { 'ca.crt': authority, 'tls.crt': certificate };
      const data = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, encodeBase64(text)]));
      this.client.update(SECRETS, { ...secret, data });
    }
    const configuration = this.client.get(WEBHOOKS, undefined, 'metallb-webhook-configuration');
    if (!configuration) return;
    const caBundle = encodeBase64(authority);
    const webhooks = configuration.webhooks?.map((each) => ({
      ...each,
      clientConfig: { ...each.clientConfig, caBundle },
    }));
    this.client.update(WEBHOOKS, { ...configuration, webhooks });
  }

  *run(): Coroutine<number> {
    this.prepare();
    return yield* this.due.work(
      this.process,
      (key) => this.converge(key),
      () => this.countAddresses(),
    );
  }

  private converge(key: string): void {
    const { store } = this.apiServer;
    const [namespace, name] = key.split('/');
    const service = store.get(SERVICES, namespace, name);
    if (!service || (service.spec.loadBalancerClass ?? '') !== '') return;
    const configured = pools(store);
    if (service.spec.type !== 'LoadBalancer' || configured.length === 0 || !service.spec.clusterIP) {
      if (service.metadata.annotations?.[ALLOCATED_FROM] !== undefined) this.write(service, [], undefined);
      return;
    }
    if (poolsComplaint(configured) !== undefined) return;
    const kept = this.keep(service);
    if (kept) {
      if (service.metadata.annotations?.[ALLOCATED_FROM] !== kept.pool) this.write(service, kept.ips, kept.pool);
      return;
    }
    const found = this.allocator.allocate(service);
    const about = { object: service };
    if (!found.ok) {
      this.events.event(about, 'Warning', 'AllocationFailed', `Failed to allocate IP for "${key}": ${found.error}`);
      if (addressesOf(service).length > 0) this.write(service, [], undefined);
      return;
    }
    this.events.event(about, 'Normal', 'IPAllocated', `Assigned IP ${quoted(found.value.ips)}`);
    this.write(service, found.value.ips, found.value.pool);
  }

  /** The addresses that a service has, when it may keep them. */
  private keep(service: Service): { readonly ips: readonly string[]; readonly pool: string } | undefined {
    const ips = addressesOf(service);
    if (ips.length === 0) return undefined;
    const assigned = this.allocator.assign(service, ips);
    if (!assigned.ok) {
      const message = `current IP for "${keyOf(service)}" not allowed by config, will attempt for new IP assignment: ${assigned.error}`;
      this.events.event({ object: service }, 'Normal', 'ClearAssignment', message);
      return undefined;
    }
    const pool = assigned.value.metadata.name;
    const desiredPool = annotation(service, 'address-pool');
    if (desiredPool !== '' && desiredPool !== pool) return undefined;
    const wanted = annotation(service, 'loadBalancerIPs') || (service.spec.loadBalancerIP ?? '');
    const desired = wanted === '' ? ips : wanted.split(',').map((ip) => ip.trim());
    return [...desired].sort().join() === [...ips].sort().join() ? { ips, pool } : undefined;
  }

  private write(service: Service, ips: readonly string[], pool: string | undefined): void {
    const { [ALLOCATED_FROM]: _, ...others } = service.metadata.annotations ?? {};
    const annotations = pool === undefined ? others : { ...others, [ALLOCATED_FROM]: pool };
    const { annotations: _before, ...metadata } = service.metadata;
    const named = { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) };
    const updated = this.client.update(SERVICES, { ...service, metadata: named });
    if (!updated.ok) return;
    const loadBalancer = ips.length > 0 ? { ingress: ips.map((ip) => ({ ip, ipMode: 'VIP' })) } : {};
    this.client.updateStatus(SERVICES, { ...updated.value, status: { ...updated.value.status, loadBalancer } });
    if (ips.length === 0) this.due.addAll();
  }

  private countAddresses(): void {
    const { store } = this.apiServer;
    for (const pool of pools(store)) {
      const held = new Set(
        store
          .list(SERVICES)
          .flatMap((service) => addressesOf(service))
          .filter((ip) => poolOf(store, ip) === pool),
      );
      const size = spansOf(pool).reduce((sum, { first, last }) => sum + last - first + 1, 0);
      const status = {
        assignedIPv4: held.size,
        assignedIPv6: 0,
        availableIPv4: size - held.size,
        availableIPv6: 0,
      };
      if (JSON.stringify(pool.status) !== JSON.stringify(status))
        this.client.updateStatus(IP_ADDRESS_POOLS, { ...pool, status });
    }
  }

  webhook(): NetworkService {
    const { store } = this.apiServer;
    return {
      *http(request: HttpRequest) {
        return reviewMetallb(store, request);
      },
      tls: { issuer: AUTHORITY, names: [WEBHOOK_NAME] },
    };
  }
}

/** What both programs answer on their monitoring port. */
export const metricsService: NetworkService = {
  *http(request: HttpRequest) {
    return request.path === '/metrics' ? respond(200, '') : respond(404, '404 page not found\n');
  },
};

/** `/controller` (go.universe.tf/metallb/controller v0.15). */
export const controllerProgram: Program = function* (process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const apiServer = yield* reachApi(process);
  if (!apiServer) return 0;
  const controller = new MetallbController(process, apiServer);
  try {
    return yield* runServer(process, {
      ports: [
        { port: 7472, service: metricsService },
        { port: 9443, service: controller.webhook() },
      ],
      inUse: (port) => `listen tcp :${port}: bind: address already in use\n`,
      run: () => controller.run(),
    });
  } finally {
    controller.stop();
  }
};
