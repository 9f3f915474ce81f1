import { ENDPOINT_SLICES, type ApiClient, type EndpointSlice, type ObjectMeta, type Status } from '@seatrial/apiserver';
import { canonicalJson, jsonEqual, ok, type Result } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { inSliceOrder } from './port-order.js';
import type { EndpointPort } from './service-pods.js';
import { TRIGGER_TIME } from './trigger-time.js';

export type Endpoint = EndpointSlice['endpoints'][number];

/** A slice's wanted content; `slice` is the one that gets it, undefined for a new one. */
export interface SliceDraft {
  readonly slice: EndpointSlice | undefined;
  endpoints: Endpoint[];
  readonly ports: readonly EndpointPort[];
  /** Metadata is made anew, not only its labels. */
  readonly fresh: boolean;
}

/** What is to be written; hints may still move slices from `unchanged` to `update`. */
export interface SlicePlan {
  readonly create: SliceDraft[];
  readonly update: SliceDraft[];
  unchanged: EndpointSlice[];
}

export interface SlicesRequest {
  readonly existing: readonly EndpointSlice[];
  /** The uid of the service: slices of another one of the same name are deleted. */
  readonly owner: string;
  readonly endpoints: readonly { readonly endpoint: Endpoint; readonly ports: readonly EndpointPort[] }[];
  readonly addressType: string;
  /** Of the change, ms; noted on the slices that are written. */
  readonly trigger: number | undefined;
  readonly metadata: Partial<ObjectMeta>;
  /** Gives endpoints their topology hints. */
  readonly hint: (plan: SlicePlan) => void;
}

/** --max-endpoints-per-slice. */
const MAX_PER_SLICE = 100;

const RESERVED = [
  'kubernetes.io/service-name',
  'endpointslice.kubernetes.io/managed-by',
  'service.kubernetes.io/headless',
];

export const slicePort = ({ name = '', port, protocol, appProtocol }: EndpointPort): EndpointPort => ({
  name,
  protocol,
  port,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});

export const portsOf = (slice: EndpointSlice): readonly EndpointPort[] =>
  inSliceOrder(((slice.ports ?? []) as readonly EndpointPort[]).map(slicePort));

/** Of ports in their order. */
export const portsKey = (ports: readonly EndpointPort[]): string => ports.map((port) => canonicalJson(port)).join();

/** What makes it the same endpoint (endpointslice/util hashEndpoint). */
export const identity = ({ addresses, hostname = '', targetRef }: Endpoint): string =>
  `${addresses.join()} ${hostname} ${targetRef?.namespace ?? ''} ${targetRef?.name ?? ''}`;

/** All but what identifies an endpoint, and hints (EndpointsEqualBeyondHash). */
export const equalBeyondIdentity = (a: Endpoint, b: Endpoint): boolean =>
  a.nodeName === b.nodeName &&
  a.zone === b.zone &&
  jsonEqual(a.conditions, b.conditions) &&
  a.targetRef?.kind === b.targetRef?.kind &&
  a.targetRef?.uid === b.targetRef?.uid;

const plainLabels = (labels: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !RESERVED.includes(key)));

interface Group {
  readonly ports: readonly EndpointPort[];
  readonly wanted: Map<string, Endpoint>;
}

function groupByPorts(request: SlicesRequest): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const { endpoint, ports } of request.endpoints) {
    const own = inSliceOrder(ports.map(slicePort));
    const key = portsKey(own);
    const group = groups.get(key) ?? { ports: own, wanted: new Map<string, Endpoint>() };
    group.wanted.set(identity(endpoint), endpoint);
    groups.set(key, group);
  }
  return groups;
}

/** Puts the new endpoints into slices that change anyway, then into one that has room for all, then into new ones. */
function addNew(plan: SlicePlan, own: readonly SliceDraft[], { ports, wanted }: Group, kept: EndpointSlice[]): void {
  const left = [...wanted.values()];
  const fill = (draft: SliceDraft): void => {
    draft.endpoints.push(...left.splice(0, MAX_PER_SLICE - draft.endpoints.length));
  };
  for (const draft of [...own].sort((a, b) => b.endpoints.length - a.endpoints.length)) fill(draft);
  while (left.length > 0) {
    const room = left.length < MAX_PER_SLICE ? sliceToFill(kept, left.length) : undefined;
    const draft = { slice: room, endpoints: [...(room?.endpoints ?? [])], ports, fresh: room === undefined };
    fill(draft);
    if (room) kept.splice(kept.indexOf(room), 1);
    (room ? plan.update : plan.create).push(draft);
  }
}

/** The slice that is the fullest with `count` more (getSliceToFill). */
function sliceToFill(slices: readonly EndpointSlice[], count: number): EndpointSlice | undefined {
  let closest = MAX_PER_SLICE;
  let chosen: EndpointSlice | undefined;
  for (const slice of slices) {
    const room = MAX_PER_SLICE - count - (slice.endpoints?.length ?? 0);
    if (room < 0 || room >= closest) continue;
    closest = room;
    chosen = slice;
  }
  return chosen;
}

