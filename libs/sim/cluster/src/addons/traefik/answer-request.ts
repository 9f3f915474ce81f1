import {
  INGRESSES,
  SERVICES,
  type Ingress,
  type KubeObject,
  type ObjectReader,
  type ResourceType,
} from '@seatrial/apiserver';
import { utf8Length, type Coroutine, type HttpRequest, type HttpResponse, type Process } from '@seatrial/kernel';
import { httpDate } from '@seatrial/images';
import { endpointsOf } from '../http/endpoints-of.js';
import { forward, passedHeaders } from '../http/forward.js';
import { coversHost } from '../http/tls-secrets.js';
import { isOfClass, type ClassChoice } from '../ingress-nginx/ingress-class.js';

const CONNECT_TIMEOUT_MS = 30_000;
const ANNOTATION = 'traefik.ingress.kubernetes.io/router';

export const TRAEFIK_CLASS: ClassChoice = {
  controller: 'traefik.io/ingress-controller',
  annotation: 'traefik',
  withoutClass: true,
};

/** A Middleware of traefik's CRDs, as far as it is acted on. */
interface Middleware extends KubeObject {
  readonly spec?: {
    readonly stripPrefix?: { readonly prefixes?: readonly string[] };
    readonly addPrefix?: { readonly prefix?: string };
    readonly replacePath?: { readonly path?: string };
    readonly redirectScheme?: { readonly scheme?: string; readonly permanent?: boolean };
  };
}

const MIDDLEWARES: ResourceType<Middleware> = {
  group: 'traefik.io',
  version: 'v1alpha1',
  resource: 'middlewares',
  kind: 'Middleware',
  namespaced: true,
};

interface Router {
  readonly ingress: Ingress;
  readonly backend: NonNullable<Ingress['spec']['defaultBackend']>;
  /** Length of its rule: the longest one is tried first. */
  readonly priority: number;
}

/** An answer as Go's http.Error makes it. */
export function plainError(status: number, text: string, now: number): HttpResponse {
  const body = `${text}\n`;
  return {
    status,
    headers: [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Date', httpDate(now)],
      ['Content-Length', String(utf8Length(body))],
    ],
    body,
  };
}

function matchesPath(type: string, path: string, asked: string): boolean {
  if (type === 'Exact') return asked === path;
  if (type === 'ImplementationSpecific') return asked.startsWith(path);
  const bare = path.replace(/\/$/, '');
  return bare === '' || asked === bare || asked.startsWith(`${bare}/`);
}

/** The routers whose rules match, the longest rule first (pkg/provider/kubernetes/ingress). */
function routerFor(store: ObjectReader, host: string, path: string, secure: boolean): Router | undefined {
  const found: Router[] = [];
  for (const ingress of store.list(INGRESSES)) {
    if (!isOfClass(store, ingress, TRAEFIK_CLASS)) continue;
    const annotations = ingress.metadata.annotations ?? {};
    const entryPoints = annotations[`${ANNOTATION}.entrypoints`]?.split(',').map((each) => each.trim());
    if (entryPoints && !entryPoints.includes(secure ? 'websecure' : 'web')) continue;
    for (const rule of ingress.spec.rules ?? [])
      for (const { path: prefix = '/', pathType = '', backend } of rule.http?.paths ?? []) {
        if (rule.host && !coversHost(rule.host, host)) continue;
        if (!matchesPath(pathType, prefix || '/', path)) continue;
        found.push({ ingress, backend, priority: (rule.host ?? '').length + prefix.length + (rule.host ? 20 : 0) });
      }
    if (ingress.spec.defaultBackend) found.push({ ingress, backend: ingress.spec.defaultBackend, priority: -1 });
  }
  return found.sort((a, b) => b.priority - a.priority).at(0);
}

function middlewaresOf(store: ObjectReader, { ingress }: Router): Middleware[] {
  const names = ingress.metadata.annotations?.[`${ANNOTATION}.middlewares`] ?? '';
  return names
    .split(',')
    .map((name) => /^(.+)@kubernetescrd$/.exec(name.trim())?.[1])
    .flatMap((name) => {
      if (name === undefined) return [];
      return store.list(MIDDLEWARES).filter(({ metadata }) => `${metadata.namespace ?? ''}-${metadata.name}` === name);
    });
}

function rewritten(path: string, middlewares: readonly Middleware[]): string {
  let now = path;
  for (const { spec } of middlewares) {
    const prefix = spec?.stripPrefix?.prefixes?.find((each) => now.startsWith(each));
    if (prefix !== undefined) now = `/${now.slice(prefix.length).replace(/^\//, '')}`;
    if (spec?.addPrefix?.prefix !== undefined) now = spec.addPrefix.prefix + now;
    if (spec?.replacePath?.path !== undefined) now = spec.replacePath.path;
  }
  return now;
}

/** What traefik v3 answers to a request on its entry points `web` and `websecure`. */
export function* answerTraefik(
  process: Process,
  store: ObjectReader,
  request: HttpRequest,
  client: string,
  secure: boolean,
): Coroutine<HttpResponse> {
  const { simulation } = process.machine;
  const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
  const router = routerFor(store, host, request.path.split('?')[0], secure);
  const { service } = router?.backend ?? {};
  if (!router || !service) return plainError(404, '404 page not found', simulation.now());
  const middlewares = middlewaresOf(store, router);
  const redirect = middlewares.find(({ spec }) => spec?.redirectScheme)?.spec?.redirectScheme;
  if (redirect && (redirect.scheme === 'https') !== secure) {
    const status = redirect.permanent ? 301 : 302;
    const body = redirect.permanent ? 'Moved Permanently' : 'Found';
    return {
      status,
      headers: [
        ['Location', `${redirect.scheme ?? 'https'}://${host}${request.path}`],
        ['Date', httpDate(simulation.now())],
        ['Content-Length', String(body.length)],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ],
      body,
    };
  }
  const namespace = router.ingress.metadata.namespace ?? '';
  const { name, number } = service.port ?? {};
  const found = endpointsOf(store, namespace, service.name, name ? { name } : { number });
  if (found.kind !== 'endpoints' || !store.get(SERVICES, namespace, service.name))
    return plainError(404, '404 page not found', simulation.now());
  if (found.upstreams.length === 0) return plainError(503, 'no available server', simulation.now());
  const headers = new Map(request.headers)
    .set('x-forwarded-for', client)
    .set('x-forwarded-host', request.headers.get('host') ?? '')
    .set('x-forwarded-port', secure ? '443' : '80')
    .set('x-forwarded-proto', secure ? 'https' : 'http')
    .set('x-forwarded-server', process.machine.hostname)
    .set('x-real-ip', client);
  const upstream = found.upstreams[simulation.random.below(found.upstreams.length)];
  const path = rewritten(request.path, middlewares);
  const answered = yield* forward(process, upstream, { ...request, path, headers }, CONNECT_TIMEOUT_MS);
  if (answered.ok) return { ...answered.value, headers: passedHeaders(answered.value) };
  const gaveUp = answered.error === 'timeout';
  const text = gaveUp ? 'Gateway Timeout' : 'Bad Gateway';
  return {
    status: gaveUp ? 504 : 502,
    headers: [
      ['Date', httpDate(simulation.now())],
      ['Content-Length', String(text.length)],
      ['Content-Type', 'text/plain; charset=utf-8'],
    ],
    body: text,
  };
}
