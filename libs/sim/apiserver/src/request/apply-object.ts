import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { applyConflictMessage, applyServerSide, type ApplyConflict } from '@seatrial/merge';
import { apiVersionOf, formatTime } from '@seatrial/schema';
import type { Status } from '../contract/status.js';
import { badRequest, conflict, failure } from '../status/status-errors.js';
import { createDraft } from './create-object.js';
import { decodeBody, type DecodeRefusal } from './decode-body.js';
import { withDuplicateFields } from './duplicate-fields.js';
import { writePatched } from './patch-object.js';
import { unexcusedByLastApplied, withLastApplied } from './last-applied.js';
import { typedPatchErrors } from './typed-patch.js';
import { unstructuredError } from './unstructured-error.js';
import { asText, refused, subject, type Draft, type Outcome, type RequestScope } from './request-scope.js';

const managerRequired = (): Status => ({
  ...failure(
    422,
    'Invalid',
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  ),
  details: {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
    causes: [
      { reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' },
    ],
  },
});

function conflictStatus(conflicts: readonly ApplyConflict[]): Status {
  return failure(409, 'Conflict', applyConflictMessage(conflicts), {
    causes: conflicts.map((one) => ({
      reason: 'FieldManagerConflict',
      message: applyConflictMessage([one])
        .replace(/^Apply failed with 1 conflict: /, '')
        .replace(/: [^:]*$/, ''),
      field: one.path,
    })),
  });
}

const hasDuplicateFields = ({ bodyText, options }: RequestScope): boolean =>
  bodyText !== undefined && options.fieldValidation !== 'Ignore' && withDuplicateFields(bodyText, []).length > 0;

/** The configuration as the typed converter reads it; unknown fields cannot be applied. */
function decodeConfig(scope: RequestScope, body: JsonObject): Outcome | JsonObject {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    return refused(badRequest('metadata.managedFields must be nil'));
  const { api, schema } = scope.rest;
  const expected = apiVersionOf(api);
  if (body.kind !== api.kind || body.apiVersion !== expected) {
    const got = `${asText(body.apiVersion)}, Kind=${asText(body.kind)}`;
    return refused(
      badRequest(
        `error converting patch: object is not of expected type: expected ${expected}, Kind=${api.kind}, got ${got}`,
      ),
    );
  }
  if (scope.trusted || !schema) return body;
  const untyped = typedPatchErrors(schema, body);
  if (untyped !== '') {
    const gvk = `${api.group}/${api.version}, Kind=${api.kind}`;
    const who = `${asText(metadata.namespace ?? '')}/${asText(metadata.name ?? '')}; ${gvk}`;
    return refused(failure(500, undefined, `failed to create typed patch object (${who}): ${untyped}`));
  }
  // Of what is typed, decoding finds no more than it will in the whole object, but for fields that are there twice.
  if (untyped === '' && !schema.structural && !hasDuplicateFields(scope)) return body;
  const checked = decodeBody({ ...scope, warnings: scope.warnings }, body);
  return checked.ok ? body : refused(checked.error);
}

/** Without what a write past the status subresource resets: it is neither owned nor in conflict (GetResetFields). */
function withoutReset({ rest, subresource }: RequestScope, config: JsonObject): JsonObject {
  const resets = rest.custom
    ? rest.custom.statusSubresource
    : rest.api.subresources.some(({ name }) => name === 'status');
  if (subresource || !resets || config.status === undefined) return config;
  const { status: _, ...kept } = config;
  return kept;
}

/** PATCH with `application/apply-patch+yaml`: server-side apply; creates what is not there. */
export function applyObject(scope: RequestScope, body: unknown): Outcome {
  const { rest, server, options } = scope;
  if (!options.fieldManager && !scope.trusted) return refused(managerRequired());
  if (!isJsonObject(body)) return refused(badRequest('error decoding YAML: error converting YAML to JSON'));
  const config = decodeConfig(scope, body);
  if ('ok' in config && typeof config.ok === 'boolean') return config as Outcome;
  const stored = server.store.get(rest.type, scope.namespace, scope.name);
  const live = stored && rest.fromStored(stored as unknown as JsonObject);
  const now = server.simulation.now();
  const managers =
    stored && live ? server.managedFields.beforeApply(rest, stored, live, apiVersionOf(rest.api), now) : [];
  const identity = {
    manager: scope.manager,
    operation: 'Apply' as const,
    apiVersion: apiVersionOf(rest.api),
    ...(scope.subresource ? { subresource: scope.subresource } : undefined),
    time: formatTime(now),
  };
  const input = { live, config: withoutReset(scope, config), managers, identity, schema: rest.schema };
  const first = applyServerSide({ ...input, force: options.force === true });
  const conflicts = first.ok ? [] : unexcusedByLastApplied(scope, live, first.error);
  if (conflicts.length > 0) return refused(conflictStatus(conflicts));
  const applied = first.ok ? first : applyServerSide({ ...input, force: true });
  if (!applied.ok) return refused(conflictStatus(applied.error));
  const object = withLastApplied(scope, applied.value.object, config);
  const next: RequestScope = { ...scope, managers: applied.value.managers };
  const lenient = { ...next, options: { ...options, fieldValidation: 'Ignore' as const } };
  const unconvertible: DecodeRefusal = ({ rest: { api } }, error) => {
    const kind = `${api.group}/${api.version}, Kind=${api.kind}`;
    const { namespace = '', name = '' } = (body.metadata ?? {}) as Record<string, string>;
    return failure(
      500,
      undefined,
      `failed to convert new object (${namespace}/${name}; ${kind}) to proper version: unable to convert unstructured object to ${kind}: ${unstructuredError(error)}`,
    );
  };
  const decoded = decodeBody(lenient, object, unconvertible, undefined, true);
  if (!decoded.ok) return refused(decoded.error);
  if (!stored) {
    const { resourceVersion, uid } = decoded.value.metadata;
    if (uid) {
      const why = `uid mismatch: the provided object specified uid ${asText(uid)}, and no existing object was found`;
      return refused(conflict(subject(scope), scope.name, why));
    }
    if (resourceVersion)
      return refused(
        conflict(subject(scope), scope.name, 'resourceVersion should not be set on objects to be created'),
      );
    return createDraft(next, rest.toStored(decoded.value) as Draft);
  }
  return writePatched(next, decoded.value, stored);
}
