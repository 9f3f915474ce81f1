import type { ObjectReader } from '@seatrial/apiserver';
import { utf8Length, type Coroutine, type HttpRequest, type HttpResponse, type Process } from '@seatrial/kernel';
import { httpDate } from '@seatrial/images';
import { backendProblem } from '../gateway-api/attachment.js';
import type {
  BackendReference,
  Gateway,
  HeaderModifier,
  PathModifier,
  RouteFilter,
} from '../gateway-api/gateway-types.js';
import { matchRoute, type MatchedRule } from '../gateway-api/match-route.js';
import { endpointsOf } from '../http/endpoints-of.js';
import { forward, passedHeaders } from '../http/forward.js';

const CONNECT_TIMEOUT_MS = 10_000;
const REFUSED =
  'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused';
const TIMED_OUT =
  'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: connection timeout';
const RESET = 'upstream connect error or disconnect/reset before headers. reset reason: connection termination';

/** An answer that Envoy makes itself. */
function local(now: number, status: number, body = '', headers: HttpResponse['headers'] = []): HttpResponse {
  const typed: HttpResponse['headers'] = body === '' ? [] : [['content-type', 'text/plain']];
  const length: HttpResponse['headers'] = [['content-length', String(utf8Length(body))]];
  return {
    status,
    headers: [
      ...headers,
      ...(body === '' ? [] : length),
      ...typed,
      ['date', httpDate(now)],
      ...(body === '' ? length : []),
    ],
    body,
  };
}

function modified(path: string, modifier: PathModifier | undefined, { match }: MatchedRule): string {
  if (!modifier) return path;
  const [bare, query] = path.includes('?')
    ? [path.slice(0, path.indexOf('?')), path.slice(path.indexOf('?'))]
    : [path, ''];
  if (modifier.type === 'ReplaceFullPath') return (modifier.replaceFullPath ?? '/') + query;
  const prefix = (match.path?.value ?? '/').replace(/\/$/, '');
  const rest = bare.slice(prefix.length);
  const joined = `${(modifier.replacePrefixMatch ?? '/').replace(/\/$/, '')}${rest}`;
  return (joined.startsWith('/') ? joined : `/${joined}`) + query;
}

function redirect(
  filter: RouteFilter,
  rule: MatchedRule,
  request: HttpRequest,
  secure: boolean,
  port: number,
  now: number,
): HttpResponse {
  const {
    scheme = secure ? 'https' : 'http',
    hostname,
    path,
    port: to,
    statusCode = 302,
  } = filter.requestRedirect ?? {};
  const host = hostname ?? (request.headers.get('host') ?? '').replace(/:\d+$/, '');
  const usual = scheme === 'https' ? 443 : 80;
  const sent = to ?? (filter.requestRedirect?.scheme === undefined ? port : usual);
  const authority = sent === usual ? host : `${host}:${sent}`;
  return local(now, statusCode, '', [['location', `${scheme}://${authority}${modified(request.path, path, rule)}`]]);
}

function modifyRequest(headers: Map<string, string>, modifier: HeaderModifier | undefined): void {
  for (const { name, value } of modifier?.set ?? []) headers.set(name.toLowerCase(), value);
  for (const { name, value } of modifier?.add ?? []) {
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
  }
  for (const name of modifier?.remove ?? []) headers.delete(name.toLowerCase());
}

function modifyResponse(response: HttpResponse, modifier: HeaderModifier | undefined): HttpResponse {
  if (!modifier) return response;
  const replaced = [...(modifier.set ?? []).map(({ name }) => name), ...(modifier.remove ?? [])].map((name) =>
    name.toLowerCase(),
  );
  const added = [...(modifier.set ?? []), ...(modifier.add ?? [])].map(
    ({ name, value }) => [name.toLowerCase(), value] as const,
  );
  return {
    ...response,
    headers: [...response.headers.filter(([name]) => !replaced.includes(name.toLowerCase())), ...added],
  };
}

/** A backend by its share of the weights. */
function chooseBackend(
  backends: readonly BackendReference[],
  below: (n: number) => number,
): BackendReference | undefined {
  const total = backends.reduce((sum, { weight = 1 }) => sum + weight, 0);
  if (total === 0) return undefined;
  let rest = below(total);
  for (const backend of backends) {
    rest -= backend.weight ?? 1;
    if (rest < 0) return backend;
  }
  return undefined;
}

/** What Envoy answers to a request at a listener's port, by the gateway's routes. */
export function* answerByRoutes(
  process: Process,
  store: ObjectReader,
  gateway: Gateway,
  port: number,
  request: HttpRequest,
  client: string,
  secure: boolean,
): Coroutine<HttpResponse> {
  const { simulation } = process.machine;
  const { random } = simulation;
  const now = simulation.now();
  const found = matchRoute(store, gateway, port, request);
  if (!found) return local(now, 404);
  const { rule, route } = found;
  const filters = rule.filters ?? [];
  const redirected = filters.find(({ type }) => type === 'RequestRedirect');
  if (redirected) return redirect(redirected, found, request, secure, port, now);
  const backend = chooseBackend(rule.backendRefs ?? [], (n) => random.below(n));
  if (!backend || backendProblem(store, route, backend)) return local(now, 500);
  const headers = new Map(request.headers)
    .set('x-forwarded-for', client)
    .set('x-forwarded-proto', secure ? 'https' : 'http')
    .set('x-envoy-external-address', client)
    .set('x-request-id', `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-9${random.hex(3)}-${random.hex(12)}`);
  const all = [...filters, ...(backend.filters ?? [])];
  for (const { requestHeaderModifier } of all) modifyRequest(headers, requestHeaderModifier);
  const rewrite = filters.find(({ type }) => type === 'URLRewrite')?.urlRewrite;
  if (rewrite?.hostname !== undefined) headers.set('host', rewrite.hostname);
  const namespace = backend.namespace ?? route.metadata.namespace ?? '';
  const target = endpointsOf(store, namespace, backend.name, { number: backend.port });
  if (target.kind !== 'endpoints' || target.upstreams.length === 0) return local(now, 503, 'no healthy upstream');
  const upstream = target.upstreams[random.below(target.upstreams.length)];
  const path = modified(request.path, rewrite?.path, found);
  const answered = yield* forward(process, upstream, { ...request, path, headers }, CONNECT_TIMEOUT_MS);
  if (!answered.ok) {
    const text = { refused: REFUSED, timeout: TIMED_OUT, reset: RESET }[answered.error];
    return local(simulation.now(), 503, text);
  }
  const passed = passedHeaders(answered.value).map(([name, value]) => [name.toLowerCase(), value] as const);
  let response: HttpResponse = { ...answered.value, headers: passed };
  for (const { responseHeaderModifier } of all) response = modifyResponse(response, responseHeaderModifier);
  return response;
}
