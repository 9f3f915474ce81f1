import {
  ENDPOINTS,
  ENDPOINT_SLICES,
  SERVICES,
  defineController,
  watch,
  type ApiClient,
  type ControllerContext,
  type Endpoints,
  type EndpointSlice,
  type StoreIndex,
  type WatchEvent,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { inSliceOrder } from './endpoints/port-order.js';
import { hasSelector, type EndpointPort } from './endpoints/service-pods.js';
import { equalBeyondIdentity, identity, portsKey, portsOf, slicePort, type Endpoint } from './endpoints/slices.js';
import { TRIGGER_TIME } from './endpoints/trigger-time.js';
import { keyOf, splitKey } from './object-key.js';
import { controllerReference } from './owner-reference.js';
import { isNamespaceTerminating, must, retrying } from './request-failed.js';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SERVICE_NAME = 'kubernetes.io/service-name';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
/** --mirroring-max-endpoints-per-subset. */
const MAX_PER_SUBSET = 1000;

const MIRRORS_BY_SERVICE: StoreIndex<EndpointSlice> = {
  name: 'mirrored-endpointslices-by-service',
  resource: ENDPOINT_SLICES,
  keys: ({ metadata: { namespace = '', labels } }) =>
    labels?.[MANAGED_BY] === MANAGER ? [`${namespace}/${labels[SERVICE_NAME]}`] : [],
  same: (before, after) => before.metadata.labels === after.metadata.labels,
};

interface Mirrored {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

function endpointOf(ready: boolean, address: Address): Endpoint {
  const { ip, hostname, nodeName, targetRef } = address;
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}

type Address = NonNullable<NonNullable<Endpoints['subsets']>[number]['addresses']>[number];

/** The endpoints by ports, and how many were too many. */
function mirrored({ subsets = [] }: Endpoints): { readonly byPorts: Map<string, Mirrored>; readonly skipped: number } {
  const byPorts = new Map<string, Mirrored>();
  let skipped = 0;
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const own = inSliceOrder(ports.map((port) => slicePort({ ...port, protocol: port.protocol ?? 'TCP' })));
    const key = portsKey(own);
    const entry = byPorts.get(key) ?? { ports: own, endpoints: new Map<string, Endpoint>() };
    byPorts.set(key, entry);
    const all = [
      ...addresses.map((each) => endpointOf(true, each)),
      ...notReadyAddresses.map((each) => endpointOf(false, each)),
    ];
    for (const endpoint of all.slice(0, MAX_PER_SUBSET)) entry.endpoints.set(identity(endpoint), endpoint);
    skipped += Math.max(all.length - MAX_PER_SUBSET, 0);
  }
  return { byPorts, skipped };
}

/** The slice as it should be, but for its name. */
function draftOf(endpoints: Endpoints, { ports, endpoints: wanted }: Mirrored): Pick<EndpointSlice, 'endpoints'> {
  const { name, namespace, labels, annotations = {} } = endpoints.metadata;
  const { [TRIGGER_TIME]: _time, [LAST_APPLIED]: _applied, ...copied } = annotations;
  return {
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [MANAGED_BY]: MANAGER, [SERVICE_NAME]: name },
      ...(Object.keys(copied).length > 0 ? { annotations: copied } : {}),
      ownerReferences: [controllerReference(endpoints)],
    },
    addressType: 'IPv4',
    endpoints: [...wanted.values()],
    ports: ports.length > 0 ? ports : null,
  } as unknown as EndpointSlice;
}

function isCurrent(slice: EndpointSlice, draft: EndpointSlice, { endpoints: wanted }: Mirrored): boolean {
  const there = slice.endpoints ?? [];
  return (
    there.length === wanted.size &&
    there.every((endpoint) => {
      const next = wanted.get(identity(endpoint));
      return next !== undefined && equalBeyondIdentity(next, endpoint);
    }) &&
    jsonEqual(slice.metadata.labels, draft.metadata.labels) &&
    jsonEqual(slice.metadata.annotations ?? {}, draft.metadata.annotations ?? {}) &&
    slice.metadata.ownerReferences?.[0]?.uid === draft.metadata.ownerReferences?.[0]?.uid
  );
}

