import type { RequestOptions, ServedResource } from '@seatrial/apiserver';
import type { Coroutine, JsonObject, JsonValue } from '@seatrial/kernel';
import { toCompactJson, toStructJson } from '@seatrial/manifest';
import { requestFor } from '../client/api-connection.js';
import type { DryRun, Invocation } from '../command/invocation.js';
import { metadataOf, stringMapAt } from './resource-info.js';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The field manager's name: --field-manager, else what the verb goes by (`kubectl-create`). */
export const fieldManager = (k: Invocation, fallback: string): string =>
  (k.flags.has('field-manager') ? k.flags.string('field-manager') : '') || fallback;

/** Options that every write of a command carries. */
export function writeOptions(k: Invocation, dryRun: DryRun, manager: string): RequestOptions {
  const validate = k.flags.has('validate') ? validationDirective(k.flags.string('validate')) : undefined;
  return {
    ...(dryRun === 'server' ? { dryRun: true } : {}),
    fieldManager: fieldManager(k, manager),
    ...(validate === undefined ? {} : { fieldValidation: validate }),
  };
}

/** cmdutil.GetValidationDirective, for values that are valid. */
export function validationDirective(value: string): 'Strict' | 'Warn' | 'Ignore' {
  if (value === 'warn') return 'Warn';
  return value === 'ignore' || value === 'false' ? 'Ignore' : 'Strict';
}

/** POSTs an object; a failure ends the command (or the `attempt` around it). */
export function* createObject(
  k: Invocation,
  mapping: ServedResource,
  namespace: string,
  body: JsonObject,
  options: RequestOptions,
): Coroutine<JsonObject> {
  const api = yield* k.api();
  return yield* api.request({ body, options, ...requestFor(mapping, 'create', { namespace }) });
}

/** An object with one more annotation. */
export function withAnnotation(object: JsonObject, key: string, value: string): JsonObject {
  const metadata = metadataOf(object);
  const annotations: JsonObject = { ...stringMapAt(object, 'metadata', 'annotations'), [key]: value };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** An object without one annotation. */
export function withoutAnnotation(object: JsonObject, key: string): JsonObject {
  const metadata = metadataOf(object);
  const { [key]: _, ...annotations } = stringMapAt(object, 'metadata', 'annotations') as Record<string, JsonValue>;
  return { ...object, metadata: { ...metadata, annotations } };
}

/** util.GetModifiedConfiguration: the object's JSON; `annotated` puts the JSON itself into last-applied. */
export function modifiedConfiguration(object: JsonObject, annotated: boolean): JsonObject {
  const bare = withoutAnnotation(object, LAST_APPLIED);
  return annotated ? withAnnotation(bare, LAST_APPLIED, `${toCompactJson(bare)}\n`) : bare;
}

/** --save-config of a generator, whose object is a Go struct: its fields stay in the struct's order. */
export const savedGenerated = (object: JsonObject): JsonObject =>
  withAnnotation(object, LAST_APPLIED, `${toStructJson(object)}\n`);

/**
 * The object with its own configuration as last-applied: with --save-config, or when it came with such an annotation,
 * as what was read from a cluster does (util.CreateOrUpdateAnnotation).
 */
export function savedConfiguration(k: Invocation, object: JsonObject): JsonObject {
  const annotated = stringMapAt(object, 'metadata', 'annotations')[LAST_APPLIED] !== undefined;
  return k.flags.bool('save-config') || annotated ? modifiedConfiguration(object, true) : object;
}
