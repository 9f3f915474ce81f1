import type { JsonObject } from '@seatrial/kernel';
import { mutate, validate } from '../admission/admission-chain.js';
import type { KubeObject } from '../contract/object.js';
import type { RequestOptions } from '../contract/request.js';
import type { ResourceType } from '../contract/resource.js';
import type { ServerState } from '../registry/server-state.js';
import { storageHook } from '../registry/storage-hooks.js';
import { conflict, deleted, notFound } from '../status/status-errors.js';
import { serverNote } from './create-object.js';
import { listObjects } from './read-objects.js';
import { done, refused, subject, timestamp, type Draft, type Outcome, type RequestScope } from './request-scope.js';

/** Takes an object out of the store and gives back what its storage had taken for it. */
export function removeObject(server: ServerState, type: ResourceType, stored: KubeObject): void {
  server.store.remove(type, stored);
  storageHook(type)?.afterDelete?.(server, stored);
}

/** genericregistry.deletionFinalizersForGarbageCollection */
function propagationFinalizers(scope: RequestScope, object: KubeObject): readonly string[] {
  const policy = scope.options.propagationPolicy;
  const current = object.metadata.finalizers ?? [];
  const fallback = scope.rest.definition?.defaultPropagation;
  const orphan = policy ? policy === 'Orphan' : current.includes('orphan') || fallback === 'Orphan';
  const foreground = policy ? policy === 'Foreground' : !orphan && current.includes('foregroundDeletion');
  const kept = current.filter((finalizer) => finalizer !== 'orphan' && finalizer !== 'foregroundDeletion');
  if (orphan) return [...kept, 'orphan'];
  return foreground ? [...kept, 'foregroundDeletion'] : kept;
}

/** What a deletion at once answers with the object, and not with a Status (ReturnDeletedObject of pkg/registry, v1.35.4). */
const RETURNED: ReadonlySet<string> = new Set([
  ...'namespaces persistentvolumeclaims persistentvolumes pods podtemplates resourcequotas serviceaccounts services'
    .split(' ')
    .map((resource) => `/${resource}`),
  ...'csidrivers csinodes storageclasses volumeattachments volumeattributesclasses'
    .split(' ')
    .map((resource) => `storage.k8s.io/${resource}`),
  ...'deviceclasses devicetaintrules resourceclaims resourceclaimtemplates resourceslices'
    .split(' ')
    .map((resource) => `resource.k8s.io/${resource}`),
]);

/** rest.BeforeDelete */
function preconditionFailure(options: RequestOptions, object: KubeObject): string | undefined {
  const { uid, resourceVersion } = options.preconditions ?? {};
  if (uid !== undefined && uid !== object.metadata.uid)
    return `the UID in the precondition (${uid}) does not match the UID in record (${object.metadata.uid}). The object might have been deleted and then recreated`;
  if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion)
    return `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${object.metadata.resourceVersion}). The object might have been modified`;
  return undefined;
}

/** DELETE of one object: at once, or by marking it when it has finalizers or a grace period. */
export function deleteObject(scope: RequestScope): Outcome {
  const { rest, server } = scope;
  const kept = storageHook(rest.type)?.beforeDelete?.(scope);
  if (kept) return refused(kept);
  const object = server.store.get(rest.type, scope.namespace, scope.name);
  if (!object) return refused(notFound(subject(scope), scope.name));
  const failed = preconditionFailure(scope.options, object);
  // The error names the kind where others name the resource.
  const { kind, group } = rest.api;
  if (failed) return refused(conflict({ group, kind, resource: kind }, scope.name, failed));
  const attributes = { operation: 'DELETE' as const, scope, object: undefined, old: object };
  const denied = mutate(attributes) ?? validate(attributes);
  if (denied) return refused(denied);
  return deleteStored(scope, object);
}

