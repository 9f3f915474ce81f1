import type { Ingress } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { RE2JS } from 're2js';
import { readAnnotations, type NginxAnnotations } from './annotations.js';

type Backend = NonNullable<Ingress['spec']['defaultBackend']>;

/** One `location` of nginx, with where it leads. */
export interface NginxLocation {
  readonly path: string;
  readonly match: 'exact' | 'prefix' | 'regex';
  readonly pattern: RE2JS | undefined;
  readonly ingress: Ingress;
  readonly annotations: NginxAnnotations;
  readonly backend: Backend;
  /** Ingresses that take a part of its traffic. */
  readonly canaries: readonly { readonly backend: Backend; readonly annotations: NginxAnnotations }[];
}

/** One `server` of nginx: a host name, `_` for all others. */
export interface VirtualServer {
  readonly host: string;
  /** In the order in which nginx tries them. */
  readonly locations: readonly NginxLocation[];
  /** The Secret with its certificate, `namespace/name`; present when the host is listed under `tls`. */
  readonly tlsSecret: string | undefined;
}

export const CATCH_ALL = '_';

interface Rule {
  readonly path: string;
  readonly type: string;
  readonly ingress: Ingress;
  readonly annotations: NginxAnnotations;
  readonly backend: Backend;
}

const rewrites = ({ annotations, path }: Rule): boolean =>
  annotations.rewriteTarget !== undefined && annotations.rewriteTarget !== path;

function compile(path: string): RE2JS | undefined {
  try {
    return RE2JS.compile(`^${path}`, RE2JS.CASE_INSENSITIVE);
  } catch {
    return undefined;
  }
}

/** The locations of one path (controller/location.go): a prefix that ends without a slash gets an exact one beside it. */
function locationsOf(rule: Rule, regex: boolean, exactPaths: ReadonlySet<string>): NginxLocation[] {
  const { ingress, annotations, backend, path } = rule;
  const make = (match: NginxLocation['match'], at: string): NginxLocation => ({
    path: at,
    match,
    pattern: match === 'regex' ? compile(at) : undefined,
    ingress,
    annotations,
    backend,
    canaries: [],
  });
  if (regex) return [make('regex', path)];
  if (rule.type === 'Exact') return [make('exact', path)];
  if (path === '/' || rule.type !== 'Prefix') return [make('prefix', path)];
  const directory = path.endsWith('/') ? path : `${path}/`;
  const bare = directory.slice(0, -1);
  return exactPaths.has(path) ? [make('prefix', directory)] : [make('prefix', directory), make('exact', bare)];
}

function rulesOf(ingress: Ingress): { readonly host: string; readonly rule: Rule }[] {
  const annotations = readAnnotations(ingress);
  const found: { host: string; rule: Rule }[] = [];
  for (const { host, http } of ingress.spec.rules ?? [])
    for (const { path, pathType, backend } of http?.paths ?? [])
      found.push({
        host: host || CATCH_ALL,
        rule: { path: path || '/', type: pathType ?? 'ImplementationSpecific', ingress, annotations, backend },
      });
  const { defaultBackend } = ingress.spec;
  if (defaultBackend) {
    const hosts = new Set((ingress.spec.rules ?? []).map(({ host }) => host || CATCH_ALL));
    const fallback: Rule = { path: '/', type: 'Prefix', ingress, annotations, backend: defaultBackend };
    for (const host of hosts.size === 0 ? [CATCH_ALL] : hosts) found.push({ host, rule: fallback });
  }
  return found;
}

function withCanaries(locations: NginxLocation[], canaries: readonly Rule[]): NginxLocation[] {
  return locations.map((location) => {
    const own = canaries.filter(
      ({ path, ingress }) =>
        (location.path === path || location.path === `${path}/`) &&
        ingress.metadata.namespace === location.ingress.metadata.namespace,
    );
    return own.length === 0 ? location : { ...location, canaries: own };
  });
}

function serverOf(host: string, rules: readonly Rule[], tlsSecret: string | undefined): VirtualServer {
  const main: Rule[] = [];
  const seen = new Set<string>();
  // The first Ingress that has a path of a host keeps it.
  for (const rule of rules) {
    const key = `${rule.type}${rule.path}`;
    if (rule.annotations.canary || seen.has(key)) continue;
    seen.add(key);
    main.push(rule);
  }
  const regex = main.some((rule) => rule.annotations.useRegex || rewrites(rule));
  const exactPaths = new Set(main.filter(({ type }) => type === 'Exact').map(({ path }) => path));
  const locations = main.flatMap((rule) => locationsOf(rule, regex, exactPaths));
  locations.sort((a, b) => b.path.length - a.path.length || compareStrings(b.path, a.path));
  const canaries = rules.filter(({ annotations }) => annotations.canary);
  return { host, locations: withCanaries(locations, canaries), tlsSecret };
}

/** The servers that ingress-nginx configures for Ingresses; older Ingresses come first (controller.go getBackendServers). */
export function virtualServers(ingresses: readonly Ingress[]): ReadonlyMap<string, VirtualServer> {
  const ordered = [...ingresses].sort(
    (a, b) =>
      compareStrings(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
      compareStrings(
        `${a.metadata.namespace ?? ''}/${a.metadata.name}`,
        `${b.metadata.namespace ?? ''}/${b.metadata.name}`,
      ),
  );
  const rules = new Map<string, Rule[]>();
  const secrets = new Map<string, string>();
  for (const ingress of ordered) {
    for (const { host, rule } of rulesOf(ingress)) rules.set(host, [...(rules.get(host) ?? []), rule]);
    for (const { hosts, secretName } of ingress.spec.tls ?? [])
      for (const host of hosts ?? [])
        if (!secrets.has(host)) secrets.set(host, `${ingress.metadata.namespace ?? ''}/${secretName ?? ''}`);
  }
  return new Map([...rules].map(([host, own]) => [host, serverOf(host, own, secrets.get(host))]));
}

/** The server for a request's host: by name, by wildcard, else the one for all others. */
export function serverFor(servers: ReadonlyMap<string, VirtualServer>, host: string): VirtualServer | undefined {
  const dot = host.indexOf('.');
  return servers.get(host) ?? (dot > 0 ? servers.get(`*${host.slice(dot)}`) : undefined) ?? servers.get(CATCH_ALL);
}

/** The location for a path, as nginx chooses: the exact one, the first pattern, else the longest prefix. */
export function locationFor(server: VirtualServer, path: string): NginxLocation | undefined {
  const exact = server.locations.find((location) => location.match === 'exact' && location.path === path);
  if (exact) return exact;
  return server.locations.find(({ match, pattern, path: prefix }) =>
    match === 'regex' ? pattern?.matcher(path).find() === true : match === 'prefix' && path.startsWith(prefix),
  );
}
