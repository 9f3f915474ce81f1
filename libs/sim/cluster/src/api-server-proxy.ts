import type { ProxiedRequest, ProxyLocation } from '@seatrial/apiserver';
import type { Connection, Coroutine, DialFailure, HttpRequest, HttpResponse, NetworkStack } from '@seatrial/kernel';
import { passedHeaders } from './addons/http/forward.js';
import { rewriteLinks, rewriteUrl } from './api-server-proxy-links.js';

/** net.Dialer of the API server's proxy transport. */
const DIAL_TIMEOUT_MS = 30_000;

function dialText(failure: DialFailure, { host, port }: ProxyLocation): string {
  const dial = `dial tcp ${host}:${port}`;
  switch (failure) {
    case 'host-unreachable':
      return `${dial}: connect: no route to host`;
    case 'network-unreachable':
      return `${dial}: connect: network is unreachable`;
    case 'timeout':
      return `${dial}: i/o timeout`;
    default:
      return `${dial}: connect: connection refused`;
  }
}

function unreachable(why: string): HttpResponse {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `error trying to reach service: ${why}`,
    reason: 'ServiceUnavailable',
    code: 503,
  };
  return { status: 503, headers: [['Content-Type', 'application/json']], body: `${JSON.stringify(status)}\n` };
}

/** What Go's net/http answers to plain HTTP on a port of HTTPS. */
const PLAIN_TO_TLS: HttpResponse = {
  status: 400,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body: 'Client sent an HTTP request to an HTTPS server.\n',
};

/** Headers that are for the API server alone, or for one hop. */
const OWN_HEADERS = new Set([
  'authorization',
  'x-client-certificate',
  'impersonate-user',
  'impersonate-group',
  'connection',
]);

function passedOn(request: HttpRequest, { path, prefix, query }: ProxiedRequest, client: string): HttpRequest {
  const headers = new Map([...request.headers].filter(([name]) => !OWN_HEADERS.has(name)));
  const before = headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', before === undefined ? client : `${before}, ${client}`);
  headers.set('x-forwarded-uri', prefix + path);
  return { ...request, path: query === '' ? path : `${path}?${query}`, headers };
}

/** An answer with its links and redirects led through the proxy (k8s.io/apimachinery/pkg/util/proxy Transport). */
function rewritten(response: HttpResponse, { prefix, location }: ProxiedRequest, host: string): HttpResponse {
  const rewrite = (url: string): string => rewriteUrl(url, prefix, [`${location.host}:${location.port}`, host]);
  const redirects = response.headers.some(([name]) => name.toLowerCase() === 'location');
  const headers = passedHeaders(response).map(([name, value]): readonly [string, string] =>
    name.toLowerCase() === 'location' ? [name, rewrite(value)] : [name, value],
  );
  const type = response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (redirects || type.split(';', 1)[0].trim() !== 'text/html') return { ...response, headers };
  const body = rewriteLinks(response.body, rewrite);
  return { ...response, headers: headers.filter(([name]) => name.toLowerCase() !== 'content-length'), body };
}

function* exchange(
  connection: Connection,
  request: HttpRequest,
  proxied: ProxiedRequest,
  client: string,
): Coroutine<HttpResponse> {
  const { secure } = proxied.location;
  const { tls } = connection.service;
  if (secure && !tls) return unreachable('tls: first record does not look like a TLS handshake');
  if (!secure && tls) return PLAIN_TO_TLS;
  const answered = yield* connection.http(passedOn(request, proxied, client));
  if (!answered.ok) return unreachable('EOF');
  return rewritten(answered.value, proxied, request.headers.get('host') ?? '');
}

/** Carries a request to the `proxy` subresource to its pod, and the answer back. */
export function* answerProxied(
  stack: NetworkStack | undefined,
  request: HttpRequest,
  proxied: ProxiedRequest,
  client: string,
): Coroutine<HttpResponse> {
  const { location, path, prefix, query } = proxied;
  if (path === '' && (request.method === 'GET' || request.method === 'HEAD'))
    return { status: 301, headers: [['Location', `${prefix}/${query === '' ? '' : `?${query}`}`]], body: '' };
  if (!stack) return unreachable(dialText('timeout', location));
  const dialed = yield* stack.dial({ host: location.host, port: location.port, timeoutMs: DIAL_TIMEOUT_MS });
  if (!dialed.ok) return unreachable(dialText(dialed.error.failure, location));
  const answer = yield* exchange(dialed.value, request, proxied, client);
  dialed.value.close();
  return answer;
}
