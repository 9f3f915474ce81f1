import {
  fail,
  goJson,
  isUrlEscaped,
  ok,
  unescapeUrl,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
  type Result,
} from '@seatrial/kernel';
import type { ApiServer, Credentials } from '../contract/api-server.js';
import type { ProxiedRequest } from '../contract/proxy.js';
import type { ApiResponse, UserInfo } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import { badRequest, serviceUnavailable, unauthorized } from '../status/status-errors.js';
import { deleteOptions } from './delete-options.js';
import { GO_BAD_REQUEST, GO_NOT_FOUND } from './go-http-answers.js';
import { answerWatch, watchedPath } from './http-watch.js';
import { isPretty, metadataOnly, negotiate, tableOptions, type Negotiated } from './negotiation.js';
import { inStructOrder, withoutItemTypes } from './struct-order.js';
import { isPodLog, podLog } from './pod-log.js';
import { informationalPath, mayAccessPath } from './non-resource-paths.js';
import {
  badNumber,
  dryRunOf,
  misrouted,
  parseRequestQuery,
  parseResourcePath,
  patchTypeOf,
  verbOf,
} from './request-path.js';

const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

function failure(code: number, reason: Status['reason'], message: string): ApiResponse {
  const body: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    details: {},
    code,
  };
  return { code, body, warnings: [] };
}

/** A Status leaves out what is empty, and the code where all went well. */
function withoutEmpty(body: JsonObject): JsonObject {
  if (body.kind !== 'Status') return body;
  const left: JsonObject = {};
  for (const [key, value] of Object.entries(body)) {
    const empty = (key === 'message' || key === 'reason') && value === '';
    if (!empty && !(key === 'code' && value === 200 && body.status === 'Success')) left[key] = value;
  }
  return left;
}

function toHttp(response: ApiResponse, pretty: boolean): HttpResponse {
  const warnings = response.warnings.map((warning): readonly [string, string] => [
    'Warning',
    `299 - "${warning.replace(/["\\]/g, '\\$&')}"`,
  ]);
  const body = withoutEmpty(inStructOrder(response.body));
  return {
    status: response.code,
    headers: [['Content-Type', 'application/json'], ...warnings],
    body: pretty ? goJson(body, 2) : `${goJson(body)}\n`,
  };
}

function authenticated(apiServer: ApiServer, credentials: Credentials): UserInfo | ApiResponse {
  if (!credentials.clientCertificate && !credentials.token && !credentials.username) return ANONYMOUS;
  const user = apiServer.authenticate(credentials);
  return user.ok ? user.value : { code: user.error.code, body: user.error, warnings: [] };
}