function remove(client: ApiClient, slices: readonly EndpointSlice[]): void {
  for (const { metadata } of slices) {
    const deleted = client.delete(ENDPOINT_SLICES, metadata.namespace, metadata.name);
    if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
  }
}

/** One slice for each set of ports (endpointslicemirroring reconciler). */
function mirror({ client, events }: ControllerContext, endpoints: Endpoints, existing: readonly EndpointSlice[]): void {
  const { byPorts, skipped } = mirrored(endpoints);
  if (skipped > 0)
    events.event(
      { object: endpoints },
      'Warning',
      'TooManyAddressesToMirror',
      `A max of ${MAX_PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`,
    );
  const creates: EndpointSlice[] = [];
  const spare = existing.filter((slice) => (byPorts.get(portsKey(portsOf(slice)))?.endpoints.size ?? 0) === 0);
  const updates: { readonly slice: EndpointSlice; readonly draft: EndpointSlice }[] = [];
  for (const [key, entry] of byPorts) {
    if (entry.endpoints.size === 0) continue;
    const [slice, ...surplus] = existing.filter((one) => portsKey(portsOf(one)) === key) as (
      EndpointSlice | undefined
    )[];
    spare.push(...(surplus as EndpointSlice[]));
    const draft = draftOf(endpoints, entry) as EndpointSlice;
    if (!slice) creates.push(draft);
    else if (!isCurrent(slice, draft, entry)) updates.push({ slice, draft });
  }
  while (creates.length > 0 && spare.length > 0)
    updates.push({ slice: spare.shift() as EndpointSlice, draft: creates.shift() as EndpointSlice });
  for (const draft of creates) {
    const created = client.create(ENDPOINT_SLICES, draft);
    if (created.ok) continue;
    if (isNamespaceTerminating(created.error)) return;
    must(created);
  }
  for (const { slice, draft } of updates) {
    const { annotations: _before, ...metadata } = slice.metadata;
    must(client.update(ENDPOINT_SLICES, { ...slice, ...draft, metadata: { ...metadata, ...ownMetadata(draft) } }));
  }
  remove(client, spare);
}

function ownMetadata({ metadata }: EndpointSlice): Partial<EndpointSlice['metadata']> {
  const { generateName: _name, ...rest } = metadata;
  return rest;
}

const shouldMirror = ({ metadata }: Endpoints): boolean =>
  metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] !== 'true' && !metadata.annotations?.[LEADER];

function sliceKeys({ object, previous }: WatchEvent<EndpointSlice>): readonly string[] {
  return [previous, object].flatMap((slice) => {
    const { namespace = '', labels } = slice?.metadata ?? {};
    return labels?.[MANAGED_BY] === MANAGER ? [`${namespace}/${labels[SERVICE_NAME]}`] : [];
  });
}

/** Gives hand-made Endpoints of services without selector their EndpointSlices (pkg/controller/endpointslicemirroring). */
export const endpointSliceMirroringController = defineController({
  name: 'endpointslice-mirroring-controller',
  component: 'endpointslice-mirroring-controller',
  sources: [
    watch(ENDPOINTS, ({ object, previous }) =>
      [object, previous].some((one) => one !== undefined && shouldMirror(one)) ? [keyOf(object)] : [],
    ),
    watch(SERVICES, ({ type, object, previous }) =>
      type === 'MODIFIED'
        ? previous && hasSelector(previous) !== hasSelector(object)
          ? [keyOf(object)]
          : []
        : [keyOf(object)],
    ),
    watch(ENDPOINT_SLICES, (event) => (event.type === 'ADDED' ? [] : sliceKeys(event))),
  ],
  retries: { firstMs: 1000, maxMs: 1_000_000, tries: 15 },
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const endpoints = client.get(ENDPOINTS, namespace, name);
    const service = client.get(SERVICES, namespace, name);
    const mirrors =
      endpoints !== undefined && shouldMirror(endpoints) && service !== undefined && !hasSelector(service);
    const existing = client.byIndex(MIRRORS_BY_SERVICE, key);
    if (mirrors) mirror(context, endpoints, existing);
    else remove(client, existing);
  }),
});
