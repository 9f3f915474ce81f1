import {
  ENDPOINTS,
  PODS,
  SERVICES,
  defineController,
  watch,
  type ControllerContext,
  type Endpoints,
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
  isHeadless,
  podsOf,
  serviceKeys,
  type EndpointPort,
} from './endpoints/service-pods.js';
import { TRIGGER_TIME, TriggerTimes } from './endpoints/trigger-time.js';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { isPodReady } from './pod-state.js';
import { isNamespaceTerminating, must, retrying } from './request-failed.js';

type Subset = NonNullable<Endpoints['subsets']>[number];
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

const portKey = ({ name = '', port, protocol }: EndpointPort): string =>
  `${name} ${String(port).padStart(5, '0')} ${protocol}`;

/** Addresses with the same ports together (endpoints RepackSubsets). */
function subsetsOf(service: Service, pods: readonly Pod[]): Subset[] {
  const tolerant = service.spec.publishNotReadyAddresses === true;
  const groups = new Map<string, { ports: EndpointPort[]; ready: Address[]; unready: Address[] }>();
  for (const pod of pods) {
    if (!isEndpoint(pod, tolerant)) continue;
    const ports = endpointPorts(service, pod).sort((a, b) => compareStrings(portKey(a), portKey(b)));
    if (ports.length === 0 && !(isHeadless(service) && !service.spec.ports?.length)) continue;
    const key = ports.map(portKey).join(',');
    const group = groups.get(key) ?? { ports, ready: [], unready: [] };
    groups.set(key, group);
    (tolerant || isPodReady(pod) ? group.ready : group.unready).push(addressOf(pod, service));
  }
  return [...groups]
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([, { ports, ready, unready }]) => ({
      ...(ready.length > 0 ? { addresses: ready.sort(byAddress) } : {}),
      ...(unready.length > 0 ? { notReadyAddresses: unready.sort(byAddress) } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    }));
}

/** At most 1000 addresses, ready ones first. */
function truncate(subsets: Subset[]): { subsets: Subset[]; truncated: boolean } {
  const count = subsets.reduce(
    (sum, { addresses = [], notReadyAddresses = [] }) => sum + addresses.length + notReadyAddresses.length,
    0,
  );
  if (count <= CAPACITY) return { subsets, truncated: false };
  let left = CAPACITY;
  const ready = subsets.map(({ addresses = [] }) => {
    const kept = addresses.slice(0, left);
    left -= kept.length;
    return kept;
  });
  const kept = subsets.map(({ notReadyAddresses = [], ports }, index) => {
    const unready = notReadyAddresses.slice(0, left);
    left -= unready.length;
    return {
      ...(ready[index].length > 0 ? { addresses: ready[index] } : {}),
      ...(unready.length > 0 ? { notReadyAddresses: unready } : {}),
      ports,
    };
  });
  return { subsets: kept, truncated: true };
}

const labelsOf = (service: Service): Record<string, string> => {
  const { [HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  return { ...labels, ...(isHeadless(service) ? { [HEADLESS]: '' } : {}), ...MANAGED_BY };
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
  const annotations: Record<string, string> = {
    ...kept,
    ...over,
    ...(trigger === undefined ? {} : { [TRIGGER_TIME]: formatTime(trigger) }),
  };
  const { annotations: _before, ...metadata } = existing?.metadata ?? { namespace, name };
  const content = {
    metadata: { ...metadata, labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    ...(subsets.length > 0 ? { subsets } : {}),
  };
  const result = existing
    ? client.update(ENDPOINTS, { apiVersion: 'v1', kind: 'Endpoints', ...content } as Endpoints)
    : client.create(ENDPOINTS, content);
  if (result.ok || isNamespaceTerminating(result.error)) return;
  const [reason, verb] = existing ? ['FailedToUpdateEndpoint', 'update'] : ['FailedToCreateEndpoint', 'create'];
  const message = `Failed to ${verb} endpoint ${existing ? '' : 'for service '}${keyOf(service)}: ${result.error.message}`;
  events.event({ object: service }, 'Warning', reason, message);
  must(result);
}

/** Keeps the older Endpoints objects in step with services and pods (pkg/controller/endpoint). */
export const endpointsController = defineController({
  name: 'endpoints-controller',
  component: 'endpoint-controller',
  sources: [ownKeys(SERVICES), watch(PODS, serviceKeys)],
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
    if (service.spec.type === 'ExternalName' || !service.spec.selector) return;
    const pods = podsOf(context, service);
    const trigger = trackerOf(client).next(service, pods);
    write(context, service, subsetsOf(service, pods), trigger);
  }),
});