/** Slices of one set of ports (reconcileByPortMapping). */
function planGroup(
  plan: SlicePlan,
  request: SlicesRequest,
  existing: readonly EndpointSlice[],
  group: Group,
): EndpointSlice[] {
  const deletes: EndpointSlice[] = [];
  const kept: EndpointSlice[] = [];
  const changed: SliceDraft[] = [];
  const labels = plainLabels(request.metadata.labels);
  for (const slice of existing) {
    const before = slice.endpoints ?? [];
    const endpoints: Endpoint[] = [];
    let updated = false;
    for (const endpoint of before) {
      const key = identity(endpoint);
      const next = group.wanted.get(key);
      if (!next) continue;
      endpoints.push(next);
      updated ||= !equalBeyondIdentity(next, endpoint);
      group.wanted.delete(key);
    }
    if (updated || endpoints.length !== before.length) {
      if (endpoints.length === 0) deletes.push(slice);
      else changed.push({ slice, endpoints, ports: group.ports, fresh: false });
    } else if (!jsonEqual(plainLabels(slice.metadata.labels), labels))
      plan.update.push({ slice, endpoints: [...before], ports: group.ports, fresh: false });
    else kept.push(slice);
  }
  plan.update.push(...changed);
  addNew(plan, changed, group, kept);
  plan.unchanged.push(...kept);
  return deletes;
}

const isPlaceholder = ({ endpoints, ports, metadata }: EndpointSlice, labels: ObjectMeta['labels']): boolean =>
  !endpoints?.length && !ports?.length && jsonEqual(metadata.labels, labels);

/** Makes a service's slices hold its endpoints with as few writes as may be (endpointslice Reconciler). */
export function reconcileSlices(client: ApiClient, request: SlicesRequest): Result<undefined, Status> {
  const { metadata, owner } = request;
  const groups = groupByPorts(request);
  const plan: SlicePlan = { create: [], update: [], unchanged: [] };
  const foreign: EndpointSlice[] = [];
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of request.existing) {
    const key = portsKey(portsOf(slice));
    if (!slice.metadata.ownerReferences?.some(({ uid, kind }) => uid === owner && kind === 'Service'))
      foreign.push(slice);
    else byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
  }
  const own: EndpointSlice[] = [];
  for (const [key, group] of groups) own.push(...planGroup(plan, request, byPorts.get(key) ?? [], group));
  for (const [key, slices] of byPorts) if (!groups.has(key)) own.push(...slices);
  // A service without endpoints keeps one slice that is empty.
  if (foreign.length + own.length === request.existing.length && plan.create.length === 0) {
    if (foreign.length === 0 && own.length === 1 && isPlaceholder(own[0], metadata.labels)) own.pop();
    else plan.create.push({ slice: undefined, endpoints: [], ports: [], fresh: true });
  }
  request.hint(plan);
  while (own.length > 0 && plan.create.length > 0) {
    const draft = plan.create.pop();
    const slice = own.shift();
    if (draft && slice) plan.update.push({ ...draft, slice });
  }
  return write(client, request, plan, [...foreign, ...own]);
}

const orNull = <T>(items: readonly T[]): readonly T[] | null => (items.length > 0 ? items : null);

function write(
  client: ApiClient,
  { metadata, addressType, trigger }: SlicesRequest,
  plan: SlicePlan,
  deletes: readonly EndpointSlice[],
): Result<undefined, Status> {
  const noted: Record<string, string> = trigger === undefined ? {} : { [TRIGGER_TIME]: formatTime(trigger) };
  const withNote = (annotations: Readonly<Record<string, string>>): { annotations?: Record<string, string> } => {
    const { [TRIGGER_TIME]: _time, ...rest } = annotations;
    const all = Object.assign(rest, noted);
    return Object.keys(all).length > 0 ? { annotations: all } : {};
  };
  for (const { endpoints, ports } of plan.create) {
    const content = { addressType, endpoints: orNull(endpoints), ports: orNull(ports) };
    const draft = { metadata: Object.assign(withNote({}), metadata), ...content } as unknown as EndpointSlice;
    const created = client.create(ENDPOINT_SLICES, draft);
    if (!created.ok) return created;
  }
  for (const { slice, endpoints, ports, fresh } of plan.update) {
    if (!slice) continue;
    const { annotations = {}, ...rest } = slice.metadata;
    const updated = client.update(ENDPOINT_SLICES, {
      ...slice,
      ...({ endpoints: orNull(endpoints), ports: orNull(ports) } as unknown as Pick<EndpointSlice, 'endpoints'>),
      metadata: Object.assign(
        rest,
        { labels: metadata.labels },
        fresh ? { ownerReferences: metadata.ownerReferences } : undefined,
        withNote(fresh ? {} : annotations),
      ),
    });
    if (!updated.ok) return updated;
  }
  for (const slice of deletes) {
    const deleted = client.delete(ENDPOINT_SLICES, slice.metadata.namespace, slice.metadata.name);
    if (!deleted.ok && deleted.error.reason !== 'NotFound') return deleted;
  }
  return ok(undefined);
}
