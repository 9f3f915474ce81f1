import { Attached } from '@seatrial/kernel';
import {
  ANY_RESOURCE,
  EVENTS,
  defineController,
  watch,
  type ControllerContext,
  type KubeObject,
  type ObjectReader,
  type OwnerReference,
  type ResourceType,
  type Status,
  type WatchEvent,
} from '@seatrial/apiserver';
import { OwnershipGraph, nodeKey } from './garbage-collection/ownership-graph.js';
import { RequestFailedError, must, retrying } from './request-failed.js';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

const graphs = new Attached<ObjectReader, OwnershipGraph>();

function graphOf({ client }: ControllerContext): OwnershipGraph {
  let graph = graphs.get(client);
  if (!graph) {
    graph = new OwnershipGraph(client);
    graphs.set(client, graph);
  }
  return graph;
}

const isDeleted = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;
const deletesDependents = (object: KubeObject): boolean =>
  isDeleted(object) && (object.metadata.finalizers?.includes(FOREGROUND) ?? false);

const NO_KEYS: readonly string[] = [];

/** Which objects a change concerns: those that depend on what went, one whose owners changed, one that waits. */
function concerned(event: WatchEvent, context: ControllerContext): readonly string[] {
  const { type, object, previous } = event;
  if (object.kind === 'Event') return NO_KEYS;
  const graph = graphOf(context);
  graph.change(event);
  if (type === 'DELETED') {
    const owners = (object.metadata.ownerReferences ?? []).flatMap(
      (reference) => ownerOf(context, graph, object, reference) ?? [],
    );
    return [...graph.dependentsOf(object.metadata.uid), ...owners.filter(deletesDependents).map(nodeKey)];
  }
  const references = object.metadata.ownerReferences;
  const before = previous?.metadata.ownerReferences;
  const keys = references === before ? NO_KEYS : unblockedOwners(context, graph, object, before);
  if (isDeleted(object) && object.metadata.finalizers !== undefined) {
    // Whoever starts to wait has all its dependents deleted, not only those that it waits for (processTransitions).
    const starts = deletesDependents(object) && !(previous && deletesDependents(previous));
    return [...keys, ...(starts ? graph.dependentsOf(object.metadata.uid) : NO_KEYS), nodeKey(object)];
  }
  if (references === before) return NO_KEYS;
  if (!references || references.every((reference) => ownerOf(context, graph, object, reference))) return keys;
  for (const reference of references)
    if (!before?.some(({ uid }) => uid === reference.uid)) reportWrongNamespace(context, graph, object, reference);
  return [...keys, nodeKey(object)];
}

/** Owners that waited for this object and need not any longer (addUnblockedOwnersToDeleteQueue). */
function unblockedOwners(
  context: ControllerContext,
  graph: OwnershipGraph,
  object: KubeObject,
  before: readonly OwnerReference[] | undefined,
): string[] {
  const blocks = (uid: string): boolean =>
    object.metadata.ownerReferences?.some((one) => one.uid === uid && one.blockOwnerDeletion === true) ?? false;
  return (before ?? []).flatMap((reference) => {
    if (reference.blockOwnerDeletion !== true || blocks(reference.uid)) return [];
    const owner = ownerOf(context, graph, object, reference);
    return owner && deletesDependents(owner) ? [nodeKey(owner)] : [];
  });
}

/** Says so where the owner exists, but in another namespace (reportInvalidNamespaceOwnerRef). */
function reportWrongNamespace(
  context: ControllerContext,
  graph: OwnershipGraph,
  object: KubeObject,
  { apiVersion, kind, name, uid }: OwnerReference,
): void {
  const resource = graph.resourceOf(apiVersion, kind);
  if (!resource?.namespaced) return;
  const { namespace = '' } = object.metadata;
  const owner = context.client.list(resource).find(({ metadata }) => metadata.uid === uid);
  if (!owner || owner.metadata.namespace === namespace) return;
  const identity = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
  const message = `ownerRef ${identity} does not exist in namespace ${JSON.stringify(namespace)}`;
  context.events.event({ object }, 'Warning', 'OwnerRefInvalidNamespace', message);
}

