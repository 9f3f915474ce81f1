import { deepClone, fail, jsonEqual, ok, type JsonObject, type Result } from '@seatrial/kernel';
import {
  fieldErrors,
  FieldPath,
  validateFinalizerNames,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@seatrial/schema';
import { mutate, validate } from '../admission/admission-chain.js';
import type { KubeObject, Pod } from '../contract/object.js';
import { PODS } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { storageHook } from '../registry/storage-hooks.js';
import { OBJECT_MODIFIED, conflict, failure, invalid, notFound } from '../status/status-errors.js';
import { withStatus } from './copy-metadata.js';
import { ownersChanged } from './managers-changed.js';
import { begin, createDraft, note } from './create-object.js';
import { decodeBody } from './decode-body.js';
import { removeObject } from './delete-object.js';
import { leaveOutGoNulls, writeGoNulls } from './go-nulls.js';
import { givenManagers } from './given-managers.js';
import { keepSystemFields, matchRequestPath } from './object-metadata.js';
import {
  done,
  kindContext,
  nameOf,
  refused,
  subject,
  type Draft,
  type Outcome,
  type RequestScope,
} from './request-scope.js';

/** PUT of an object. */
/** Resources that a PUT creates (AllowCreateOnUpdate of their strategies, v1.35). */
const CREATED_ON_UPDATE: ReadonlySet<string> = new Set([
  '/endpoints',
  '/events',
  '/limitranges',
  '/services',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/roles',
]);

const createsOnUpdate = ({ rest: { api } }: RequestScope): boolean =>
  CREATED_ON_UPDATE.has(`${api.group}/${api.resource}`);

export function updateObject(scope: RequestScope, body: unknown): Outcome {
  const { rest } = scope;
  let draft: Draft;
  if (scope.trusted) {
    const object = body as KubeObject;
    if (Object.isFrozen(object)) return done(object);
    if (scope.subresource === 'status' && !scope.options.dryRun && !rest.custom) {
      const written = writeStatus(scope, object);
      if (written) return written;
    }
    // A status replaces the old one as a whole: nothing below is changed on the way into the store.
    draft = (scope.subresource === 'status'
      ? { ...object, metadata: { ...object.metadata } }
      : onlyMetadataDiffers(scope, object)
        ? { ...object, metadata: { ...object.metadata }, spec: { ...object.spec } }
        : deepClone(object)) as unknown as Draft;
  } else {
    const decoded = decodeBody(scope, body);
    if (!decoded.ok) return refused(decoded.error);
    draft = rest.toStored(decoded.value) as Draft;
  }
  const matched = matchRequestPath(scope, draft);
  if (!matched.ok) return refused(matched.error);
  const old = scope.server.store.get(rest.type, scope.namespace, nameOf(draft));
  if (!old && !scope.trusted && !scope.subresource && createsOnUpdate(scope)) return createDraft(scope, draft);
  if (!old) return refused(notFound(subject(scope), nameOf(draft)));
  if (!scope.trusted) rest.definition?.defaults?.(draft);
  return writeUpdate(scope, draft, old);
}

/** Whether it is a pod as stored but for its metadata: what is stored is never changed in place. */
function onlyMetadataDiffers({ server, rest }: RequestScope, object: KubeObject): object is Pod {
  if (rest.type.resource !== PODS.resource || rest.type.group !== PODS.group) return false;
  const { namespace, name } = object.metadata;
  const old = server.store.get(rest.type, namespace, name) as Pod | undefined;
  const { spec, status } = object as Pod;
  return old !== undefined && old.spec === spec && old.status === status;
}

/**
 * A component's new status of an object that is otherwise as stored: nothing else needs to be looked at. Undefined when
 * the object has changed since the component saw it.
 */
function writeStatus(scope: RequestScope, object: KubeObject): Outcome | undefined {
  const { rest, server } = scope;
  const { namespace, name } = object.metadata;
  const old = server.store.get<KubeObject & { readonly status?: unknown }>(rest.type, namespace, name);
  if (old?.metadata !== object.metadata) return undefined;
  const { status } = object as { readonly status?: unknown };
  const hook = storageHook(rest.type);
  if (status === undefined || hook?.beforeUpdate) return undefined;
  if (jsonEqual(status, old.status)) return done(old);
  // Custom resources may have other members.
  const next = rest.custom ? { ...old, metadata: { ...old.metadata }, status } : withStatus(old, status);
  const attributes = { operation: 'UPDATE' as const, scope, object: next as unknown as Draft, old };
  const denied = mutate(attributes) ?? validate(attributes);
  if (denied) return refused(denied);
  const stored = server.store.put(rest.type, next, note(scope));
  hook?.afterWrite?.(server, stored, old);
  if (isFinished(stored, old)) removeObject(server, rest.type, stored);
  return done(stored);
}

/** Where etcd keeps an object; a few resources keep the names of their first days. */
function storageKey(scope: RequestScope, name: string): string {
  const { group, resource } = scope.rest.type;
  const folders: Readonly<Record<string, string>> = {
    nodes: 'minions',
    services: 'services/specs',
    endpoints: 'services/endpoints',
    ingresses: 'ingress',
  };
  const folder = scope.rest.custom ? `${group}/${resource}` : (folders[resource] ?? resource);
  return ['/registry', folder, scope.namespace, name].filter((part) => part).join('/');
}

/** Resources that are only written over a version of them (AllowUnconditionalUpdate of their strategies, v1.35). */
const WRITTEN_OVER_A_VERSION: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/csistoragecapacities',
  'storage.k8s.io/volumeattachments',
]);

