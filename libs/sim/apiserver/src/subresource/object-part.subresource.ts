import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { ApiRequest } from '../contract/request.js';
import { decodeBody } from '../request/decode-body.js';
import { patched } from '../request/patch-object.js';
import { getObject } from '../request/read-objects.js';
import { refused, subject, type Draft, type Outcome, type RequestScope } from '../request/request-scope.js';
import { writeUpdate } from '../request/update-object.js';
import { notFound, serverMethodNotAllowed } from '../status/status-errors.js';

/** Builds the new object from the stored one and what the request says of the part it may change. */
type Part = (old: JsonObject, received: JsonObject) => JsonObject;

/** A subresource through which only one part of an object can be written. */
export function partHandler(part: Part) {
  return (scope: RequestScope, request: ApiRequest): Outcome => {
    const { server, rest } = scope;
    if (request.verb === 'get') return getObject(scope);
    const stored = server.store.get(rest.type, scope.namespace, scope.name);
    if (!stored) return refused(notFound(subject(scope), scope.name));
    const old = stored as unknown as JsonObject;
    let body: unknown = request.body;
    if (request.verb === 'patch') {
      const result = patched(scope, rest.fromStored(old), request.patchType ?? 'merge', request.body);
      if (!result.ok) return refused(result.error);
      body = result.value;
    } else if (request.verb !== 'update' && !(request.verb === 'create' && scope.trusted))
      return refused(serverMethodNotAllowed());
    const decoded = decodeBody(scope, body);
    if (!decoded.ok) return refused(decoded.error);
    const received = rest.toStored(decoded.value);
    rest.definition?.defaults?.(received as Draft);
    const metadata = { ...(stored.metadata as unknown as JsonObject) };
    const version = (received.metadata as JsonObject | undefined)?.resourceVersion;
    metadata.resourceVersion = version ?? '';
    return writeUpdate(scope, { ...part(old, received), metadata }, stored);
  };
}

const spec = (object: JsonObject): JsonObject => (isJsonObject(object.spec) ? object.spec : {});

/** pods/ephemeralcontainers (podEphemeralContainersStrategy). */
export const ephemeralContainers = partHandler((old, received) => {
  const containers = spec(received).ephemeralContainers;
  return {
    ...old,
    spec: { ...spec(old), ...(containers === undefined ? undefined : { ephemeralContainers: containers }) },
  };
});

const containersOf = (pod: JsonObject, field: 'containers' | 'initContainers'): JsonObject[] =>
  (spec(pod)[field] ?? []) as JsonObject[];

/** The old containers with the received resources and resize policies; as received where others are named. */
function resized(old: readonly JsonObject[], received: JsonObject[]): JsonObject[] {
  if (received.some(({ name }, index) => name !== old[index].name)) return received;
  return received.map(({ resources = {}, resizePolicy }, index) => {
    const { resizePolicy: _before, ...container } = old[index];
    return { ...container, resources, ...(resizePolicy === undefined ? undefined : { resizePolicy }) };
  });
}

/** pods/resize: resources and resize policies of containers (podResizeStrategy's dropNonResizeUpdates). */
export const resizePod = partHandler((old, received) => {
  const next: JsonObject = { ...spec(old) };
  for (const field of ['containers', 'initContainers'] as const) {
    const [before, wanted] = [containersOf(old, field), containersOf(received, field)];
    // Validation says what is wrong with others than there were.
    if (before.length !== wanted.length) return { ...received, status: old.status };
    if (before.length > 0) next[field] = resized(before, wanted);
  }
  return { ...old, spec: next };
});

/** namespaces/finalize */
export const finalizeNamespace = partHandler((old, received) => {
  const { finalizers, ...rest } = spec(received);
  return { ...old, spec: { ...rest, ...(finalizers === undefined ? undefined : { finalizers }) } };
});

/** certificatesigningrequests/approval: conditions only (csrApprovalStrategy). */
export const approveCertificate = partHandler((old, received) => {
  const status = isJsonObject(old.status) ? old.status : {};
  const wanted = isJsonObject(received.status) ? received.status.conditions : undefined;
  return { ...old, status: { ...status, ...(wanted === undefined ? undefined : { conditions: wanted }) } };
});