function deleteStored(scope: RequestScope, object: KubeObject): Outcome {
  const { rest, server, options } = scope;
  const finalizers = propagationFinalizers(scope, object);
  const isNamespace = rest.type.group === '' && rest.type.resource === 'namespaces';
  const hook = storageHook(rest.type);
  const waits = hook?.markDeleted !== undefined || finalizers.length > 0 || (isNamespace && hasSpecFinalizers(object));
  const grace = rest.definition?.deletionGracePeriod?.(object, options.gracePeriodSeconds);
  const seconds = grace ?? 0;
  const marked = object.metadata.deletionTimestamp !== undefined;
  const before = object.metadata.deletionGracePeriodSeconds ?? 0;

  if (!waits && seconds === 0) {
    const last = options.dryRun || grace === undefined ? object : withoutGrace(scope, object);
    if (!options.dryRun) removeObject(server, rest.type, last);
    if (RETURNED.has(`${rest.type.group}/${rest.type.resource}`)) return done(last);
    return done(deleted(subject(scope), object.metadata.name, object.metadata.uid));
  }
  if (marked && hook?.markDeleted) return done(object);
  if (marked && seconds >= before && finalizers.join() === (object.metadata.finalizers ?? []).join())
    return done(object);
  const next = mark(scope, object, finalizers, marked ? Math.min(before, seconds) : seconds, waits);
  if (isNamespace) {
    Reflect.deleteProperty(next.metadata as JsonObject, 'deletionGracePeriodSeconds');
    next.status = { ...(next.status as JsonObject | undefined), phase: 'Terminating' };
  }
  hook?.markDeleted?.(server, next as Draft);
  if (options.dryRun) return done(next);
  const stored = server.store.put(rest.type, next as unknown as KubeObject, serverNote(scope));
  hook?.afterWrite?.(server, stored, object);
  return done(stored);
}

/** What is deleted with grace is first written with none left, and then removed (Store.Delete, in its two phases). */
function withoutGrace(scope: RequestScope, object: KubeObject): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0, finalizers = [] } = object.metadata;
  if (deletionTimestamp !== undefined && left === 0) return object;
  const next = mark(scope, object, finalizers, 0, false);
  return scope.server.store.put(scope.rest.type, next as unknown as KubeObject, serverNote(scope));
}

const hasSpecFinalizers = (object: KubeObject): boolean => {
  const { spec } = object as unknown as { readonly spec?: { readonly finalizers?: readonly string[] } };
  return (spec?.finalizers?.length ?? 0) > 0;
};

/** The object with its deletion noted. A pod with finalizers keeps its grace period; others have none. */
function mark(
  scope: RequestScope,
  object: KubeObject,
  finalizers: readonly string[],
  seconds: number,
  waits: boolean,
): JsonObject {
  const now = scope.server.simulation.now();
  const metadata: JsonObject = { ...(object.metadata as unknown as JsonObject) };
  const already = object.metadata.deletionTimestamp;
  if (already === undefined || seconds !== object.metadata.deletionGracePeriodSeconds) {
    metadata.deletionTimestamp =
      already !== undefined && waits && seconds === 0 ? already : timestamp(now + seconds * 1000);
    metadata.deletionGracePeriodSeconds = seconds;
  }
  if (already === undefined && object.metadata.generation) metadata.generation = object.metadata.generation + 1;
  if (finalizers.length > 0) metadata.finalizers = [...finalizers];
  else delete metadata.finalizers;
  return { ...(object as unknown as JsonObject), metadata };
}

/** DELETE of a collection: each object that the selectors choose. Answers the list of them. */
export function deleteCollection(scope: RequestScope): Outcome {
  const listed = listObjects(scope);
  if (!listed.ok) return refused(listed.error);
  for (const object of listed.value.items) {
    const outcome = deleteObject({ ...scope, name: object.metadata.name, namespace: object.metadata.namespace });
    if (!outcome.ok && outcome.error.code !== 404) return outcome;
  }
  return done({
    apiVersion: `${scope.rest.api.group ? `${scope.rest.api.group}/` : ''}${scope.rest.api.version}`,
    kind: `${scope.rest.api.kind}List`,
    metadata: { resourceVersion: String(scope.server.store.resourceVersion) },
    items: listed.value.items as unknown as JsonObject[],
  });
}
