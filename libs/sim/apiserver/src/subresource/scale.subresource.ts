import { fieldErrors } from '@seatrial/schema';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { ApiRequest } from '../contract/request.js';
import { kindMismatch } from '../request/decode-body.js';
import { jsonKind, patched } from '../request/patch-object.js';
import {
  asText,
  done,
  refused,
  subject,
  type Draft,
  type Outcome,
  type RequestScope,
} from '../request/request-scope.js';
import { age } from '../request/table.js';
import { checkPreconditions, writeUpdate } from '../request/update-object.js';
import { note } from '../request/create-object.js';
import { pathsOf, scaleAbsence, scaleOf, steps } from './scale-object.js';
import { badRequest, internalError, invalid, notFound, serverMethodNotAllowed } from '../status/status-errors.js';

/** A copy of the object with one member replaced; the rest is shared. */
function withValue(object: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [key, ...rest] = path;
  const child = object[key];
  return { ...object, [key]: rest.length === 0 ? value : withValue(isJsonObject(child) ? child : {}, rest, value) };
}

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

const COLUMNS = [
  ['Name', 'string', 'name'],
  ['Desired', 'integer', ''],
  ['Available', 'integer', ''],
  ['Age', 'string', ''],
] as const;

/** A Scale as the server prints it (pkg/printers/internalversion printScale). */
function scaleTable(scope: RequestScope, scaled: JsonObject, object: KubeObject): JsonObject {
  const { name, creationTimestamp } = object.metadata;
  const { replicas: desired = 0 } = scaled.spec as JsonObject;
  const { replicas: available = 0 } = scaled.status as JsonObject;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: COLUMNS.map(([column, type, format]) => ({
      name: column,
      type,
      format,
      description: '',
      priority: 0,
    })),
    rows: [
      { cells: [name, desired, available, age(creationTimestamp, scope.server.simulation.now())], object: scaled },
    ],
  };
}

/** Why a patched Scale does not go into Go's type of it, as encoding/json says it. */
function replicasProblem({ spec }: JsonObject): string | undefined {
  const replicas = isJsonObject(spec) ? (spec.replicas ?? 0) : 0;
  if (Object.is(Number(replicas) | 0, replicas)) return undefined;
  const what = typeof replicas === 'number' ? `number ${String(replicas)}` : jsonKind(replicas);
  return `json: cannot unmarshal ${what} into Go struct field ScaleSpec.spec.replicas of type int32`;
}

/** A Scale with those managers of its parent that own the replicas (fieldmanager.ScaleHandler.ToSubresource). */
function withManagedFields({ server, rest }: RequestScope, object: KubeObject, scaled: JsonObject): JsonObject {
  const { managedFields = [] } = server.managedFields.show(rest, object, object).metadata;
  const own = (managedFields as unknown as JsonObject[]).filter(
    ({ fieldsV1 }) =>
      isJsonObject(fieldsV1) && isJsonObject(fieldsV1['f:spec']) && fieldsV1['f:spec']['f:replicas'] !== undefined,
  );
  const entries = own.map(({ manager, operation, time }) => ({
    manager,
    operation,
    apiVersion: 'autoscaling/v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  }));
  const { apiVersion, kind, metadata, ...rests } = scaled;
  return {
    apiVersion,
    kind,
    metadata: { ...(metadata as JsonObject), ...(entries.length > 0 && { managedFields: entries }) },
    ...rests,
  };
}

/** GET, PUT and PATCH of `scale`: an object's replicas, whatever its kind. */
export function scale(scope: RequestScope, request: ApiRequest): Outcome {
  const { server, rest } = scope;
  const object = server.store.get(rest.type, scope.namespace, scope.name);
  if (!object) return refused(notFound(subject(scope), scope.name));
  const current = scaleOf(scope, object);
  if (request.verb === 'get') {
    const absent = scaleAbsence(scope, object);
    if (absent !== undefined) return refused(internalError(absent));
    return done(scope.options.asTable ? scaleTable(scope, current, object) : current);
  }
  let next: unknown = request.body;
  if (request.verb === 'patch') {
    const type =
      request.patchType === 'strategic' || request.patchType === 'apply' ? 'merge' : (request.patchType ?? 'merge');
    const result = patched(scope, current, type, request.body);
    if (!result.ok) return refused(result.error);
    const undecodable = replicasProblem(result.value);
    if (undecodable !== undefined && !rest.custom) {
      const shown = JSON.stringify(withManagedFields(scope, object, result.value));
      const complaint = fieldErrors.invalid('patch', shown, undecodable);
      return refused(invalid({ group: '', resource: '', kind: '' }, '', [complaint]));
    }
    next = result.value;
  } else if (request.verb !== 'update') return refused(serverMethodNotAllowed());
  if (!isJsonObject(next)) return refused(badRequest('the object provided is unrecognized (must be of type Scale)'));
  const mismatch = kindMismatch(next, SCALE);
  if (mismatch !== undefined) return refused(badRequest(mismatch));
  return writeScale(scope, object, next);
}

/** The object is written even where it stays as it is: it gets a new version (the parents' managed fields are set anew). */
function writeAgain(scope: RequestScope, draft: Draft, object: KubeObject): Outcome {
  const checked = checkPreconditions(scope, draft, object);
  if (!checked.ok) return refused(checked.error);
  if (scope.options.dryRun) return done(scaleOf(scope, object));
  const { rest, server } = scope;
  return done(
    scaleOf(scope, server.store.put(rest.type, { ...object, metadata: { ...object.metadata } }, note(scope))),
  );
}

function writeScale(scope: RequestScope, object: KubeObject, next: JsonObject): Outcome {
  const replicas = isJsonObject(next.spec) ? (next.spec.replicas ?? 0) : 0;
  const given = isJsonObject(next.metadata) ? next.metadata.name : undefined;
  if (typeof given === 'string' && given !== '' && given !== scope.name)
    return refused(badRequest(`the name of the object (${given}) does not match the name on the URL (${scope.name})`));
  // A custom resource's own validation has the word on what is no number of replicas.
  if (typeof replicas !== 'number' || (replicas < 0 && !scope.rest.custom)) {
    const error = {
      type: 'FieldValueInvalid' as const,
      field: 'spec.replicas',
      body: `Invalid value: ${asText(replicas)}: must be greater than or equal to 0`,
    };
    return refused(invalid({ group: 'autoscaling', resource: 'scales', kind: 'Scale' }, scope.name, [error]));
  }
  const draft = withValue(object as unknown as JsonObject, steps(pathsOf(scope).specReplicasPath), replicas) as Draft;
  const metadata = isJsonObject(next.metadata) ? next.metadata : {};
  draft.metadata = { ...(object.metadata as unknown as JsonObject), resourceVersion: metadata.resourceVersion ?? '' };
  if (jsonEqual(draft.spec, (object as unknown as JsonObject).spec)) return writeAgain(scope, draft, object);
  const outcome = writeUpdate(scope, draft, object);
  return outcome.ok ? done(scaleOf(scope, outcome.body as KubeObject)) : outcome;
}