/** Answers an informational path (health, version, discovery), with RBAC. */
function answerPath(
  apiServer: ApiServer,
  version: string,
  path: string,
  user: UserInfo,
  method: string,
  query: string,
): ApiResponse | string {
  const verb = method === 'GET' ? 'get' : method.toLowerCase();
  if (!mayAccessPath(apiServer, user, verb, path)) {
    return failure(403, 'Forbidden', `forbidden: User "${user.username}" cannot ${verb} path "${path}"`);
  }
  const [, group, groupVersion] = path.split('/').filter((part) => part !== '');
  if (path.startsWith('/apis/') && apiServer.aggregation.isSuspended(group, groupVersion))
    return { code: 503, body: serviceUnavailable(), warnings: [] };
  const answer = informationalPath(apiServer, version, path, query);
  if (answer === undefined) return failure(404, 'NotFound', 'the server could not find the requested resource');
  return typeof answer === 'string' ? answer : { code: 200, body: answer as ApiResponse['body'], warnings: [] };
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Paths whose answers are indented for everybody (responsewriters.WriteRawJSON). */
const WRITTEN_RAW: ReadonlySet<string> = new Set(['/', '/version', '/version/']);

const PROXY_PATH = /^\/api\/v1\/namespaces\/([^/]+)\/(services|pods)\/([^/]+)\/proxy(?=$|\/)(.*)$/;

/**
 * What a request to the `proxy` subresource of a service or pod asks for, or the answer that refuses it; undefined for
 * every other request. The caller carries it over the network.
 */
export function proxiedRequest(
  apiServer: ApiServer,
  request: HttpRequest,
  credentials: Credentials,
): Result<ProxiedRequest, HttpResponse> | undefined {
  const [whole, query = ''] = request.path.split('?', 2);
  const match = PROXY_PATH.exec(whole);
  if (!match || !isUrlEscaped(whole)) return undefined;
  const [, namespace, resource, name, rest] = match.map(unescapeUrl);
  const verb = verbOf(request.method, true);
  if (!verb) return undefined;
  const user = authenticated(apiServer, credentials);
  if ('code' in user) return fail(toHttp(user, false));
  const located = apiServer.locate({ verb, resource: resource as 'services' | 'pods', namespace, name, user });
  if (!located.ok) return fail(toHttp({ code: located.error.code, body: located.error, warnings: [] }, false));
  const path = rest.replace(/\/+/g, '/');
  return ok({ location: located.value, path, query, prefix: whole.slice(0, whole.length - match[4].length) });
}

/** Whether the server itself has routes for a group: what it does not find there it says as a Status. */
function hasRoutes(apiServer: ApiServer, group: string): boolean {
  if (group === '') return true;
  return (
    !/(^|\.)metrics\.k8s\.io$/.test(group) &&
    apiServer.resources().some((served) => served.group === group && !served.custom)
  );
}

const nowhere = (): ApiResponse => failure(404, 'NotFound', 'the server could not find the requested resource');

/** The answer to a path that nobody serves. */
function notServed(apiServer: ApiServer, path: string, pretty: boolean): HttpResponse {
  const [first, group = ''] = path.split('/').filter((part) => part !== '');
  const routed = first === 'api' || (first === 'apis' && group !== '' && hasRoutes(apiServer, group));
  return routed ? toHttp(nowhere(), pretty) : GO_NOT_FOUND;
}

const refusedBy =
  (request: HttpRequest) =>
  (status: Status): HttpResponse =>
    toHttp({ code: status.code, body: status, warnings: [] }, isPretty(request));

/** The answer to a request to watch something, as it goes on; undefined for other requests. */
export function httpWatch(
  apiServer: ApiServer,
  request: HttpRequest,
  credentials: Credentials,
): Coroutine<HttpResponse> | undefined {
  const watched = watchedPath(request);
  if (!watched) return undefined;
  const refused = refusedBy(request);
  const user = authenticated(apiServer, credentials);
  const query = request.path.split('?', 2)[1] ?? '';
  const negotiated = negotiate(request, true);
  const table = 'shape' in negotiated && negotiated.shape === 'Table' ? tableOptions(query) : {};
  const wrong = badNumber(query);
  const status =
    'code' in user
      ? (user.body as Status)
      : wrong !== undefined
        ? badRequest(wrong)
        : 'refusal' in negotiated
          ? negotiated.refusal
          : 'refusal' in table
            ? table.refusal
            : undefined;
  if (status !== undefined || 'code' in user) return answered(refused(status ?? unauthorized()));
  return answerWatch(apiServer, { ...watched, options: { ...watched.options, ...table } }, user, request, refused);
}

function* answered(response: HttpResponse): Coroutine<HttpResponse> {
  yield* [];
  return response;
}

/**
 * The API server as HTTP: paths, queries, bodies and credentials become requests of the API, and its responses JSON
 * (k8s.io/apiserver/pkg/endpoints). Text goes out indented for curl, as the real server does for it.
 */
export function handleHttp(
  apiServer: ApiServer,
  version: string,
  request: HttpRequest,
  credentials: Credentials,
): HttpResponse & Pick<ApiResponse, 'tookMs'> {
  const pretty = isPretty(request);
  const user = authenticated(apiServer, credentials);
  if ('code' in user) return toHttp(user, pretty);
  const [path, query = ''] = request.path.split('?', 2);
  if (!isUrlEscaped(path)) return GO_BAD_REQUEST;
  const target = parseResourcePath(path);
  if (!target) {
    const answer = answerPath(apiServer, version, path, user, request.method, query);
    if (typeof answer !== 'string')
      return answer.code === 404 ? notServed(apiServer, path, pretty) : toHttp(answer, pretty || WRITTEN_RAW.has(path));
    return { status: 200, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: answer };
  }
  if (isPodLog(request.method, target)) {
    const log = podLog(apiServer, target, query, user);
    return log.ok ? log.value : toHttp({ code: log.error.code, body: log.error, warnings: [] }, pretty);
  }
  const wrong = badNumber(query);
  if (wrong !== undefined) return toHttp(failure(400, 'BadRequest', wrong), pretty);
  const verb = verbOf(request.method, target.name !== undefined);
  if (!verb)
    return toHttp(
      failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'),
      pretty,
    );
  const asked = parseRequestQuery(query);
  const options = request.method === 'DELETE' ? deleteOptions(request.body, asked, dryRunOf(query)) : ok(asked);
  if (!options.ok) return toHttp({ code: options.error.code, body: options.error, warnings: [] }, pretty);
  const contentType = request.headers.get('content-type') ?? '';
  const served = apiServer
    .resources()
    .find(
      ({ resource, group, version: spoken }) =>
        resource === target.resource && group === target.group && spoken === target.version,
    );
  if (request.method === 'POST' && target.name !== undefined && target.subresource === undefined)
    return toHttp(
      failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'),
      pretty,
    );
  const negotiated: Negotiated = request.method === 'GET' ? negotiate(request, verb === 'list') : { shape: undefined };
  if ('refusal' in negotiated) return refusedBy(request)(negotiated.refusal);
  const table = negotiated.shape === 'Table' ? tableOptions(query) : {};
  if ('refusal' in table) return refusedBy(request)(table.refusal);
  const response = apiServer.handle({
    verb,
    ...target,
    unrouted: served && misrouted(target, verb, served),
    user,
    body: parseBody(request.body),
    bodyText: request.body,
    patchType: patchTypeOf(contentType),
    contentType,
    options: { ...options.value, ...table, showManagedFields: true },
  });
  if (response.code === 404 && !served) return notServed(apiServer, path, pretty);
  const shaped = { ...response, body: metadataOnly(response.body as unknown as JsonObject, negotiated.shape) };
  const typeless = served?.custom === false && shaped.body.kind !== 'PartialObjectMetadataList';
  const sent = typeless ? { ...shaped, body: withoutItemTypes(shaped.body) } : shaped;
  return { ...toHttp(sent, pretty), ...(response.tookMs !== undefined && { tookMs: response.tookMs }) };
}
