import { deepClone } from '@seatrial/kernel';
import {
  apiVersionOf,
  validateFinalizerNames,
  validateObjectMeta,
  type FieldError,
  type NameRule,
} from '@seatrial/schema';
import { mutate, validate } from '../admission/admission-chain.js';
import type { KubeObject } from '../contract/object.js';
import type { Status } from '../contract/status.js';
import { storageHook } from '../registry/storage-hooks.js';
import type { OwnNote } from '../store/object-store.js';
import { alreadyExists, forbidden, invalid } from '../status/status-errors.js';
import { decodeBody } from './decode-body.js';
import { writeGoNulls } from './go-nulls.js';
import { fillSystemFields, matchRequestPath } from './object-metadata.js';
import { trustedDraft } from './trusted-draft.js';
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

/** POST of an object: decode, default, admit, prepare, validate, admit, allocate, store. */
export function createObject(scope: RequestScope, body: unknown): Outcome {
  const { rest } = scope;
  let draft: Draft;
  if (scope.trusted) {
    draft = trustedDraft(rest.type, body);
    draft.apiVersion = apiVersionOf(rest.api);
    draft.kind = rest.api.kind;
  } else {
    const decoded = decodeBody(scope, body);
    if (!decoded.ok) return refused(decoded.error);
    draft = decoded.value;
  }
  draft = rest.toStored(draft) as Draft;
  return createDraft(scope, draft);
}

/** The rest of a create, once the object is of the stored version. */
export function createDraft(scope: RequestScope, draft: Draft): Outcome {
  const { rest, server } = scope;
  const { definition } = rest;
  const matched = matchRequestPath(scope, draft);
  if (!matched.ok) return refused(matched.error);
  definition?.defaults?.(draft);
  const attributes = { operation: 'CREATE' as const, scope, object: draft, old: undefined };
  const asked = scope.trusted || scope.managers ? undefined : deepClone(draft);
  if (rest.custom?.definition.metadata.deletionTimestamp !== undefined)
    return refused(
      forbidden(
        subject(scope),
        typeof draft.metadata.name === 'string' ? draft.metadata.name : '',
        'create not allowed while custom resource definition is terminating',
      ),
    );
  const changed = mutate(attributes);
  if (changed) return refused(changed);

  const context = kindContext(scope);
  fillSystemFields(scope, draft);
  definition?.prepareForCreate?.(draft, context);
  if (rest.custom?.statusSubresource) delete draft.status;
  const object = draft as unknown as KubeObject;
  const hook = storageHook(rest.type);
  const begun = hook?.begin && begin(scope, object, () => hook.begin?.create(server, draft, scope));
  if (begun) return refused(begun);
  if (!scope.trusted) {
    const validatesMetadata = definition?.validatesMetadata?.(context) ?? true;
    const { namespaced } = rest.api;
    const metadataErrors = (nameRule: NameRule | undefined, prefix: boolean): FieldError[] =>
      validateObjectMeta(draft.metadata, { namespaced, prefix, ...(nameRule ? { nameRule } : undefined) });
    const own = validatesMetadata ? metadataErrors(definition?.nameRule, definition?.looksAtPrefix ?? true) : [];
    if (definition && validatesMetadata && !definition.anyFinalizers)
      own.push(...validateFinalizerNames(draft.metadata));
    const found = [...own, ...(definition?.validate?.(object, context) ?? [])];
    // Common validation comes last, so that a kind's own words are heard first (rest.BeforeCreate).
    const errors = found.length > 0 ? found : metadataErrors('path-segment', true);
    const name = nameOf(draft);
    if (errors.length > 0) {
      if (hook?.begin) hook.undoCreate?.(server, draft, scope);
      return refused(invalid(rest.type, name, errors));
    }
    scope.warnings.push(...(definition?.warnings?.(object, undefined, context) ?? []));
    writeGoNulls(scope, draft);
  }
  const allocated = hook?.beforeCreate?.(server, draft, scope);
  if (allocated) return refused(allocated);
  const denied = validate(attributes);
  if (denied) {
    hook?.undoCreate?.(server, draft, scope);
    return refused(denied);
  }
  const present = server.store.get(rest.type, object.metadata.namespace, object.metadata.name);
  if (present) {
    hook?.undoCreate?.(server, draft, scope);
    const refusal = alreadyExists(subject(scope), object.metadata.name);
    if (present.metadata.deletionTimestamp === undefined) return refused(refusal);
    return refused({ ...refusal, message: `object is being deleted: ${refusal.message}` });
  }
  if (scope.options.dryRun) {
    hook?.undoCreate?.(server, draft, scope);
    return done(rest.kept(draft), 201);
  }
  const stored = server.store.put(rest.type, rest.kept(object), asked ? { ...note(scope), asked } : note(scope));
  if (scope.managers) server.managedFields.remember(stored, scope.managers);
  hook?.afterWrite?.(server, stored, undefined);
  return done(stored, 201);
}

/** Lets storage allocate, once what it relies on is valid. */
export function begin(scope: RequestScope, object: KubeObject, allocate: () => Status | undefined): Status | undefined {
  const errors = scope.trusted ? [] : (scope.rest.definition?.validateAllocation?.(object) ?? []);
  return errors.length > 0 ? invalid(scope.rest.type, object.metadata.name, errors) : allocate();
}

/** By manager: each makes few kinds of writes. */
const notes = new Map<string, OwnNote[]>();
const MAX_MANAGERS = 1000;
const MAX_NOTES = 200;

/** How a write is remembered that the server makes itself, past managedFields. */
export const serverNote = (scope: RequestScope): OwnNote => note(scope, true);

/** How a write by this request is remembered for managedFields: equal notes are one object, history has very many. */
export function note({ manager, operation, subresource = '', rest }: RequestScope, unowned = false): OwnNote {
  const { group, version } = rest.api;
  let known = notes.get(manager);
  if (!known || known.length >= MAX_NOTES) {
    if (notes.size >= MAX_MANAGERS) notes.clear();
    known = [];
    notes.set(manager, known);
  }
  for (const each of known)
    if (
      each.operation === operation &&
      each.subresource === subresource &&
      (each.unowned ?? false) === unowned &&
      isVersion(each.apiVersion, group, version)
    )
      return each;
  const apiVersion = apiVersionOf(rest.api);
  const made = Object.freeze({ manager, operation, subresource, apiVersion, ...(unowned && { unowned }) });
  known.push(made);
  return made;
}

/** Whether it is the `apiVersion` of a group and version; no text is put together for it. */
const isVersion = (apiVersion: string, group: string, version: string): boolean =>
  group === ''
    ? apiVersion === version
    : apiVersion.length === group.length + 1 + version.length &&
      apiVersion.startsWith(group) &&
      apiVersion.endsWith(version);
