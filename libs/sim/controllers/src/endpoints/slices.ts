import { ENDPOINT_SLICES, type ApiClient, type EndpointSlice, type ObjectMeta, type Status } from '@seatrial/apiserver';
import { canonicalJson, compareStrings, jsonEqual, ok, type Result } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import type { EndpointPort } from './service-pods.js';
import { TRIGGER_TIME } from './trigger-time.js';

type Endpoint = EndpointSlice['endpoints'][number];

/** A slice's content. */
interface Wanted {
  readonly endpoints: readonly Endpoint[] | null;
  readonly ports: readonly EndpointPort[] | null;
}

export interface SlicesRequest {
  readonly existing: readonly EndpointSlice[];
  readonly endpoints: readonly { readonly endpoint: Endpoint; readonly ports: readonly EndpointPort[] }[];
  readonly addressType: string;
  /** Of the change, ms; noted on the slices that are written. */
  readonly trigger: number | undefined;
  readonly metadata: Partial<ObjectMeta>;
}

/** --max-endpoints-per-slice. */
const MAX_PER_SLICE = 100;

const slicePort = ({ name = '', port, protocol, appProtocol }: EndpointPort): EndpointPort => ({
  name,
  protocol,
  port,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});

const portsKey = (ports: readonly EndpointPort[] | null | undefined): string =>
  (ports ?? [])
    .map((port) => canonicalJson(slicePort(port)))
    .sort(compareStrings)
    .join();

const identity = ({ addresses, targetRef }: Endpoint): string => `${addresses.join()} ${targetRef?.uid ?? ''}`;

/** Endpoints stay in the slice and place they have; new ones fill up slices, then make new ones. */
function place(
  existing: readonly EndpointSlice[],
  wanted: Map<string, Endpoint>,
): { readonly kept: Map<EndpointSlice, Endpoint[]>; readonly added: Endpoint[][] } {
  const kept = new Map<EndpointSlice, Endpoint[]>();
  for (const slice of existing) {
    const stay: Endpoint[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      const next = wanted.get(identity(endpoint));
      if (!next) continue;
      stay.push(next);
      wanted.delete(identity(endpoint));
    }
    kept.set(slice, stay);
  }
  const left = [...wanted.values()];
  const added: Endpoint[][] = [];
  for (const stay of kept.values())
    if (stay.length > 0 || kept.size === 1)
      while (left.length > 0 && stay.length < MAX_PER_SLICE) stay.push(left.splice(0, 1)[0]);
  while (left.length > 0) added.push(left.splice(0, MAX_PER_SLICE));
  return { kept, added };
}

function groupByPorts(request: SlicesRequest): Map<string, { ports: EndpointPort[]; wanted: Map<string, Endpoint> }> {
  const groups = new Map<string, { ports: EndpointPort[]; wanted: Map<string, Endpoint> }>();
  for (const { endpoint, ports } of request.endpoints) {
    const own = ports.map(slicePort);
    const key = portsKey(own);
    const group = groups.get(key) ?? { ports: own, wanted: new Map<string, Endpoint>() };
    group.wanted.set(identity(endpoint), endpoint);
    groups.set(key, group);
  }
  return groups;
}

/** Makes a service's slices hold its endpoints with as few writes as may be (endpointslice Reconciler). */
export function reconcileSlices(client: ApiClient, request: SlicesRequest): Result<undefined, Status> {
  const groups = groupByPorts(request);
  const updates = new Map<EndpointSlice, Wanted>();
  const creates: Wanted[] = [];
  let deletes: EndpointSlice[] = request.existing.filter(
    (slice) => !groups.has(portsKey(slice.ports as EndpointPort[])),
  );
  for (const [key, { ports, wanted }] of groups) {
    const own = request.existing.filter((slice) => portsKey(slice.ports as EndpointPort[]) === key);
    const { kept, added } = place(own, wanted);
    for (const [slice, endpoints] of kept)
      if (endpoints.length > 0) updates.set(slice, { endpoints, ports });
      else deletes.push(slice);
    for (const endpoints of added) creates.push({ endpoints, ports });
  }
  // A service without endpoints keeps one slice that is empty.
  if (deletes.length === request.existing.length && creates.length === 0)
    creates.push({ endpoints: null, ports: null });
  while (deletes.length > 0 && creates.length > 0) {
    const [slice, ...rest] = deletes;
    deletes = rest;
    const wanted = creates.shift();
    if (wanted) updates.set(slice, wanted);
  }
  return write(client, request, updates, creates, deletes);
}

function write(
  client: ApiClient,
  { metadata, addressType, trigger }: SlicesRequest,
  updates: ReadonlyMap<EndpointSlice, Wanted>,
  creates: readonly Wanted[],
  deletes: readonly EndpointSlice[],
): Result<undefined, Status> {
  const annotations = trigger === undefined ? undefined : { [TRIGGER_TIME]: formatTime(trigger) };
  for (const wanted of creates) {
    const draft = { metadata: { ...metadata, ...(annotations ? { annotations } : {}) }, addressType, ...wanted };
    const created = client.create(ENDPOINT_SLICES, draft as unknown as EndpointSlice);
    if (!created.ok) return created;
  }
  for (const [slice, wanted] of updates) {
    const same =
      jsonEqual(slice.endpoints ?? [], wanted.endpoints ?? []) &&
      portsKey(slice.ports as EndpointPort[]) === portsKey(wanted.ports) &&
      jsonEqual(slice.metadata.labels, metadata.labels);
    if (same) continue;
    const updated = client.update(ENDPOINT_SLICES, {
      ...slice,
      ...(wanted as unknown as Pick<EndpointSlice, 'endpoints' | 'ports'>),
      metadata: {
        ...slice.metadata,
        labels: metadata.labels,
        annotations: { ...slice.metadata.annotations, ...annotations },
      },
    });
    if (!updated.ok) return updated;
  }
  for (const slice of deletes) {
    const deleted = client.delete(ENDPOINT_SLICES, slice.metadata.namespace, slice.metadata.name);
    if (!deleted.ok && deleted.error.reason !== 'NotFound') return deleted;
  }
  return ok(undefined);
}
