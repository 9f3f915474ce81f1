import { Attached } from '@seatrial/kernel';
import {
  ENDPOINT_SLICES,
  NODES,
  PODS,
  SERVICES,
  defineController,
  watch,
  type ControllerContext,
  type EndpointSlice,
  type ObjectReader,
  type Pod,
  type Service,
  type StoreIndex,
} from '@seatrial/apiserver';
import { endpointHostname, endpointPorts, isEndpoint, podsOf, serviceKeys } from './endpoints/service-pods.js';
import { reconcileSlices } from './endpoints/slices.js';
import { TriggerTimes } from './endpoints/trigger-time.js';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { controllerReference } from './owner-reference.js';
import { isPodReady } from './pod-state.js';
import { isNamespaceTerminating, must, retrying } from './request-failed.js';

type Endpoint = EndpointSlice['endpoints'][number];

const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';
const ZONE = 'topology.kubernetes.io/zone';

const SLICES_BY_SERVICE: StoreIndex<EndpointSlice> = {
  name: 'endpointslices-by-service',
  resource: ENDPOINT_SLICES,
  keys: ({ metadata }) =>
    metadata.labels?.[MANAGED_BY] === MANAGER
      ? [`${metadata.namespace ?? ''}/${metadata.labels[SERVICE_NAME] ?? ''}`]
      : [],
  same: (before, after) => before.metadata.labels === after.metadata.labels,
};

const trackers = new Attached<ObjectReader, TriggerTimes>();

function trackerOf(client: ObjectReader): TriggerTimes {
  let tracker = trackers.get(client);
  if (!tracker) {
    tracker = new TriggerTimes();
    trackers.set(client, tracker);
  }
  return tracker;
}

/** endpointslice podToEndpoint. */
function endpointOf({ client }: ControllerContext, service: Service, pod: Pod): Endpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const tolerant = service.spec.publishNotReadyAddresses === true;
  const serving = isPodReady(pod);
  const hostname = endpointHostname(pod, service);
  const zone = client.get(NODES, undefined, pod.spec.nodeName ?? '')?.metadata.labels?.[ZONE];
  const { namespace, name, uid } = pod.metadata;
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: tolerant || (serving && !terminating), serving: serving || tolerant, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    nodeName: pod.spec.nodeName,
    ...(zone === undefined ? {} : { zone }),
  };
}

function warnOfHints({ client, events }: ControllerContext, service: Service): void {
  const mode = service.metadata.annotations?.['service.kubernetes.io/topology-mode'];
  if (mode !== 'Auto' && mode !== 'auto') return;
  if (client.list(NODES).every(({ metadata }) => metadata.labels?.[ZONE] !== undefined)) return;
  events.event(
    { object: service },
    'Warning',
    'TopologyAwareHintsDisabled',
    'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4',
  );
}

/** Keeps EndpointSlices in step with services and pods (pkg/controller/endpointslice). */
export const endpointSliceController = defineController({
  name: 'endpointslice-controller',
  component: 'endpoint-slice-controller',
  sources: [
    ownKeys(SERVICES),
    watch(PODS, serviceKeys),
    watch(ENDPOINT_SLICES, ({ type, object: { metadata }, previous }) => {
      if (metadata.labels?.[MANAGED_BY] !== MANAGER && previous?.metadata.labels?.[MANAGED_BY] !== MANAGER) return [];
      return type === 'ADDED' ? [] : [`${metadata.namespace ?? ''}/${metadata.labels?.[SERVICE_NAME] ?? ''}`];
    }),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const service = client.get(SERVICES, namespace, name);
    const existing = client.byIndex(SLICES_BY_SERVICE, key);
    if (!service) {
      trackerOf(client).forget(key);
      return;
    }
    if (service.spec.type === 'ExternalName' || !service.spec.selector) return;
    if (service.metadata.deletionTimestamp !== undefined) return;
    const pods = podsOf(context, service);
    const trigger = trackerOf(client).next(service, pods);
    const {
      [SERVICE_NAME]: _name,
      [MANAGED_BY]: _manager,
      [HEADLESS]: _headless,
      ...labels
    } = service.metadata.labels ?? {};
    const result = reconcileSlices(client, {
      existing,
      endpoints: pods
        .filter((pod) => isEndpoint(pod, true))
        .map((pod) => ({ endpoint: endpointOf(context, service, pod), ports: endpointPorts(service, pod) })),
      addressType: 'IPv4',
      trigger,
      metadata: {
        generateName: `${service.metadata.name}-`,
        namespace,
        labels: {
          ...labels,
          [MANAGED_BY]: MANAGER,
          [SERVICE_NAME]: service.metadata.name,
          ...(service.spec.clusterIP === 'None' ? { [HEADLESS]: '' } : {}),
        },
        ownerReferences: [controllerReference(service)],
      },
    });
    if (!result.ok && !isNamespaceTerminating(result.error)) {
      const message = `Error updating Endpoint Slices for Service ${keyOf(service)}: ${result.error.message}`;
      context.events.event({ object: service }, 'Warning', 'FailedToUpdateEndpointSlices', message);
      must(result);
    }
    warnOfHints(context, service);
  }),
});
