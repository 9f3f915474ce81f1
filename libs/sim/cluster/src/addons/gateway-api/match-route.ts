import type { ObjectReader } from '@seatrial/apiserver';
import type { HttpRequest } from '@seatrial/kernel';
import { RE2JS } from 're2js';
import { allowsRoute, hostnameMatches, refersTo, selectedListeners, sharedHostnames } from './attachment.js';
import {
  HTTP_ROUTES,
  type Gateway,
  type HttpRoute,
  type RouteMatch,
  type RouteRule,
  type ValueMatch,
} from './gateway-types.js';

/** The rule that answers a request, with the match that chose it. */
export interface MatchedRule {
  readonly route: HttpRoute;
  readonly rule: RouteRule;
  readonly match: RouteMatch;
}

interface Candidate extends MatchedRule {
  readonly hostname: string;
  readonly order: readonly number[];
}

function fullMatch(pattern: string, value: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(value).matches();
  } catch {
    return false;
  }
}

const valueMatches = ({ type = 'Exact', value }: ValueMatch, actual: string | undefined): boolean =>
  actual !== undefined && (type === 'RegularExpression' ? fullMatch(value, actual) : value === actual);

function pathMatches(match: RouteMatch, path: string): boolean {
  const { type = 'PathPrefix', value = '/' } = match.path ?? {};
  if (type === 'Exact') return path === value;
  if (type === 'RegularExpression') return fullMatch(value, path);
  const prefix = value.replace(/\/$/, '');
  return prefix === '' || path === prefix || path.startsWith(`${prefix}/`);
}

function matches(match: RouteMatch, request: HttpRequest): boolean {
  const [path, query = ''] = request.path.split('?');
  if (!pathMatches(match, path)) return false;
  if (match.method !== undefined && match.method !== request.method) return false;
  if (!(match.headers ?? []).every((each) => valueMatches(each, request.headers.get(each.name.toLowerCase()))))
    return false;
  const parameters = new Map(
    query.split('&').map((pair): [string, string] => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]),
  );
  return (match.queryParams ?? []).every((each) => valueMatches(each, parameters.get(each.name)));
}

const PATH_RANK: Readonly<Record<string, number>> = { Exact: 3, RegularExpression: 2, PathPrefix: 1 };

/** What comes first among matches (HTTPRouteRule's precedence): exact paths, longer ones, methods, headers, parameters. */
function orderOf({ path, method, headers = [], queryParams = [] }: RouteMatch): number[] {
  return [
    PATH_RANK[path?.type ?? 'PathPrefix'] ?? 0,
    (path?.value ?? '/').length,
    method === undefined ? 0 : 1,
    headers.length,
    queryParams.length,
  ];
}

function compareOrder(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return b[i] - a[i];
  return 0;
}

/** Exact names come before wildcards, longer wildcards before shorter ones. */
const specificity = (hostname: string): number =>
  hostname === '*' ? 0 : hostname.startsWith('*.') ? hostname.length : 1000 + hostname.length;

const age = ({ metadata }: HttpRoute): string =>
  `${metadata.creationTimestamp}/${metadata.namespace ?? ''}/${metadata.name}`;

/** The rule for a request that came to a port of a gateway; undefined when none matches. */
export function matchRoute(
  store: ObjectReader,
  gateway: Gateway,
  port: number,
  request: HttpRequest,
): MatchedRule | undefined {
  const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const candidates: Candidate[] = [];
  const routes = [...store.list(HTTP_ROUTES)].sort((a, b) => (age(a) < age(b) ? -1 : 1));
  for (const route of routes)
    for (const reference of route.spec.parentRefs ?? []) {
      if (!refersTo(route, reference, gateway)) continue;
      for (const listener of selectedListeners(gateway, reference)) {
        if (listener.port !== port || !allowsRoute(store, gateway, listener, route)) continue;
        const hostname = sharedHostnames(listener, route)
          .filter((each) => hostnameMatches(each, host))
          .sort((a, b) => specificity(b) - specificity(a))
          .at(0);
        if (hostname === undefined) continue;
        for (const rule of route.spec.rules ?? [])
          for (const match of rule.matches?.length ? rule.matches : [{}])
            candidates.push({ route, rule, match, hostname, order: orderOf(match) });
      }
    }
  const best = Math.max(...candidates.map(({ hostname }) => specificity(hostname)));
  return candidates
    .filter(({ hostname, match }) => specificity(hostname) === best && matches(match, request))
    .sort((a, b) => compareOrder(a.order, b.order))
    .at(0);
}
