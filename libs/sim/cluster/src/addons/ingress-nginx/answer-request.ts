import { SECRETS, SERVICES, type Ingress, type ObjectReader } from '@seatrial/apiserver';
import { decodeBase64, type Coroutine, type HttpRequest, type HttpResponse, type Process } from '@seatrial/kernel';
import { httpDate } from '@seatrial/images';
import { inRange, parseCidr, parseIpv4 } from '@seatrial/network';
import { RE2JS } from 're2js';
import { endpointsOf, type ServiceBackend } from '../http/endpoints-of.js';
import { forward, passedHeaders, type Upstream } from '../http/forward.js';
import { nginxPage } from './nginx-pages.js';
import { CATCH_ALL, locationFor, serverFor, type NginxLocation, type VirtualServer } from './virtual-servers.js';

const CONNECT_TIMEOUT_MS = 5000;
/** proxy_next_upstream_tries */
const TRIES = 3;
const STS = ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'] as const;

/** One request to nginx, with what it needs to answer it. */
export interface NginxRequest {
  readonly process: Process;
  readonly store: ObjectReader;
  readonly servers: ReadonlyMap<string, VirtualServer>;
  readonly request: HttpRequest;
  readonly client: string;
  readonly secure: boolean;
}

/** An answer, with what the access log says about its upstream. */
export interface NginxAnswer {
  readonly response: HttpResponse;
  readonly upstreamName: string;
  readonly upstreamAddress: string;
}

const basic = (response: HttpResponse, upstreamName = ''): NginxAnswer => ({
  response,
  upstreamName,
  upstreamAddress: '-',
});

