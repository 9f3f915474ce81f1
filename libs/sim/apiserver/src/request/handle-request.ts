import { fieldErrors } from '@seatrial/schema';
import type { ApiRequest, ApiResponse } from '../contract/request.js';
import type { KubeObject } from '../contract/object.js';
import type { Status } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import type { ServerState } from '../registry/server-state.js';
import { authorize } from '../authorization/authorize.js';
import {
  failure,
  invalid,
  resourceNotFound,
  serverMethodNotAllowed,
  serviceUnavailable,
} from '../status/status-errors.js';
import { applyObject } from './apply-object.js';
import { createObject } from './create-object.js';
import { deleteCollection, deleteObject } from './delete-object.js';
import { wrongMediaType } from './media-type.js';
import { patchObject } from './patch-object.js';
import { answerList, getObject, present } from './read-objects.js';
import { done, refused, type Outcome, type RequestScope } from './request-scope.js';
import { updateObject } from './update-object.js';
import { handleSubresource } from '../subresource/handle-subresource.js';
import { virtualResource } from '../subresource/virtual-resources.js';

/** One request through authorization and its handler. */
export function handleRequest(
  server: ServerState,
  request: ApiRequest,
  trusted = false,
  manager?: string,
): ApiResponse {
  const warnings: string[] = [];
  // A request may bring about others, whose webhooks its client does not wait for.
  const { webhookMs } = server;
  server.webhookMs = 0;
  const outcome = dispatch(server, request, warnings, trusted, manager);
  const took = server.webhookMs === 0 ? undefined : { tookMs: server.webhookMs };
  server.webhookMs = webhookMs;
  return outcome.ok
    ? { code: outcome.code, body: outcome.body, warnings, ...took }
    : { code: outcome.error.code, body: outcome.error, warnings, ...took };
}

function dispatch(
  server: ServerState,
  request: ApiRequest,
  warnings: string[],
  trusted: boolean,
  manager: string | undefined,
): Outcome {
  if (!server.available) return refused(failure(500, undefined, 'etcdserver: request timed out'));
  const rest = server.registry.resolve(request.group, request.version, request.resource);
  if (!trusted) {
    const denied = authorize(server, request);
    if (denied) return refused(denied);
  }
  const { aggregation } = server;
  if (aggregation.isSuspended(request.group, request.version)) return refused(serviceUnavailable());
  if (!rest || request.unrouted === 'NotFound') return refused(resourceNotFound());
  if (request.unrouted) return refused(serverMethodNotAllowed());
  const answering = trusted ? undefined : aggregation.serving(request.group, request.version);
  const refusal = answering?.refuse(request);
  if (refusal) return refused(refusal);
  const served = trusted || request.subresource !== undefined || rest.api.verbs.includes(request.verb);
  const unread = served ? wrongMediaType(request, rest) : undefined;
  if (unread) return refused(unread);
  if (!trusted) warnings.push(...deprecation(rest));
  const options = request.options ?? {};
  const wrong = trusted ? undefined : wrongManager(request);
  if (wrong) return refused(wrong);
  const scope: RequestScope = {
    server,
    rest,
    user: request.user,
    options,
    namespace: rest.api.namespaced ? request.namespace : undefined,
    name: request.name ?? '',
    subresource: request.subresource,
    trusted,
    manager: options.fieldManager ?? manager ?? 'kubectl',
    operation: request.patchType === 'apply' ? 'Apply' : 'Update',
    warnings,
    bodyText: request.bodyText,
  };
  if (request.subresource !== undefined) return handleSubresource(scope, request);
  const virtual = virtualResource(rest);
  if (virtual) return virtual(scope, request);
  if (!trusted && !rest.api.verbs.includes(request.verb)) return refused(serverMethodNotAllowed());
  return handleVerb(scope, request);
}

const OPTIONS: Readonly<Record<string, string>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
};
const LONGEST_MANAGER = 128;

/** What is wrong with the name of a field manager (meta/v1/validation ValidateFieldManager). */
function wrongManager({ verb, options }: ApiRequest): Status | undefined {
  const manager = options?.fieldManager ?? '';
  if (manager.length <= LONGEST_MANAGER || !Object.hasOwn(OPTIONS, verb)) return undefined;
  const subject = { group: 'meta.k8s.io', resource: '', kind: OPTIONS[verb] };
  return invalid(subject, '', [fieldErrors.tooLong('fieldManager', LONGEST_MANAGER)]);
}

/** Built-in versions that answer with a warning, by group, version and kind. */
const DEPRECATED: ReadonlyMap<string, string> = new Map([
  ['/v1/Endpoints', 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  ['/v1/ComponentStatus', 'v1 ComponentStatus is deprecated in v1.19+'],
]);

function deprecation({ api, custom }: RestResource): readonly string[] {
  const text = custom?.deprecationWarning ?? DEPRECATED.get(`${api.group}/${api.version}/${api.kind}`);
  return text === undefined ? [] : [text];
}

export function handleVerb(scope: RequestScope, request: ApiRequest): Outcome {
  const outcome = runVerb(scope, request);
  const { rest } = scope;
  if (!outcome.ok || request.verb === 'get' || request.verb === 'list' || scope.trusted) return outcome;
  const body = outcome.body as KubeObject;
  if (body.kind !== rest.type.kind || body.metadata === undefined) return outcome;
  return done(present(scope, body), outcome.code);
}

function runVerb(scope: RequestScope, request: ApiRequest): Outcome {
  switch (request.verb) {
    case 'get':
      return getObject(scope);
    case 'list':
      return answerList(scope);
    case 'create':
      return createObject(scope, request.body);
    case 'update':
      return updateObject(scope, request.body);
    case 'patch':
      return request.patchType === 'apply'
        ? applyObject(scope, request.body)
        : patchObject(scope, request.patchType ?? 'merge', request.body, request.bodyText);
    case 'delete':
      return deleteObject(scope);
    case 'deletecollection':
      return deleteCollection(scope);
  }
}
