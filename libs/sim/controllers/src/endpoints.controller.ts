import {
  ENDPOINTS,
  PODS,
  SERVICES,
  defineController,
  watch,
  type ControllerContext,
  type Endpoints,
  type ObjectMeta,
  type ObjectReader,
  type Pod,
  type Service,
} from '@seatrial/apiserver';
import { Attached, compareStrings, jsonEqual } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import {
  endpointHostname,
  endpointPorts,
  isEndpoint,
  hasSelector,
  isHeadless,
  podsOf,
  serviceKeys,
  type EndpointPort,
} from './endpoints/service-pods.js';
import { inEndpointsOrder } from './endpoints/port-order.js';
import { TRIGGER_TIME, TriggerTimes } from './endpoints/trigger-time.js';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { isPodReady } from './pod-state.js';
import { isNamespaceTerminating, must, retrying } from './request-failed.js';

type Subset = NonNullable<Endpoints['subsets']>[number];
type MetadataDraft = { -readonly [K in keyof ObjectMeta]?: ObjectMeta[K] };
type Address = NonNullable<Subset['addresses']>[number];

const MANAGED_BY = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
const HEADLESS = 'service.kubernetes.io/headless';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const CAPACITY = 1000;

const trackers = new Attached<ObjectReader, TriggerTimes>();

function trackerOf(client: ObjectReader): TriggerTimes {
  let tracker = trackers.get(client);
  if (!tracker) {
    tracker = new TriggerTimes();
    trackers.set(client, tracker);
  }
  return tracker;
}