function ownerOf(
  { client }: ControllerContext,
  graph: OwnershipGraph,
  object: KubeObject,
  reference: OwnerReference,
): KubeObject | undefined {
  const resource = graph.resourceOf(reference.apiVersion, reference.kind);
  if (!resource) return undefined;
  const owner = client.get(resource, resource.namespaced ? object.metadata.namespace : undefined, reference.name);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

function writeMetadata(
  { client }: ControllerContext,
  resource: ResourceType,
  object: KubeObject,
  change: { readonly finalizers?: readonly string[]; readonly ownerReferences?: readonly OwnerReference[] },
): void {
  const result = client.update(resource, { ...object, metadata: { ...object.metadata, ...change } });
  if (!result.ok && result.error.reason !== 'NotFound') must(result);
}

const without = (object: KubeObject, finalizer: string): readonly string[] =>
  (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);

/** Lets the dependents go on without their owner, then lets the owner go. */
function orphanDependents(
  context: ControllerContext,
  graph: OwnershipGraph,
  resource: ResourceType,
  owner: KubeObject,
): void {
  const { uid } = owner.metadata;
  for (const key of graph.dependentsOf(uid)) {
    const found = graph.find(key);
    if (!found) continue;
    const ownerReferences = (found.object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
    writeMetadata(context, found.resource, found.object, { ownerReferences });
  }
  writeMetadata(context, resource, owner, { finalizers: without(owner, ORPHAN) });
}

/** Foreground: the dependents that block go first; returns their keys while there are any. */
function deleteDependents(
  context: ControllerContext,
  graph: OwnershipGraph,
  resource: ResourceType,
  owner: KubeObject,
): void {
  const { uid } = owner.metadata;
  const dependents = graph.dependentsOf(uid);
  const blocking = dependents.filter((key) =>
    graph
      .find(key)
      ?.object.metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion),
  );
  if (blocking.length === 0) writeMetadata(context, resource, owner, { finalizers: without(owner, FOREGROUND) });
  for (const key of blocking) context.requeueAfter(key, 0);
}

const noSuchKind = (apiVersion: string, kind: string): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  reason: 'NotFound',
  code: 404,
  message: `unable to get REST mapping for ${apiVersion}/${kind}.`,
});

/** Deletes an object whose owners are gone or wait for it; drops references to owners that are gone (attemptToDeleteItem). */
function collect(context: ControllerContext, graph: OwnershipGraph, resource: ResourceType, object: KubeObject): void {
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0) return;
  for (const { apiVersion, kind } of references) {
    const owned = graph.resourceOf(apiVersion, kind);
    if (!owned) throw new RequestFailedError(noSuchKind(apiVersion, kind));
    // A namespaced owner of an object without a namespace can never be found: the object is left alone.
    if (owned.namespaced && object.metadata.namespace === undefined) return;
  }
  const owners = references.map((reference) => ownerOf(context, graph, object, reference));
  const waits = (index: number): boolean => {
    const owner = owners[index];
    return owner !== undefined && deletesDependents(owner);
  };
  const solid = references.filter((_reference, index) => owners[index] !== undefined && !waits(index));
  if (solid.length === references.length) return;
  if (solid.length > 0) {
    writeMetadata(context, resource, object, { ownerReferences: solid });
    return;
  }
  const foreground =
    references.some((_reference, index) => waits(index)) && graph.dependentsOf(object.metadata.uid).length > 0;
  const finalizers = object.metadata.finalizers ?? [];
  const propagationPolicy = finalizers.includes(ORPHAN)
    ? 'Orphan'
    : foreground || finalizers.includes(FOREGROUND)
      ? 'Foreground'
      : 'Background';
  const { namespace, name, uid } = object.metadata;
  const deleted = context.client.delete(resource, namespace, name, { propagationPolicy, preconditions: { uid } });
  if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
}

/** Deletes what its owners leave behind (pkg/controller/garbagecollector). */
export const garbageCollectorController = defineController({
  name: 'garbage-collector-controller',
  component: 'garbage-collector-controller',
  sources: [watch(ANY_RESOURCE, concerned, { except: [EVENTS] })],
  reconcile: retrying((context, key) => {
    const graph = graphOf(context);
    const found = graph.find(key);
    if (!found) return;
    const { resource, object } = found;
    if (!isDeleted(object)) collect(context, graph, resource, object);
    else if (object.metadata.finalizers?.includes(ORPHAN)) orphanDependents(context, graph, resource, object);
    else if (deletesDependents(object)) deleteDependents(context, graph, resource, object);
  }),
});
