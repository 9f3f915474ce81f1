import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { mutate, validate } from '../admission/admission-chain.js';
import type { ApiRequest } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import { applyObject } from '../request/apply-object.js';
import { patchObject } from '../request/patch-object.js';
import { getObject } from '../request/read-objects.js';
import { refused, subject, type Outcome, type RequestScope } from '../request/request-scope.js';
import { updateObject } from '../request/update-object.js';
import { notFound, resourceNotFound, serverMethodNotAllowed } from '../status/status-errors.js';
import { bindPod } from './pod-binding.subresource.js';
import { evictPod } from './pod-eviction.subresource.js';
import { approveCertificate, ephemeralContainers, finalizeNamespace, resizePod } from './object-part.subresource.js';
import { scale } from './scale.subresource.js';
import { requestToken } from './service-account-token.subresource.js';

export type SubresourceHandler = (scope: RequestScope, request: ApiRequest) => Outcome;

/** The object itself, with the part that the subresource stands for. */
export function sameObject(scope: RequestScope, request: ApiRequest): Outcome {
  switch (request.verb) {
    case 'get':
      return getObject(scope);
    case 'update':
      return updateObject(scope, request.body);
    case 'patch':
      return request.patchType === 'apply'
        ? applyObject(scope, request.body)
        : patchObject(scope, request.patchType ?? 'merge', request.body, request.bodyText);
    default:
      return refused(serverMethodNotAllowed());
  }
}

const HANDLERS = new Map<string, SubresourceHandler>([
  ['approval', approveCertificate],
  ['binding', bindPod],
  ['ephemeralcontainers', ephemeralContainers],
  ['eviction', evictPod],
  ['finalize', finalizeNamespace],
  ['resize', resizePod],
  ['scale', scale],
  ['token', requestToken],
]);

/** Admission of what is posted to a subresource (an Eviction, a Binding, a TokenRequest). */
function admitCreate(scope: RequestScope, body: JsonObject): Status | undefined {
  const object = { ...body, metadata: isJsonObject(body.metadata) ? body.metadata : {} };
  const attributes = { operation: 'CREATE' as const, scope, object, old: undefined };
  return mutate(attributes) ?? validate(attributes);
}

function serves({ rest: { api } }: RequestScope, name: string): boolean {
  for (const subresource of api.subresources) if (subresource.name === name) return true;
  return false;
}

export function handleSubresource(scope: RequestScope, request: ApiRequest): Outcome {
  const name = request.subresource ?? '';
  if (!serves(scope, name))
    return refused(scope.rest.custom ? notFound(subject(scope), scope.name) : resourceNotFound());
  const denied = request.verb === 'create' && isJsonObject(request.body) ? admitCreate(scope, request.body) : undefined;
  if (denied) return refused(denied);
  return (HANDLERS.get(name) ?? sameObject)(scope, request);
}
