import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { ServedResource, Status } from '@seatrial/apiserver';
import { unregisteredKind } from '@seatrial/schema';
import { apiVersionOf } from '../client/rest-mapper.js';
import { isFailure, requestFor } from '../client/api-connection.js';
import { attempt, CommandFailure, failWith, statusError, type CommandError } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { lookupFailure } from './missing-namespace.js';
import { filenameOptions, filesAlone } from './manifest-source.js';
import { manifestObjects } from './manifest-objects.js';
import { listAt, nameOf, namespaceOf, type ResourceInfo } from './resource-info.js';
import { selectResources, type SelectedResource, type SelectionOptions } from './resource-selection.js';

export interface Resolved {
  readonly infos: readonly ResourceInfo[];
  readonly errors: readonly CommandError[];
  /** The command named one object (not a list, a selector or several files). */
  readonly single: boolean;
}

export interface ResolveOptions extends Partial<SelectionOptions> {
  readonly args: readonly string[];
  /** Take the objects of files as they are instead of asking the server for them (no Latest). */
  readonly asWritten?: boolean;
  readonly local?: boolean;
  /** Only kinds that kubectl itself knows can be read from files (Builder.WithScheme). */
  readonly typed?: boolean;
  readonly subresource?: string;
  /** Name only: nothing is fetched for `type/name` arguments. */
  readonly withoutFetch?: boolean;
}

/** The text of a failed list, as cli-runtime's Selector words it. */
export function listFailure(
  mapping: ServedResource,
  status: Status,
  labelSelector: string,
  fieldSelector: string,
): Status {
  if (status.reason === 'BadRequest' || status.reason === 'NotFound') {
    const selectors = labelSelector !== '' || fieldSelector !== '';
    const version = apiVersionOf(mapping).includes('/') ? apiVersionOf(mapping) : `/${mapping.version}`;
    const what = `"${version}, Resource=${mapping.resource}"`;
    const tried = selectors
      ? `Unable to find ${what} that match label selector "${labelSelector}", field selector "${fieldSelector}"`
      : `Unable to list ${what}`;
    return { ...status, message: `${tried}: ${status.message}` };
  }
  return status;
}

/** An item of a list with the kind that lists leave out. */
export function typedItem(mapping: ServedResource, item: JsonObject): JsonObject {
  return typeof item.kind === 'string' ? item : { apiVersion: apiVersionOf(mapping), kind: mapping.kind, ...item };
}

/** Commands that read objects into Go types (Builder.WithScheme): those of custom resources have none. */
const TYPED =
  /^kubectl (?:attach|auth reconcile|create job|debug|drain|exec|expose|logs|port-forward|rollout [a-z]+|set [a-z]+|taint)$/;

function requireType(k: Invocation, mapping: ServedResource, kind: string): void {
  if (mapping.custom && TYPED.test(k.path)) failWith(unregisteredKind(kind, apiVersionOf(mapping)));
}

/** Lists with selectors; a failure ends the command. */
export function* listObjects(
  k: Invocation,
  selected: SelectedResource,
  labelSelector: string,
  fieldSelector: string,
  showManagedFields = false,
): Coroutine<JsonObject[]> {
  const api = yield* k.api();
  const { mapping, namespace } = selected;
  const options = {
    ...(labelSelector ? { labelSelector } : {}),
    ...(fieldSelector ? { fieldSelector } : {}),
    ...(showManagedFields ? { showManagedFields } : {}),
  };
  const response = yield* api.send(requestFor(mapping, 'list', { namespace, options }));
  if (isFailure(response))
    throw new CommandFailure([
      statusError(listFailure(mapping, response.body as Status, labelSelector, fieldSelector)),
    ]);
  requireType(k, mapping, `${mapping.kind}List`);
  return listAt(response.body as unknown as JsonObject, 'items')
    .filter(isJsonObject)
    .map((item) => typedItem(mapping, item));
}

const infoOf = (mapping: ServedResource, object: JsonObject): ResourceInfo => ({
  mapping,
  namespace: namespaceOf(object),
  name: nameOf(object),
  source: '',
  object,
});

/** A core object as a typed client gets it: what is said of it is the server's answer alone. */
export function* fetchPlain(k: Invocation, resource: string, namespace: string, name: string): Coroutine<JsonObject> {
  const api = yield* k.api();
  return yield* api.request({ verb: 'get', group: '', version: 'v1', resource, namespace, name });
}

/** Fetches one object; a failure ends the command (or the `attempt` around it). */
export function* fetchObject(
  k: Invocation,
  mapping: ServedResource,
  namespace: string,
  name: string,
  subresource?: string,
  showManagedFields = false,
): Coroutine<JsonObject> {
  const api = yield* k.api();
  const options = showManagedFields ? { showManagedFields } : undefined;
  const response = yield* api.send(requestFor(mapping, 'get', { namespace, name, subresource, options }));
  if (!isFailure(response)) {
    requireType(k, mapping, mapping.kind);
    return response.body as unknown as JsonObject;
  }
  const status = yield* lookupFailure(k, mapping.namespaced ? namespace : undefined, response.body as Status);
  throw new CommandFailure([statusError(status)]);
}

/** The objects that files or arguments name, fetched, in order; goes on after each that fails (ContinueOnError, Flatten). */
export function* resolveInfos(k: Invocation, options: ResolveOptions): Coroutine<Resolved> {
  const files = filenameOptions(k);
  const labelSelector = options.labelSelector ?? '';
  const fieldSelector = options.fieldSelector ?? '';
  if (files.filenames.length > 0 || files.kustomize) {
    filesAlone(k, options.args);
    return yield* fromFiles(k, options);
  }
  const selection = yield* selectResources(k, options);
  const infos: ResourceInfo[] = [];
  const errors: CommandError[] = [];
  for (const selected of selection) {
    const { mapping, namespace, name } = selected;
    if (name === undefined) {
      const listed = yield* attempt(listObjects(k, selected, labelSelector, fieldSelector));
      if ('failure' in listed) errors.push(...listed.failure.errors);
      else infos.push(...listed.value.map((object) => infoOf(mapping, object)));
      continue;
    }
    if (options.withoutFetch) {
      infos.push({ mapping, namespace, name, source: '', object: {} });
      continue;
    }
    const fetched = yield* attempt(fetchObject(k, mapping, namespace, name, options.subresource));
    if ('failure' in fetched) errors.push(...fetched.failure.errors);
    else infos.push({ mapping, namespace, name, source: '', object: fetched.value });
  }
  return { infos, errors, single: selection.length === 1 && selection[0].name !== undefined };
}

function* fromFiles(k: Invocation, options: ResolveOptions): Coroutine<Resolved> {
  const read = yield* manifestObjects(k, {
    ...filenameOptions(k),
    ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
    ...(options.local ? { local: true } : {}),
    ...(options.typed ? { typed: true } : {}),
  });
  if (options.asWritten || options.local || options.withoutFetch) return { ...read, single: read.infos.length === 1 };
  const infos: ResourceInfo[] = [];
  const errors: CommandError[] = [];
  for (const info of read.infos) {
    const fetched = yield* attempt(fetchObject(k, info.mapping, info.namespace, info.name, options.subresource));
    if ('failure' in fetched) errors.push(...fetched.failure.errors);
    else infos.push({ ...info, object: fetched.value });
  }
  return { infos, errors: [...errors, ...read.errors], single: read.infos.length === 1 };
}

/** Ends the command when there are errors, after all that could be done was done. */
export function failOnErrors(errors: readonly CommandError[], exitCode = 1): void {
  if (errors.length > 0) throw new CommandFailure(errors, exitCode);
}
