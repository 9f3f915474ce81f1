import type { Status } from '@seatrial/apiserver';
import { isJsonObject, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { isFailure, requestFor, threeWayPatch, type ApiConnection, type ClientRequest } from '@seatrial/kubectl';
import type { Resource } from './helm-cluster.js';

/** How an object that is there is changed. */
export interface ObjectChange {
  readonly force: boolean;
  /** What it was before, where a manifest says so. */
  readonly original: JsonObject | undefined;
  readonly replace: boolean;
  /** What was applied on the client before becomes the server's. */
  readonly takeOver: boolean;
}

const BY_HELM = { fieldManager: 'helm', fieldValidation: 'Ignore' } as const;

const messageOf = (body: unknown): string => (body as Status).message;

/** A new object, posted; the error's text when the server refuses. */
export function* createOnClient(
  api: ApiConnection,
  { mapping, object, namespace }: Resource,
): Coroutine<string | undefined> {
  const response = yield* api.send({ ...requestFor(mapping, 'create', { namespace }), body: object, options: BY_HELM });
  return isFailure(response) ? messageOf(response.body) : undefined;
}

/** A three-way patch of an object, or another in its place (pkg/kube's patchResourceClientSide and replaceResource). */
export function* changeOnClient(
  api: ApiConnection,
  resource: Resource,
  { original, replace }: ObjectChange,
): Coroutine<string | undefined> {
  const { mapping, object, name } = resource;
  const send = (verb: 'patch' | 'update', request: Pick<ClientRequest, 'body' | 'patchType'>) =>
    api.send({ ...requestFor(mapping, verb, resource), ...request, options: BY_HELM });
  if (replace) {
    const replaced = yield* send('update', { body: object });
    return isFailure(replaced) ? `failed to replace object: ${messageOf(replaced.body)}` : undefined;
  }
  const live = yield* api.send(requestFor(mapping, 'get', resource));
  const made = threeWayPatch(mapping, original ?? object, object, live.body as unknown as JsonObject);
  if (!made.ok) return `failed to create patch: ${made.error}`;
  const { patch, type } = made.value;
  if (Object.keys(patch).length === 0) return undefined;
  const patched = yield* send('patch', { body: patch, patchType: type });
  return isFailure(patched)
    ? `cannot patch "${name}" with kind ${mapping.kind}: ${messageOf(patched.body)}`
    : undefined;
}

/** The fields of both of two sets. */
function united(a: JsonValue | undefined, b: JsonValue | undefined): JsonValue {
  if (!isJsonObject(a) || !isJsonObject(b)) return b ?? a ?? {};
  return { ...a, ...Object.fromEntries(Object.entries(b).map(([name, value]) => [name, united(a[name], value)])) };
}

/** The fields that helm has updated become those that it applies (client-go's csaupgrade). */
export function* takeOverManager(api: ApiConnection, { mapping, namespace, name }: Resource): Coroutine<void> {
  const at = requestFor(mapping, 'get', { namespace, name });
  const live = yield* api.send({ ...at, options: { showManagedFields: true } });
  const { metadata } = live.body as unknown as JsonObject;
  if (isFailure(live) || !isJsonObject(metadata)) return;
  const { managedFields, resourceVersion } = metadata;
  const entries = Array.isArray(managedFields) ? managedFields.filter(isJsonObject) : [];
  const own = (operation: string): JsonObject | undefined =>
    entries.find(
      (entry) => entry.manager === 'helm' && entry.operation === operation && entry.subresource === undefined,
    );
  const [updated, applied] = [own('Update'), own('Apply')];
  if (!updated) return;
  const fieldsV1 = united(applied?.fieldsV1, updated.fieldsV1);
  const kept = entries.filter((entry) => entry !== updated && entry !== applied);
  const body = {
    metadata: { resourceVersion, managedFields: [...kept, { ...updated, operation: 'Apply', fieldsV1 }] },
  };
  yield* api.send({ ...at, verb: 'patch', body, patchType: 'merge', options: BY_HELM });
}
