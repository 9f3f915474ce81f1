import { fail, isJsonObject, ok, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import {
  BAD_PATCHES,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  goMapText,
  type JsonPatchOperation,
} from '@seatrial/merge';
import { consumedPatch } from './consumed-patch.js';
import { apiVersionOf, fieldErrors, inGoOrder, parseApiVersion, schemaFor } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import type { PatchType } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import { badRequest, failure, invalid, notFound } from '../status/status-errors.js';
import { patchMediaTypes, unknownFormat } from './media-type.js';
import { decodeBody, type DecodeRefusal } from './decode-body.js';
import { withDuplicateFields } from './duplicate-fields.js';
import { unstructuredError } from './unstructured-error.js';
import { jsonSyntaxError } from './json-syntax-error.js';
import { matchRequestPath } from './object-metadata.js';
import { refused, subject, type Draft, type Outcome, type RequestScope } from './request-scope.js';
import { writeUpdate } from './update-object.js';

const unprocessable = (): Status =>
  failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

/** A list of operations by its types; one that lacks a member is found out as it is applied. */
const isOperations = (patch: unknown): patch is readonly JsonPatchOperation[] =>
  Array.isArray(patch) &&
  patch.every(
    (entry) =>
      isJsonObject(entry) && ['op', 'path', 'from'].every((key) => !entry[key] || typeof entry[key] === 'string'),
  );

/** What encoding/json calls a value's kind. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** Why a patch is no list of operations, as encoding/json says it. */
function notOperations(patch: unknown): string {
  if (!Array.isArray(patch))
    return `json: cannot unmarshal ${jsonKind(patch)} into Go value of type []handlers.jsonPatchOp`;
  const items = patch as readonly JsonValue[];
  for (const item of items) {
    if (!isJsonObject(item))
      return `json: cannot unmarshal ${jsonKind(item)} into Go value of type handlers.jsonPatchOp`;
    for (const member of ['op', 'path', 'from'])
      if (item[member] !== undefined && typeof item[member] !== 'string')
        return `json: cannot unmarshal ${jsonKind(item[member])} into Go struct field jsonPatchOp.${member} of type string`;
  }
  return '';
}

/** The object that a patch makes of the current one. */
export function patched(
  scope: RequestScope,
  current: JsonObject,
  type: PatchType,
  patch: unknown,
): Result<JsonObject, Status> {
  if (type === 'json') {
    if (patch === null) return ok(current);
    if (!isOperations(patch)) return fail(badRequest(`error decoding patch: ${notOperations(patch)}`));
    const whole = patch.every(({ op, path }: Partial<JsonPatchOperation>) => op !== undefined && path !== undefined);
    const result = whole ? applyJsonPatch(current, patch) : fail(undefined);
    if (!result.ok) return fail(unprocessable());
    return isJsonObject(result.value) ? ok(result.value) : fail(unprocessable());
  }
  if (patch === null) return type === 'merge' ? fail(badRequest('Invalid JSON Patch')) : ok(current);
  if (!isJsonObject(patch)) {
    const why = `json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`;
    return fail(badRequest(type === 'merge' ? `error decoding patch: ${why}` : why));
  }
  if (type === 'merge') return ok(applyMergePatch(current, patch) as JsonObject);
  const { schema } = scope.rest;
  if (scope.rest.custom || !schema) return fail(unknownFormat(patchMediaTypes(false)));
  const result = applyStrategicMergePatch(current, patch, schema);
  // A typed object takes the patched fields: what they say of its kind is not looked at.
  if (result.ok) return ok({ ...result.value, apiVersion: current.apiVersion, kind: current.kind });
  return fail(BAD_PATCHES.has(result.error) ? badRequest(result.error) : failure(500, undefined, result.error));
}

/** What a patch goes through on its way, as nested objects. */
function openedBy(patch: unknown): JsonValue {
  if (!Array.isArray(patch)) return patch as JsonValue;
  const opened: JsonObject = {};
  for (const operation of patch as JsonValue[]) {
    if (!isJsonObject(operation) || typeof operation.path !== 'string') continue;
    let at = opened;
    for (const part of operation.path.split('/').slice(1, -1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const inner = Object.hasOwn(at, key) ? at[key] : undefined;
      const next: JsonObject = isJsonObject(inner) ? inner : {};
      at[key] = next;
      at = next;
    }
  }
  return opened;
}

/** Decoding errors of a patched object are complaints about the patch (handlers/patch.go). */
function patchRefusal(type: PatchType, patch: unknown, result: JsonObject, old: KubeObject): DecodeRefusal {
  return ({ rest, server }, error) => {
    const merged = (): JsonObject =>
      isJsonObject(patch) ? consumedPatch(rest.fromStored(old as unknown as JsonObject), patch) : {};
    const strict = error.startsWith('strict decoding error');
    const shownResult = (): string => {
      const { managedFields } = server.managedFields.show(rest, old, old).metadata;
      const metadata = {
        ...(result.metadata as JsonObject),
        ...(managedFields && { managedFields: [...managedFields] }),
      };
      return JSON.stringify(inGoOrder({ ...result, metadata }, rest.custom ? undefined : rest.schema, openedBy(patch)));
    };
    const complaint =
      type === 'strategic'
        ? fieldErrors.invalid('patch', goMapText(merged()), strict ? error : unstructuredError(error))
        : fieldErrors.invalid('patch', shownResult(), error);
    return invalid({ group: '', resource: '', kind: '' }, '', [complaint]);
  };
}

/** A patch that makes another kind of an object; the result says what it is refused with (runtime.DecodeInto). */
function otherKind(scope: RequestScope, result: JsonObject): ((refuse: DecodeRefusal) => Status) | undefined {
  const { api, custom } = scope.rest;
  const apiVersion = apiVersionOf(api);
  const { apiVersion: version = '', kind = '' } = result as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (version === apiVersion && kind === api.kind) return undefined;
  if (typeof version !== 'string' || typeof kind !== 'string') return undefined;
  if (custom) {
    const wrong = kind === api.kind ? ['apiVersion', version, apiVersion] : ['kind', kind, api.kind];
    const complaint = fieldErrors.invalid(wrong[0], wrong[1], `must be ${wrong[2]}`);
    return () => invalid({ ...subject(scope), kind }, scope.name, [complaint]);
  }
  const parsed = parseApiVersion(version);
  const internal = (group: string): string => (group === '' ? 'core' : group.split('.')[0]);
  const why = schemaFor({ ...parsed, kind })
    ? `converting (${parsed.version}.${kind}) to (${internal(api.group)}.${api.kind}): unknown conversion`
    : `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(version)} in scheme "pkg/runtime/scheme.go:111"`;
  return (refuse) => refuse(scope, why);
}

/** PATCH of an object with a JSON, merge or strategic merge patch. */
export function patchObject(scope: RequestScope, type: PatchType, patch: unknown, bodyText = ''): Outcome {
  const { rest, server } = scope;
  const old = server.store.get(rest.type, scope.namespace, scope.name);
  if (!old) return refused(notFound(subject(scope), scope.name));
  if (patch === undefined)
    return refused(badRequest(`${type === 'strategic' ? '' : 'error decoding patch: '}${jsonSyntaxError(bodyText)}`));
  const current = rest.fromStored(old as unknown as JsonObject);
  const result = patched(scope, current, type, patch);
  if (!result.ok) return refused(result.error);
  const duplicates = type === 'json' || bodyText === '' ? [] : withDuplicateFields(bodyText, []);
  const misnamed = otherKind(scope, result.value);
  if (misnamed) return refused(misnamed(patchRefusal(type, patch, result.value, old)));
  const decoded = decodeBody(scope, result.value, patchRefusal(type, patch, result.value, old), duplicates);
  if (!decoded.ok) return refused(decoded.error);
  return writePatched(scope, decoded.value, old);
}

/** The rest of a patch, once the new object is decoded. */
export function writePatched(scope: RequestScope, decoded: Draft, old: KubeObject): Outcome {
  const draft = scope.rest.toStored(decoded) as Draft;
  const matched = matchRequestPath(scope, draft);
  if (!matched.ok) return refused(matched.error);
  scope.rest.definition?.defaults?.(draft);
  return writeUpdate(scope, draft, old, true);
}
