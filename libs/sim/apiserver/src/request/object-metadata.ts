import { fail, ok, type JsonObject, type Result } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { Status } from '../contract/status.js';
import { badRequest } from '../status/status-errors.js';
import { asText, timestamp, type Draft, type RequestScope } from './request-scope.js';

const MAX_GENERATED_NAME = 63;
const SUFFIX = 5;

const ATTEMPTS = 8;

/** names.SimpleNameGenerator: the prefix, cut to leave room, and five random characters; another when it is taken. */
export function generateName(scope: RequestScope, prefix: string): string {
  const { server, rest, namespace } = scope;
  let name = '';
  for (let i = 0; i < ATTEMPTS; i++) {
    name = prefix.slice(0, MAX_GENERATED_NAME - SUFFIX) + server.names.characters(SUFFIX);
    if (!server.store.get(rest.type, namespace, name)) break;
  }
  return name;
}

/** The object's namespace and name against those of the URL (rest.EnsureObjectNamespaceMatchesRequestNamespace). */
export function matchRequestPath(scope: RequestScope, draft: Draft): Result<undefined, Status> {
  const { metadata } = draft;
  if (scope.rest.api.namespaced) {
    const requested = scope.namespace ?? '';
    if (metadata.namespace === undefined || metadata.namespace === '') metadata.namespace = requested;
    else if (metadata.namespace !== requested)
      return fail(badRequest('the namespace of the provided object does not match the namespace sent on the request'));
  } else delete metadata.namespace;
  if (scope.name !== '') {
    if (metadata.name === undefined || metadata.name === '') metadata.name = scope.name;
    else if (metadata.name !== scope.name)
      return fail(
        badRequest(
          `the name of the object (${asText(metadata.name)}) does not match the name on the URL (${scope.name})`,
        ),
      );
  }
  return ok(undefined);
}

const NOT_OF_NEW_OBJECTS = [
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
  'resourceVersion',
] as const;

/** rest.FillObjectMetaSystemFields and what BeforeCreate clears. */
export function fillSystemFields(scope: RequestScope, draft: Draft): void {
  const { metadata } = draft;
  for (const field of NOT_OF_NEW_OBJECTS) if (field in metadata) Reflect.deleteProperty(metadata, field);
  dropEmpty(metadata);
  metadata.uid = scope.server.uids.uuid();
  metadata.creationTimestamp = timestamp(scope.server.simulation.now());
  if (scope.rest.hasGeneration) metadata.generation = 1;
  else if (metadata.generation === 0) delete metadata.generation;
  if (!metadata.name && typeof metadata.generateName === 'string' && metadata.generateName !== '')
    metadata.name = generateName(scope, metadata.generateName);
}

const OMITTED_WHEN_EMPTY = ['labels', 'annotations', 'ownerReferences', 'finalizers'] as const;

/** Plain data inherits nothing that is enumerable. */
function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

/** Go leaves empty lists and maps of metadata out (omitempty). */
function dropEmpty(metadata: JsonObject): void {
  for (const field of OMITTED_WHEN_EMPTY) {
    const value = metadata[field];
    if (value === null || (typeof value === 'object' && isEmpty(value))) Reflect.deleteProperty(metadata, field);
  }
}

/** Fields of metadata that a writer cannot change are taken from the stored object (rest.BeforeUpdate). */
export function keepSystemFields(draft: Draft, old: KubeObject): void {
  const { metadata } = draft;
  const keep = (
    field: 'generation' | 'uid' | 'creationTimestamp' | 'deletionTimestamp' | 'deletionGracePeriodSeconds',
  ): void => {
    const value = old.metadata[field];
    if (value === undefined) Reflect.deleteProperty(metadata, field);
    else metadata[field] = value;
  };
  keep('generation');
  keep('creationTimestamp');
  if (!metadata.uid) keep('uid');
  // A deletion is not asked for this way: what a writer adds is refused later, what it leaves out stays.
  if (old.metadata.deletionTimestamp !== undefined || !metadata.deletionTimestamp) keep('deletionTimestamp');
  if (metadata.deletionGracePeriodSeconds === undefined || metadata.deletionGracePeriodSeconds === null)
    keep('deletionGracePeriodSeconds');
  if (old.metadata.generateName !== undefined && metadata.generateName === undefined)
    metadata.generateName = old.metadata.generateName;
  delete metadata.managedFields;
  dropEmpty(metadata);
}