function checkVersion(scope: RequestScope, version: unknown, old: KubeObject): Result<undefined, Status> {
  const { name, resourceVersion } = old.metadata;
  const { api, custom } = scope.rest;
  if (typeof version === 'string' && version !== '' && !/^\d+$/.test(version))
    return fail(failure(500, undefined, `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`));
  if (typeof version !== 'string' || /^0*$/.test(version)) {
    if (scope.trusted || !(custom || WRITTEN_OVER_A_VERSION.has(`${api.group}/${api.resource}`))) return ok(undefined);
    const path = FieldPath.root('metadata').child('resourceVersion');
    const complaint = fieldErrors.invalid(path, 0, 'must be specified for an update');
    return fail(invalid({ ...subject(scope), kind: api.resource }, name, [complaint]));
  }
  return version === resourceVersion ? ok(undefined) : fail(conflict(subject(scope), name, OBJECT_MODIFIED));
}

/** The stored object must be the one that the writer saw. What a patch says of its uid is no precondition. */
export function checkPreconditions(
  scope: RequestScope,
  draft: Draft,
  old: KubeObject,
  isPatch = false,
): Result<undefined, Status> {
  const { uid, resourceVersion } = draft.metadata;
  const { name } = old.metadata;
  if (!isPatch && typeof uid === 'string' && uid !== '' && uid !== old.metadata.uid)
    return fail(
      conflict(
        subject(scope),
        name,
        `StorageError: invalid object, Code: 4, Key: ${storageKey(scope, name)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
      ),
    );
  return checkVersion(scope, resourceVersion, old);
}

/** metav1.ResetObjectMetaForStatus. */
const ALL_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** What a write of status cannot change of metadata: the strategies' PrepareForUpdate; where nothing stands, it can all. */
const STATUS_KEEPS: Readonly<Record<string, readonly (typeof ALL_METADATA)[number][]>> = {
  '/pods': ['ownerReferences'],
  'admissionregistration.k8s.io/validatingadmissionpolicies': ALL_METADATA,
  'apps/deployments': ['labels'],
  'flowcontrol.apiserver.k8s.io/flowschemas': ALL_METADATA,
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': ALL_METADATA,
  'networking.k8s.io/servicecidrs': ALL_METADATA,
  'resource.k8s.io/resourceclaims': ALL_METADATA,
  'storage.k8s.io/volumeattachments': ALL_METADATA,
};

/** For the status subresource: everything but status, and metadata with exceptions, is as stored. */
function statusOnly(scope: RequestScope, draft: Draft, old: KubeObject): Draft {
  const { type, custom } = scope.rest;
  const metadata: JsonObject = { ...draft.metadata };
  const before = old.metadata as unknown as JsonObject;
  for (const field of custom ? ALL_METADATA : (STATUS_KEEPS[`${type.group}/${type.resource}`] ?? [])) {
    if (before[field] === undefined) Reflect.deleteProperty(metadata, field);
    else metadata[field] = before[field];
  }
  const result = { ...(old as unknown as JsonObject), metadata };
  if (draft.status === undefined) Reflect.deleteProperty(result, 'status');
  else (result as JsonObject).status = draft.status;
  return result;
}

/** `metadata.generation` goes up when what it counts has changed. */
function countGeneration(scope: RequestScope, draft: Draft, old: KubeObject): void {
  const { rest } = scope;
  if (!rest.hasGeneration || scope.subresource === 'status') return;
  const generation = rest.definition?.generation;
  const counted =
    typeof generation === 'function'
      ? generation(draft as unknown as KubeObject, old)
      : rest.custom
        ? customChanged(scope, draft, old as unknown as JsonObject)
        : !jsonEqual(draft.spec, (old as unknown as JsonObject).spec);
  if (counted) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

function customChanged(scope: RequestScope, draft: Draft, old: JsonObject): boolean {
  const strip = (object: JsonObject): JsonObject => {
    const { metadata: _metadata, status, ...rest } = object;
    return scope.rest.custom?.statusSubresource ? rest : { ...rest, status };
  };
  return !jsonEqual(strip(draft), strip(old));
}

/** Components are taken at their word, but for the one thing that a controller may ask in vain: another spec of a pod. */
const changesPodSpec = ({ rest, subresource }: RequestScope, object: KubeObject, old: KubeObject): boolean =>
  rest.type.resource === PODS.resource &&
  rest.type.group === PODS.group &&
  subresource === undefined &&
  !jsonEqual((object as Pod).spec, (old as Pod).spec);

/** The rest of an update, once the new object is of the stored version. */
export function writeUpdate(scope: RequestScope, received: Draft, old: KubeObject, isPatch = false): Outcome {
  const { rest, server } = scope;
  const { definition } = rest;
  const checked = checkPreconditions(scope, received, old, isPatch);
  if (!checked.ok) return refused(checked.error);
  const known = scope.trusted ? old : leaveOutGoNulls(scope, old);
  const sent = scope.trusted ? received : leaveOutGoNulls(scope, received);
  const draft = scope.subresource === 'status' ? statusOnly(scope, sent, known) : sent;
  if (rest.custom?.statusSubresource && scope.subresource !== 'status') {
    const { status } = old as unknown as JsonObject;
    if (status === undefined) delete draft.status;
    else draft.status = status;
  }
  const given = scope.trusted || scope.managers ? undefined : givenManagers(scope, draft.metadata.managedFields, old);
  keepSystemFields(draft, old);
  const attributes = { operation: 'UPDATE' as const, scope, object: draft, old };
  const asked = scope.trusted || scope.managers ? undefined : deepClone(draft);
  const changed = mutate(attributes);
  if (changed) return refused(changed);

  const context = kindContext(scope);
  if (!(scope.trusted && scope.subresource === 'status')) definition?.prepareForUpdate?.(draft, known, context);
  countGeneration(scope, draft, known);
  const object = draft as unknown as KubeObject;
  const hook = storageHook(rest.type);
  const allocates = hook?.begin !== undefined && scope.subresource === undefined;
  const begun = allocates && begin(scope, object, () => hook.begin?.update(server, draft, old, scope));
  if (begun) return refused(begun);
  const giveUp = (status: Status): Outcome => {
    if (allocates) hook.begin?.undoUpdate(server, draft, old, scope);
    return refused(status);
  };
  if (!scope.trusted) {
    const metadata = validateObjectMetaUpdate(draft.metadata, old.metadata as unknown as JsonObject);
    const validatesMetadata = definition?.validatesMetadata?.(context) ?? true;
    const errors = [
      // Common validation looks at metadata twice, the kind's own a third time (rest.BeforeUpdate).
      ...validateObjectMeta(draft.metadata, { namespaced: rest.api.namespaced, nameRule: 'path-segment' }),
      ...metadata,
      ...(validatesMetadata ? metadata : []),
      ...(definition && validatesMetadata && !definition.anyFinalizers ? validateFinalizerNames(draft.metadata) : []),
      ...(definition?.validateUpdate?.(object, known, context) ?? []),
    ];
    if (errors.length > 0) return giveUp(invalid(rest.type, old.metadata.name, errors));
    if (scope.subresource !== 'status') scope.warnings.push(...(definition?.warnings?.(object, known, context) ?? []));
    writeGoNulls(scope, draft);
  } else if (changesPodSpec(scope, object, old)) {
    const errors = definition?.validateUpdate?.(object, known, context) ?? [];
    if (errors.length > 0) return giveUp(invalid(rest.type, old.metadata.name, errors));
  }
  draft.metadata.resourceVersion = old.metadata.resourceVersion;
  const allocated = hook?.beforeUpdate?.(server, draft, old, scope);
  if (allocated) return refused(allocated);
  const denied = validate(attributes);
  if (denied) return giveUp(denied);
  const stale = server.atRest.isStale(rest.type, old.metadata.resourceVersion ?? '');
  if (!stale && jsonEqual(draft, old) && !given && !ownersChanged(scope, old)) return done(old);
  if (scope.options.dryRun) {
    if (allocates) hook.begin?.undoUpdate(server, draft, old, scope);
    return done(rest.kept(draft));
  }
  const finished = isFinished(object, old);
  const added = asked && !jsonEqual(asked.spec, draft.spec) ? { asked } : undefined;
  if (given) server.managedFields.remember(old, given);
  const stored = server.store.put(rest.type, rest.kept(object), { ...note(scope), ...added });
  if (scope.managers) server.managedFields.remember(stored, scope.managers);
  hook?.afterWrite?.(server, stored, old);
  if (finished) removeObject(server, rest.type, stored);
  return done(stored);
}

/** genericregistry.ShouldDeleteDuringUpdate: the last finalizer of an object that waits for deletion is gone. */
function isFinished(object: KubeObject, old: KubeObject): boolean {
  if ((object.metadata.finalizers?.length ?? 0) > 0) return false;
  if (object.metadata.deletionTimestamp === undefined) return false;
  if (object.kind === 'Namespace' && object.apiVersion === 'v1') {
    const { spec } = object as unknown as { readonly spec?: { readonly finalizers?: readonly string[] } };
    return (spec?.finalizers?.length ?? 0) === 0;
  }
  return old.metadata.deletionGracePeriodSeconds === 0;
}