function hostOf(request: HttpRequest): string {
  return (request.headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase();
}

/** Redirects and refusals that come before any backend. */
function earlyAnswer(
  { process, store, request, client, secure }: NginxRequest,
  server: VirtualServer,
  { annotations, ingress }: NginxLocation,
): HttpResponse | undefined {
  const now = process.machine.simulation.now();
  const path = request.path.split('?')[0];
  const redirect = (status: number, to: string): HttpResponse => nginxPage(status, now, [['Location', to]]);
  const host = hostOf(request);
  const covered = server.tlsSecret !== undefined;
  if (!secure && (annotations.forceSslRedirect || (annotations.sslRedirect && covered)))
    return redirect(308, `https://${host}${request.path}`);
  if (annotations.allowlist.length > 0) {
    const address = parseIpv4(client);
    const allowed = annotations.allowlist.some((cidr) => address !== undefined && inRange(parseCidr(cidr), address));
    if (!allowed) return nginxPage(403, now);
  }
  if (annotations.authSecret !== undefined && !authorized(store, ingress, annotations.authSecret, request))
    return nginxPage(401, now, [['WWW-Authenticate', `Basic realm="${annotations.authRealm}"`]]);
  if (annotations.permanentRedirect !== undefined)
    return redirect(annotations.permanentRedirectCode, annotations.permanentRedirect);
  if (annotations.temporalRedirect !== undefined) return redirect(302, annotations.temporalRedirect);
  if (annotations.appRoot !== undefined && path === '/')
    return redirect(302, `http${secure ? 's' : ''}://${host}${annotations.appRoot}`);
  return undefined;
}

/** Whether the request's user stands in the Secret's htpasswd file; hashed passwords stand for themselves. */
function authorized(store: ObjectReader, ingress: Ingress, secret: string, request: HttpRequest): boolean {
  const [namespace, name] = secret.includes('/') ? secret.split('/') : [ingress.metadata.namespace, secret];
  const data = store.get(SECRETS, namespace, name)?.data?.['auth'];
  const sent = decodeBase64(/^Basic (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '');
  const file = decodeBase64(data ?? '');
  if (!('text' in sent) || !('text' in file)) return false;
  const colon = sent.text.indexOf(':');
  if (colon <= 0) return false;
  const entry = file.text.split('\n').find((line) => line.startsWith(`${sent.text.slice(0, colon)}:`));
  const password = entry?.slice(colon + 1).trim() ?? '';
  const hashed = password.startsWith('$') || password.startsWith('{');
  return password !== '' && (hashed || password === sent.text.slice(colon + 1));
}

/** The path that goes to the upstream: rewritten where an annotation asks for it, with the query kept. */
function upstreamPath({ annotations, path: location }: NginxLocation, path: string): string {
  const { rewriteTarget } = annotations;
  if (rewriteTarget === undefined) return path;
  const [bare, query] = path.includes('?')
    ? [path.slice(0, path.indexOf('?')), path.slice(path.indexOf('?'))]
    : [path, ''];
  let matcher;
  try {
    matcher = RE2JS.compile(location, RE2JS.CASE_INSENSITIVE).matcher(bare);
  } catch {
    return path;
  }
  if (!matcher.find()) return path;
  const found = matcher;
  const rewritten = rewriteTarget.replace(/\$(\d)/g, (_, index: string) =>
    Number(index) <= found.groupCount() ? (found.group(Number(index)) ?? '') : '',
  );
  return (rewritten.startsWith('/') ? rewritten : `/${rewritten}`) + query;
}

type Backend = NginxLocation['backend'];

/** The backend of a request: a canary's where its rules or the dice say so. */
function chooseBackend(location: NginxLocation, { request, process }: NginxRequest): Backend {
  for (const { backend, annotations } of location.canaries) {
    const { canary } = annotations;
    if (!canary) continue;
    const header = canary.header === undefined ? undefined : request.headers.get(canary.header);
    const cookie =
      canary.cookie === undefined
        ? undefined
        : new Map(
            (request.headers.get('cookie') ?? '')
              .split(/;\s*/)
              .map((pair): [string, string] => [pair.split('=')[0], pair.split('=')[1] ?? '']),
          ).get(canary.cookie);
    if (header !== undefined && canary.headerValue !== undefined) {
      if (header === canary.headerValue) return backend;
    } else if (header === 'always' || cookie === 'always') return backend;
    else if (header === 'never' || cookie === 'never') continue;
    if (process.machine.simulation.random.below(100) < canary.weight) return backend;
  }
  return location.backend;
}

const portOf = (backend: Backend): { readonly name?: string; readonly number?: number } => {
  const { name, number } = backend.service?.port ?? {};
  return name ? { name } : { number };
};

function upstreamHeaders({ request, client, secure, process }: NginxRequest, location: NginxLocation) {
  const host = request.headers.get('host') ?? '';
  const headers = new Map(request.headers);
  const scheme = secure ? 'https' : 'http';
  headers
    .set('host', location.annotations.upstreamHost ?? host)
    .set('x-request-id', process.machine.simulation.random.hex(32))
    .set('x-real-ip', client)
    .set('x-forwarded-for', client)
    .set('x-forwarded-host', host)
    .set('x-forwarded-port', secure ? '443' : '80')
    .set('x-forwarded-proto', scheme)
    .set('x-forwarded-scheme', scheme)
    .set('x-scheme', scheme);
  return headers;
}

const addressText = ({ address, port }: Upstream): string => `${address}:${port}`;

function* proxied(
  call: NginxRequest,
  location: NginxLocation,
  upstreams: readonly Upstream[],
  name: string,
): Coroutine<NginxAnswer> {
  const { process, request, secure } = call;
  const { simulation } = process.machine;
  const start = simulation.random.below(upstreams.length);
  const request_ = { ...request, path: upstreamPath(location, request.path), headers: upstreamHeaders(call, location) };
  const tried: string[] = [];
  let timedOut = false;
  for (let i = 0; i < TRIES; i++) {
    const upstream = upstreams[(start + i) % upstreams.length];
    tried.push(addressText(upstream));
    const answered = yield* forward(process, upstream, request_, CONNECT_TIMEOUT_MS);
    if (!answered.ok) {
      timedOut = answered.error === 'timeout';
      continue;
    }
    const { value } = answered;
    const type = value.headers.find(([header]) => header.toLowerCase() === 'content-type');
    const length = value.headers.find(([header]) => header.toLowerCase() === 'content-length');
    const { cookieAffinity } = location.annotations;
    const response: HttpResponse = {
      status: value.status,
      headers: [
        ['Date', httpDate(simulation.now())],
        ...(type ? [type] : []),
        ...(length ? [length] : []),
        ['Connection', 'keep-alive'],
        ...(cookieAffinity === undefined
          ? []
          : [
              [
                'Set-Cookie',
                `${cookieAffinity}=${simulation.random.hex(32)}; Path=${location.path}; HttpOnly`,
              ] as const,
            ]),
        ...passedHeaders(value, ['date', 'server', 'content-type', 'content-length']),
        ...(secure ? [STS] : []),
      ],
      body: value.body,
    };
    return { response, upstreamName: name, upstreamAddress: tried.join(', ') };
  }
  const response = nginxPage(timedOut ? 504 : 502, simulation.now(), secure ? [STS] : []);
  return { response, upstreamName: name, upstreamAddress: tried.join(', ') };
}

function fallbackOf(store: ObjectReader, location: NginxLocation): ServiceBackend {
  const { defaultBackend } = location.annotations;
  if (defaultBackend === undefined) return { kind: 'no-service' };
  const namespace = location.ingress.metadata.namespace ?? '';
  const service = store.get(SERVICES, namespace, defaultBackend);
  return endpointsOf(store, namespace, defaultBackend, { number: service?.spec.ports?.[0]?.port });
}

/** What ingress-nginx answers to a request (rootfs/etc/nginx/template/nginx.tmpl). */
export function* answerRequest(call: NginxRequest): Coroutine<NginxAnswer> {
  const { process, store, servers, request, secure } = call;
  const now = process.machine.simulation.now();
  if (request.path.split('?')[0] === '/healthz' && hostOf(request) === CATCH_ALL) return basic(nginxPage(200, now));
  const server = serverFor(servers, hostOf(request));
  const location = server && locationFor(server, request.path.split('?')[0]);
  const tail = secure ? [STS] : [];
  if (!server || !location) return basic(nginxPage(404, now, tail), 'upstream-default-backend');
  const early = earlyAnswer(call, server, location);
  const { service } = location.backend;
  const namespace = location.ingress.metadata.namespace ?? '';
  const name = `${namespace}-${service?.name ?? ''}-${String(service?.port?.name ?? service?.port?.number ?? '')}`;
  if (early) return basic(early, name);
  const backend = chooseBackend(location, call);
  let found = endpointsOf(store, namespace, backend.service?.name ?? '', portOf(backend));
  if (found.kind !== 'endpoints' || found.upstreams.length === 0) found = fallbackOf(store, location);
  if (found.kind !== 'endpoints' || found.upstreams.length === 0) return basic(nginxPage(503, now, tail), name);
  return yield* proxied(call, location, found.upstreams, name);
}
