import { fail, goPlain, isJsonObject, sleep, withoutNulls, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { ServedResource } from '@seatrial/apiserver';
import { toCompactJson } from '@seatrial/manifest';
import { createThreeWayMergePatch } from '@seatrial/merge';
import { requestFor } from '../../client/api-connection.js';
import { apiVersionOf } from '../../client/rest-mapper.js';
import {
  attempt,
  CommandFailure,
  failWith,
  textError,
  withSource,
  type CommandFailure as Failure,
} from '../../command/failure.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import type { ResourceInfo } from '../../resource/resource-info.js';
import { metadataOf, stringMapAt } from '../../resource/resource-info.js';
import { fetchObject } from '../../resource/resolve-infos.js';
import { threeWayPatch, type CreatedPatch } from '../../resource/strategic-schema.js';
import { createObject, LAST_APPLIED, modifiedConfiguration, writeOptions } from '../../resource/write-object.js';
import { deleteObject, propagationPolicy } from '../delete/delete-object.js';

/** What became of one object. */
export interface Applied {
  readonly object: JsonObject;
  readonly operation: 'created' | 'configured' | 'unchanged' | 'serverside-applied';
}

export const CLIENT_SIDE_MANAGER = 'kubectl-client-side-apply';

const gvr = (mapping: ServedResource): string =>
  apiVersionOf(mapping).includes('/') ? apiVersionOf(mapping) : `/${mapping.version}`;

/** The kind as the manifest has it: discovery finds `deployment` too, and the object keeps the word. */
const typedKind = ({ object, mapping }: ResourceInfo): string =>
  typeof object.kind === 'string' ? object.kind : mapping.kind;

/** resource.Info's String(). */
export const infoText = (info: ResourceInfo): string =>
  `Resource: "${gvr(info.mapping)}, Resource=${info.mapping.resource}", GroupVersionKind: "${gvr(info.mapping)}, Kind=${typedKind(info)}"\nName: "${info.name}", Namespace: "${info.namespace}"`;

const isNotFound = (failure: Failure): boolean => {
  const [error] = failure.errors;
  return error.type === 'status' && error.status.reason === 'NotFound';
};

const wrapped = (failure: Failure, verb: string, source: string): CommandFailure =>
  new CommandFailure(failure.errors.map((error) => withSource(error, verb, source)));

function* currentObject(k: Invocation, info: ResourceInfo): Coroutine<JsonObject | undefined> {
  const verb = `retrieving current configuration of:\n${infoText(info)}\nfrom server for:`;
  if (info.name === '')
    throw new CommandFailure([withSource(textError('resource name may not be empty'), verb, info.source)]);
  const fetched = yield* attempt(fetchObject(k, info.mapping, info.namespace, info.name));
  if ('value' in fetched) return fetched.value;
  if (isNotFound(fetched.failure)) return undefined;
  throw wrapped(fetched.failure, verb, info.source);
}

function* create(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<Applied> {
  // As a later apply would leave the object (pruneNullsFromMap).
  const body = withoutNulls(modifiedConfiguration(info.object, true)) as JsonObject;
  if (dryRun === 'client') return { object: body, operation: 'created' };
  const made = yield* attempt(
    createObject(k, info.mapping, info.namespace, body, writeOptions(k, dryRun, CLIENT_SIDE_MANAGER)),
  );
  if ('failure' in made) throw wrapped(made.failure, 'creating', info.source);
  // A Binding's creation is answered with a Status, which has no uid to remember (MarkObjectVisited).
  if (made.value.kind === 'Status') failWith('object does not implement the Object interfaces');
  return { object: made.value, operation: 'created' };
}

function lastApplied(current: JsonObject): JsonObject {
  const text = stringMapAt(current, 'metadata', 'annotations')[LAST_APPLIED];
  if (text === undefined || text === '') return {};
  try {
    const parsed = JSON.parse(text) as unknown;
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** `Warning: … is missing the … annotation`, printed before an object made in another way is changed. */
function missingAnnotation(info: ResourceInfo): string {
  return `Warning: resource ${info.mapping.resource}/${info.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`;
}

/** What a patch is refused with that would change the kind; types that kubectl does not know get JSON merge patches. */
const unmetPrecondition = (original: JsonObject, modified: JsonObject, current: JsonObject): string =>
  `precondition failed for: ${goPlain(createThreeWayMergePatch(original, modified, current))}`;

/** The patch from what is there to what the manifest wants (Patcher.patchSimple, up to where it is sent). */
export function* patchOf(
  k: Invocation,
  info: ResourceInfo,
  modified: JsonObject,
  current: JsonObject,
): Coroutine<CreatedPatch> {
  const { flags } = k;
  const misspelt = typedKind(info) !== info.mapping.kind;
  const overwrite = !flags.has('overwrite') || flags.bool('overwrite');
  const whole = (): Coroutine<JsonObject> => fetchObject(k, info.mapping, info.namespace, info.name, undefined, true);
  const compared = overwrite ? current : yield* whole();
  const created = misspelt
    ? fail(unmetPrecondition(lastApplied(current), modified, current))
    : threeWayPatch(info.mapping, lastApplied(current), modified, compared, overwrite);
  if (created.ok) return created.value;
  const warns = !misspelt && (!flags.has('openapi-patch') || flags.bool('openapi-patch'));
  for (const spec of warns ? ['openapi v3 spec', 'openapi spec'] : [])
    yield* k.err(`warning: error calculating patch from ${spec}: ${created.error}\n`);
  const shown = yield* whole();
  const original = stringMapAt(current, 'metadata', 'annotations')[LAST_APPLIED] ?? '';
  const problem = `creating patch with:\noriginal:\n${original}\nmodified:\n${toCompactJson(modified)}\n\ncurrent:\n${toCompactJson(shown)}\n\nfor: ${created.error}`;
  throw wrapped(new CommandFailure([textError(problem)]), 'patching', info.source);
}

function* sendPatch(
  k: Invocation,
  info: ResourceInfo,
  current: JsonObject,
  dryRun: DryRun,
): Coroutine<{ patch: string; object: JsonObject }> {
  const modified = modifiedConfiguration(info.object, true);
  const applying = (patch: string): string => `applying patch:\n${patch}\nto:\n${infoText(info)}\nfor:`;
  const created = yield* attempt(patchOf(k, info, modified, current));
  if ('failure' in created) throw wrapped(created.failure, applying(''), info.source);
  const { type, patch } = created.value;
  const text = toCompactJson(patch);
  if (text === '{}') return { patch: text, object: current };
  const api = yield* k.api();
  const sent = yield* attempt(
    api.request({
      ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
      patchType: type,
      body: patch,
      options: writeOptions(k, dryRun, CLIENT_SIDE_MANAGER),
    }),
  );
  if ('value' in sent) return { patch: text, object: sent.value };
  const [error] = sent.failure.errors;
  const forced =
    k.flags.bool('force') && error.type === 'status' && ['Conflict', 'Invalid'].includes(error.status.reason ?? '');
  if (!forced) throw wrapped(wrapped(sent.failure, 'patching', info.source), applying(text), info.source);
  const made = yield* attempt(deleteAndCreate(k, info, modified, current));
  // Then it is the whole object that is shown.
  if ('failure' in made) throw wrapped(made.failure, applying(`${toCompactJson(modified)}\n`), info.source);
  return { patch: text, object: made.value };
}

/**
 * --force: what cannot be patched is deleted and made anew. Without --timeout it has to be gone at once; what cannot
 * be made is made again as it was (Patcher.deleteAndCreate).
 */
function* deleteAndCreate(
  k: Invocation,
  info: ResourceInfo,
  modified: JsonObject,
  original: JsonObject,
): Coroutine<JsonObject> {
  const gracePeriodSeconds = k.flags.int('grace-period');
  const end = k.now() + k.flags.durationMs('timeout');
  yield* deleteObject(k, info, {
    propagationPolicy: propagationPolicy(k),
    ...(gracePeriodSeconds >= 0 && { gracePeriodSeconds }),
  });
  for (;;) {
    const found = yield* attempt(fetchObject(k, info.mapping, info.namespace, info.name));
    if ('failure' in found && isNotFound(found.failure)) break;
    if ('failure' in found) throw found.failure;
    if (k.now() >= end) failWith('context deadline exceeded');
    yield* sleep(Math.min(1000, end - k.now()));
  }
  const create = (object: JsonObject): Coroutine<JsonObject> =>
    createObject(k, info.mapping, info.namespace, object, writeOptions(k, 'none', CLIENT_SIDE_MANAGER));
  const made = yield* attempt(create(modified));
  if ('value' in made) return made.value;
  const { resourceVersion: _, ...metadata } = metadataOf(original);
  yield* attempt(create({ ...original, metadata }));
  throw made.failure;
}

/** Applies one object by a three-way merge with what was applied last (kubectl/pkg/cmd/apply). */
export function* applyClientSide(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<Applied> {
  const current = yield* currentObject(k, info);
  if (!current) return yield* create(k, info, dryRun);
  if (dryRun === 'client') return { object: current, operation: 'configured' };
  if (stringMapAt(current, 'metadata', 'annotations')[LAST_APPLIED] === undefined)
    yield* k.err(missingAnnotation(info));
  const { patch, object } = yield* sendPatch(k, info, current, dryRun);
  yield* warnIfDeleting(k, info, object);
  return { object, operation: patch === '{}' ? 'unchanged' : 'configured' };
}

/** Changes to an object that is going away are allowed but doubtful. */
export function* warnIfDeleting(k: Invocation, info: ResourceInfo, object: JsonObject): Coroutine<void> {
  if (metadataOf(object).deletionTimestamp === undefined) return;
  yield* k.err(`Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`);
}
