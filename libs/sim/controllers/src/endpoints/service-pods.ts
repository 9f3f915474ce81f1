import {
  PODS,
  SERVICES,
  type ControllerContext,
  type Pod,
  type Service,
  type StoreIndex,
  type WatchEvent,
} from '@seatrial/apiserver';
import { compareStrings, jsonEqual } from '@seatrial/kernel';
import { keyOf } from '../object-key.js';
import { isPodReady, isPodTerminal, podCondition, timeOf } from '../pod-state.js';

const NO_KEYS: readonly string[] = [];

/** Keys by labels, which the pods of a template share. */
const knownKeys = new WeakMap<object, { readonly namespace: string; readonly keys: readonly string[] }>();

function labelKeys(labels: Readonly<Record<string, string>>, namespace: string): readonly string[] {
  const known = knownKeys.get(labels);
  if (known?.namespace === namespace) return known.keys;
  const keys = Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`);
  knownKeys.set(labels, { namespace, keys });
  return keys;
}

/** Placed pods by each of their labels, so that a service's pods are found without a scan; others are no endpoints. */
const PODS_BY_LABEL: StoreIndex<Pod> = {
  name: 'pods-by-label',
  resource: PODS,
  keys: ({ metadata: { labels, namespace = '' }, spec }) =>
    spec.nodeName && labels ? labelKeys(labels, namespace) : NO_KEYS,
  same: (before, after) =>
    before.metadata.labels === after.metadata.labels && before.spec.nodeName === after.spec.nodeName,
};

const firstPair = ({ spec }: Service): [string, string] | undefined =>
  Object.entries(spec.selector ?? {}).sort(([a], [b]) => compareStrings(a, b))[0];

/** Services by the first label of their selector. */
const SERVICES_BY_SELECTOR: StoreIndex<Service> = {
  name: 'services-by-selector',
  resource: SERVICES,
  keys: (service) => {
    const pair = firstPair(service);
    return pair ? [`${service.metadata.namespace ?? ''}/${pair[0]}=${pair[1]}`] : [];
  },
};

const picks = (service: Service, labels: Readonly<Record<string, string>> | undefined): boolean =>
  Object.entries(service.spec.selector ?? {}).every(([key, value]) => labels?.[key] === value);

/** The pods that a service with a selector picks, by name. */
export function podsOf({ client }: ControllerContext, service: Service): readonly Pod[] {
  const pair = firstPair(service);
  const { namespace = '' } = service.metadata;
  if (!pair) return client.list(PODS, namespace);
  return client
    .byIndex(PODS_BY_LABEL, `${namespace}/${pair[0]}=${pair[1]}`)
    .filter(({ metadata }) => picks(service, metadata.labels));
}

/** The services that pick pods with some labels, as long as the namespace's services are these. */
interface Picked {
  readonly all: readonly Service[];
  readonly services: readonly Service[];
}

/** By labels, which the pods of a template share. */
const picked = new WeakMap<object, Picked>();
const NO_SERVICES: readonly Service[] = [];

function servicesFor({ client }: ControllerContext, { metadata }: Pod): readonly Service[] {
  const { namespace = '', labels } = metadata;
  if (!labels) return NO_SERVICES;
  const all = client.list(SERVICES, namespace);
  const known = picked.get(labels);
  if (known?.all === all) return known.services;
  const services = findServices(client, namespace, labels);
  picked.set(labels, { all, services });
  return services;
}

function findServices(
  client: ControllerContext['client'],
  namespace: string,
  labels: Readonly<Record<string, string>>,
): readonly Service[] {
  const services: Service[] = [];
  for (const key in labels)
    for (const service of client.byIndex(SERVICES_BY_SELECTOR, `${namespace}/${key}=${labels[key]}`))
      if (picks(service, labels)) services.push(service);
  return services;
}

/** Something that endpoints show has changed (endpointutil podEndpointsChanged). */
function endpointChanged(before: Pod, after: Pod): boolean {
  return (
    before.status?.podIP !== after.status?.podIP ||
    isPodReady(before) !== isPodReady(after) ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.spec.nodeName !== after.spec.nodeName ||
    isPodTerminal(before) !== isPodTerminal(after)
  );
}

/** Keys of the services whose endpoints a pod's change concerns. */
export function serviceKeys(event: WatchEvent<Pod>, context: ControllerContext): readonly string[] {
  const { type, object, previous } = event;
  const relabelled =
    previous !== undefined &&
    previous.metadata.labels !== object.metadata.labels &&
    !jsonEqual(previous.metadata.labels, object.metadata.labels);
  const services = servicesFor(context, object);
  const left = relabelled ? servicesFor(context, previous) : NO_SERVICES;
  if (services.length + left.length === 0) return NO_KEYS;
  if (type === 'MODIFIED' && previous && !relabelled && !endpointChanged(previous, object)) return NO_KEYS;
  return [...new Set([...services, ...left].map(keyOf))];
}

/** Whether a pod has a place among a service's endpoints (endpointutil ShouldPodBeInEndpoints). */
export const isEndpoint = (pod: Pod, includeTerminating: boolean): boolean =>
  !isPodTerminal(pod) &&
  Boolean(pod.status?.podIP) &&
  (includeTerminating || pod.metadata.deletionTimestamp === undefined);

export interface EndpointPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

type ServicePort = NonNullable<Service['spec']['ports']>[number];

/** podutil.FindPort: the number behind a target port, which may be a container port's name. */
function findPort(pod: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort || port;
  if (targetPort === undefined) return port;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars])
    for (const one of container.ports ?? [])
      if (one.name === targetPort && (one.protocol ?? 'TCP') === protocol) return one.containerPort;
  return undefined;
}

/** Whether the service picks its endpoints itself: an empty selector is none. */
export const hasSelector = ({ spec }: Service): boolean => Object.keys(spec.selector ?? {}).length > 0;

/** The ports at which a pod serves a service; those it does not name are left out. */
export function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  const found: EndpointPort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = findPort(pod, servicePort);
    if (port === undefined) continue;
    const { name, protocol = 'TCP', appProtocol } = servicePort;
    if (appProtocol) found.push(name ? { name, port, protocol, appProtocol } : { port, protocol, appProtocol });
    else found.push(name ? { name, port, protocol } : { port, protocol });
  }
  return found;
}

/** The host name under which DNS knows a pod of a headless service, where it has one. */
export const endpointHostname = (pod: Pod, service: Service): string | undefined =>
  pod.spec.hostname &&
  pod.spec.subdomain === service.metadata.name &&
  pod.metadata.namespace === service.metadata.namespace
    ? pod.spec.hostname
    : undefined;

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

/** When the pod's readiness last changed (TriggerTimeTracker getPodTriggerTime), ms. */
export const podTriggerTime = (pod: Pod): number | undefined => timeOf(podCondition(pod, 'Ready')?.lastTransitionTime);