function addressOf(pod: Pod, service: Service): Address {
  const { namespace, name, uid } = pod.metadata;
  const hostname = endpointHostname(pod, service);
  return {
    ip: pod.status?.podIP ?? '',
    ...(hostname === undefined ? {} : { hostname }),
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

const byAddress = (a: Address, b: Address): number =>
  compareStrings(a.ip, b.ip) || compareStrings(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '');

interface PortAddresses {
  readonly ports: EndpointPort[];
  /** By address and uid; an address that is unready anywhere is unready. */
  readonly addresses: Map<string, { readonly address: Address; ready: boolean }>;
}

/** Each port with its addresses; ports with the same addresses become one subset (endpoints RepackSubsets). */
function subsetsOf(service: Service, pods: readonly Pod[]): Subset[] {
  const tolerant = service.spec.publishNotReadyAddresses === true;
  const byPort = new Map<string, PortAddresses>();
  const add = (port: EndpointPort | undefined, pod: Pod): void => {
    const key = port ? JSON.stringify(port) : '';
    let entry = byPort.get(key);
    if (!entry) {
      entry = { ports: port ? [port] : [], addresses: new Map() };
      byPort.set(key, entry);
    }
    const ready = tolerant || isPodReady(pod);
    const address = addressOf(pod, service);
    entry.addresses.set(`${address.ip} ${pod.metadata.uid}`, { address, ready });
  };
  for (const pod of pods) {
    if (!isEndpoint(pod, tolerant)) continue;
    if (!service.spec.ports?.length && isHeadless(service)) add(undefined, pod);
    for (const port of endpointPorts(service, pod)) add(port, pod);
  }
  const byAddresses = new Map<string, PortAddresses>();
  for (const { ports, addresses } of byPort.values()) {
    const key = [...addresses].map(([name, { ready }]) => `${name} ${ready}`).join();
    const same = byAddresses.get(key);
    if (same) same.ports.push(...ports);
    else byAddresses.set(key, { ports, addresses });
  }
  return [...byAddresses.values()].map(({ ports, addresses }) => {
    const all = [...addresses.values()];
    const of = (wanted: boolean): Address[] =>
      all
        .filter(({ ready }) => ready === wanted)
        .map(({ address }) => address)
        .sort(byAddress);
    const [ready, unready] = [of(true), of(false)];
    const subset: { -readonly [K in keyof Subset]: Subset[K] } = {};
    if (ready.length > 0) subset.addresses = ready;
    if (unready.length > 0) subset.notReadyAddresses = unready;
    if (ports.length > 0) subset.ports = inEndpointsOrder(ports);
    return subset;
  });
}

/** At most 1000 addresses: of each subset its part, the unready ones first to go (truncateEndpoints). */
function truncate(subsets: Subset[]): { subsets: Subset[]; truncated: boolean } {
  const sum = (key: 'addresses' | 'notReadyAddresses'): number =>
    subsets.reduce((total, subset) => total + (subset[key]?.length ?? 0), 0);
  const [ready, unready] = [sum('addresses'), sum('notReadyAddresses')];
  if (ready + unready <= CAPACITY) return { subsets, truncated: false };
  const tooMany = ready > CAPACITY;
  const total = tooMany ? ready : unready;
  const room = tooMany ? CAPACITY : CAPACITY - ready;
  let left = room;
  const part = (addresses: Address[]): Address[] => {
    const kept = addresses.slice(0, Math.min(Math.ceil((addresses.length / total) * room), left));
    left -= kept.length;
    return kept;
  };
  const kept = subsets.map(({ addresses = [], notReadyAddresses = [], ports }) => {
    const here = tooMany ? part(addresses) : addresses;
    const notHere = tooMany ? [] : part(notReadyAddresses);
    return {
      ...(here.length > 0 ? { addresses: here } : {}),
      ...(notHere.length > 0 ? { notReadyAddresses: notHere } : {}),
      ...(ports ? { ports } : {}),
    };
  });
  return { subsets: kept, truncated: true };
}

const labelsOf = (service: Service): Record<string, string> => {
  const { [HEADLESS]: _, ...labels }: Record<string, string> = service.metadata.labels ?? {};
  if (isHeadless(service)) labels[HEADLESS] = '';
  return Object.assign(labels, MANAGED_BY);
};

function write(context: ControllerContext, service: Service, wanted: Subset[], trigger: number | undefined): void {
  const { client, events } = context;
  const { namespace, name } = service.metadata;
  const { subsets, truncated } = truncate(wanted);
  const existing = client.get(ENDPOINTS, namespace, name);
  const labels = labelsOf(service);
  const { [TRIGGER_TIME]: _time, [OVER_CAPACITY]: _over, ...kept } = existing?.metadata.annotations ?? {};
  const over: Record<string, string> = truncated ? { [OVER_CAPACITY]: 'truncated' } : {};
  if (
    existing &&
    jsonEqual(existing.subsets ?? [], subsets) &&
    jsonEqual(existing.metadata.labels ?? {}, labels) &&
    (existing.metadata.annotations?.[OVER_CAPACITY] !== undefined) === truncated
  )
    return;
  const annotations: Record<string, string> = Object.assign(kept, over);
  if (trigger !== undefined) annotations[TRIGGER_TIME] = formatTime(trigger);
  const metadata: MetadataDraft = Object.assign({}, existing?.metadata ?? { namespace, name }, { labels });
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
  const content = subsets.length > 0 ? { metadata, subsets } : { metadata };
  const result = existing
    ? client.update(ENDPOINTS, { apiVersion: 'v1', kind: 'Endpoints', ...content } as Endpoints)
    : client.create(ENDPOINTS, content);
  if (result.ok || (!existing && isNamespaceTerminating(result.error))) return;
  const [reason, verb] = existing ? ['FailedToUpdateEndpoint', 'update'] : ['FailedToCreateEndpoint', 'create'];
  const message = `Failed to ${verb} endpoint ${existing ? '' : 'for service '}${keyOf(service)}: ${result.error.message}`;
  const object = existing ?? ({ apiVersion: 'v1', kind: 'Endpoints', ...content } as Endpoints);
  events.event({ object }, 'Warning', reason, message);
  must(result);
}

/** Keeps the older Endpoints objects in step with services and pods (pkg/controller/endpoint). */
export const endpointsController = defineController({
  name: 'endpoints-controller',
  component: 'endpoint-controller',
  sources: [
    ownKeys(SERVICES),
    watch(PODS, serviceKeys),
    watch(ENDPOINTS, ({ type, object }) => (type === 'DELETED' ? [keyOf(object)] : [])),
  ],
  retries: { firstMs: 5, maxMs: 1_000_000, tries: 15 },
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const service = client.get(SERVICES, namespace, name);
    if (!service) {
      trackerOf(client).forget(key);
      const left = client.get(ENDPOINTS, namespace, name);
      if (!left) return;
      const deleted = client.delete(ENDPOINTS, namespace, name);
      if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
      return;
    }
    if (service.spec.type === 'ExternalName' || !hasSelector(service)) return;
    const pods = podsOf(context, service);
    const trigger = trackerOf(client).next(service, pods);
    write(context, service, subsetsOf(service, pods), trigger);
  }),
});
