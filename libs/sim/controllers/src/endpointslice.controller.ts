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
  type Node,
  type ObjectReader,
  type Pod,
  type Service,
  type StoreIndex,
} from '@seatrial/apiserver';
import {
  endpointHostname,
  endpointPorts,
  hasSelector,
  isEndpoint,
  podsOf,
  serviceKeys,
} from './endpoints/service-pods.js';
import { reconcileSlices, type SlicePlan } from './endpoints/slices.js';
import {
  HINTS_ADDED,
  HINTS_REMOVED,
  addTopologyHints,
  wantsHints,
  type HintEvent,
} from './endpoints/topology-hints.js';
import { CLOSE, distributeTraffic, removeHints } from './endpoints/traffic-distribution.js';
import { TriggerTimes } from './endpoints/trigger-time.js';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { controllerReference } from './owner-reference.js';
import { isPodReady } from './pod-state.js';
import { isNamespaceTerminating } from './request-failed.js';

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

/** What the controller remembers between syncs. */
class Memory {
  readonly triggers = new TriggerTimes();
  /** Services whose endpoints have hints by the annotation. */
  readonly hinted = new Set<string>();
}

const memories = new Attached<ObjectReader, Memory>();

function memoryOf(client: ObjectReader): Memory {
  let memory = memories.get(client);
  if (!memory) {
    memory = new Memory();
    memories.set(client, memory);
  }
  return memory;
}

const topologyOf = (node: Node | undefined): string =>
  `${node?.metadata.labels?.[ZONE] ?? ''} ${node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? ''}`;

/** The service's own labels, and those that say whose a slice is. */
function sliceLabels({ metadata, spec }: Service): Record<string, string> {
  const own: Record<string, string> = metadata.labels ?? {};
  const { [SERVICE_NAME]: _name, [MANAGED_BY]: _manager, [HEADLESS]: _headless, ...labels } = own;
  labels[MANAGED_BY] = MANAGER;
  labels[SERVICE_NAME] = metadata.name;
  if (spec.clusterIP === 'None') labels[HEADLESS] = '';
  return labels;
}

/** endpointslice podToEndpoint; undefined where the pod's node is not known and the service does not mind. */
function endpointOf({ client }: ControllerContext, service: Service, pod: Pod): Endpoint | undefined {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const tolerant = service.spec.publishNotReadyAddresses === true;
  const node = client.get(NODES, undefined, pod.spec.nodeName ?? '');
  if (!node && !tolerant) return undefined;
  const serving = isPodReady(pod);
  const hostname = endpointHostname(pod, service);
  const zone = node?.metadata.labels?.[ZONE];
  const { namespace, name, uid } = pod.metadata;
  const addresses = [pod.status?.podIP ?? ''];
  const conditions = { ready: tolerant || (serving && !terminating), serving, terminating };
  const targetRef = { kind: 'Pod', namespace, name, uid };
  const { nodeName } = pod.spec;
  if (zone)
    return { addresses, conditions, ...(hostname === undefined ? {} : { hostname }), targetRef, nodeName, zone };
  return hostname === undefined
    ? { addresses, conditions, targetRef, nodeName }
    : { addresses, conditions, hostname, targetRef, nodeName };
}

/** Topology hints by annotation, else by trafficDistribution; what is to be told of them. */
function hint({ client }: ControllerContext, service: Service, plan: SlicePlan): HintEvent[] {
  const { hinted } = memoryOf(client);
  const key = keyOf(service);
  if (wantsHints(service.metadata.annotations)) {
    const refused = addTopologyHints(plan, client.list(NODES));
    const known = hinted.has(key);
    if (refused) hinted.delete(key);
    else hinted.add(key);
    return refused ? [refused] : known ? [] : [HINTS_ADDED];
  }
  const events = hinted.delete(key) ? [HINTS_REMOVED] : [];
  const { trafficDistribution = '' } = service.spec;
  if (CLOSE.includes(trafficDistribution)) distributeTraffic(plan, trafficDistribution);
  else removeHints(plan);
  return events;
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
    watch(NODES, ({ type, object, previous }, { client }) => {
      const { hinted } = memoryOf(client);
      return hinted.size > 0 && (type !== 'MODIFIED' || topologyOf(object) !== topologyOf(previous)) ? [...hinted] : [];
    }),
  ],
  retries: { firstMs: 1000, maxMs: 1_000_000, tries: 15 },
  reconcile: (context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const service = client.get(SERVICES, namespace, name);
    if (!service) {
      memoryOf(client).triggers.forget(key);
      memoryOf(client).hinted.delete(key);
      return 'done';
    }
    if (service.spec.type === 'ExternalName' || !hasSelector(service)) return 'done';
    if (service.metadata.deletionTimestamp !== undefined) return 'done';
    const pods = podsOf(context, service);
    const trigger = memoryOf(client).triggers.next(service, pods);
    const lost: string[] = [];
    let told: readonly HintEvent[] = [];
    const result = reconcileSlices(client, {
      existing: client
        .byIndex(SLICES_BY_SERVICE, key)
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined),
      owner: service.metadata.uid,
      endpoints: pods
        .filter((pod) => isEndpoint(pod, true))
        .flatMap((pod) => {
          const endpoint = endpointOf(context, service, pod);
          if (endpoint) return [{ endpoint, ports: endpointPorts(service, pod) }];
          const node = pod.spec.nodeName ?? '';
          lost.push(`skipping Pod ${pod.metadata.name} for Service ${key}: Node ${node} Not Found`);
          return [];
        }),
      addressType: 'IPv4',
      trigger,
      metadata: {
        generateName: `${service.metadata.name}-`,
        namespace,
        labels: sliceLabels(service),
        ownerReferences: [controllerReference(service)],
      },
      hint: (plan) => {
        told = hint(context, service, plan);
      },
    });
    if (!result.ok && !isNamespaceTerminating(result.error)) lost.push(result.error.message);
    for (const { type, reason, message } of told) context.events.event({ object: service }, type, reason, message);
    if (lost.length === 0) return 'done';
    const text = lost.length === 1 ? lost[0] : `[${lost.join(', ')}]`;
    const message = `Error updating Endpoint Slices for Service ${key}: ${text}`;
    context.events.event({ object: service }, 'Warning', 'FailedToUpdateEndpointSlices', message);
    return { retry: message };
  },
});
