import { compareStrings, encodeBase64Bytes, sha256Hex } from '@seatrial/kernel';
import { urlAllowed } from '../authorization/policy-rule.js';
import { isPrivileged, resolveRules } from '../authorization/rbac.js';
import type { ApiServer, ServedResource } from '../contract/api-server.js';
import type { Endpoints } from '../contract/object.js';
import type { UserInfo } from '../contract/request.js';
import { ENDPOINTS } from '../contract/resource.js';
import { healthAnswer, healthPaths } from './health-checks.js';

/** Whether RBAC lets a user ask for a path that is no resource. */
export function mayAccessPath(apiServer: ApiServer, user: UserInfo, verb: string, path: string): boolean {
  return (
    isPrivileged(user) ||
    resolveRules(apiServer.store, user, undefined).grants.some(({ rule }) => urlAllowed(rule, verb, path))
  );
}

/** The answer of an informational path as text (`ok`) or JSON, or undefined when the server has none. */
export function informationalPath(
  apiServer: ApiServer,
  version: string,
  path: string,
  query = '',
): string | object | undefined {
  const health = healthAnswer(path, query);
  if (health !== undefined) return health;
  const [major, minor] = version.replace(/^v/, '').split('.');
  if (path === '/version' || path === '/version/') {
    return {
      major,
      minor,
      emulationMajor: major,
      emulationMinor: minor,
      minCompatibilityMajor: major,
      minCompatibilityMinor: String(Number(minor) - 1),
      gitVersion: version,
      gitCommit: '$Format:%H$',
      gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: 'go1.26.8',
      compiler: 'gc',
      platform: 'linux/amd64',
    };
  }
  const groups = [...new Set(apiServer.resources().map(({ group }) => group))].filter((group) => group !== '');
  if (path === '/api' || path === '/api/')
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: serverAddress(apiServer) }],
    };
  if (path === '/') {
    const versions = apiServer
      .resources()
      .map(({ group, version: served }) => (group === '' ? '/api/v1' : `/apis/${group}/${served}`));
    const paths = [...ROOT_PATHS, ...versions, ...groups.map((group) => `/apis/${group}`), ...healthPaths()];
    return { paths: [...new Set(paths)].sort() };
  }
  if (path === '/openapi/v3') return openApiPaths(apiServer, groups);
  if (path === '/.well-known/openid-configuration')
    return {
      issuer: 'https://kubernetes.default.svc.cluster.local',
      jwks_uri: `https://${serverAddress(apiServer)}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  return groupDiscovery(apiServer, groups, path);
}

const ROOT_PATHS: readonly string[] = [
  '/.well-known/openid-configuration',
  '/api',
  '/apis',
  '/apis/',
  '/metrics',
  '/metrics/slis',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/',
  '/openid/v1/jwks',
  '/version',
];

/** Where clients reach the server: the endpoint of the Service `kubernetes`. */
function serverAddress({ store }: ApiServer): string {
  const endpoints = store.get<Endpoints>(ENDPOINTS, 'default', 'kubernetes');
  const [subset] = endpoints?.subsets ?? [];
  return subset ? `${subset.addresses?.[0]?.ip ?? ''}:${subset.ports?.[0]?.port ?? 6443}` : '';
}

/** The index of OpenAPI v3: a document for each group and each version. */
function openApiPaths(apiServer: ApiServer, groups: readonly string[]): object {
  const documents = [
    '.well-known/openid-configuration',
    'api',
    'api/v1',
    'apis',
    ...groups.map((group) => `apis/${group}`),
    ...apiServer.resources().flatMap(({ group, version }) => (group === '' ? [] : [`apis/${group}/${version}`])),
    'openid/v1/jwks',
    'version',
  ];
  const paths = [...new Set(documents)].sort().map((name): [string, object] => {
    const hash = (sha256Hex(name) + sha256Hex(`${name}/`)).toUpperCase();
    return [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(paths) };
}

/** A resource and its subresources as an APIResourceList has them. */
function listedResource(apiServer: ApiServer, resource: ServedResource): object[] {
  const { group, version, resource: name, singular, namespaced, kind, verbs, shortNames, categories } = resource;
  const stored = apiServer.resourceType(group, name, version);
  const type = stored && [stored.group, stored.version, stored.kind].join('/');
  const own = {
    name,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...verbs].sort(),
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(type !== undefined && verbs.includes('watch') && { storageVersionHash: storageVersionHash(type) }),
  };
  const parts = (resource.parts ?? []).map((each) => ({
    name: `${name}/${each.name}`,
    singularName: '',
    namespaced,
    ...((each.group !== group || each.version !== version) && { group: each.group, version: each.version }),
    kind: each.kind,
    verbs: [...each.verbs].sort(),
  }));
  return [own, ...parts.sort((a, b) => compareStrings(a.name, b.name))];
}

/** discovery.StorageVersionHash. */
const storageVersionHash = (type: string): string =>
  encodeBase64Bytes(Uint8Array.from({ length: 8 }, (_, i) => parseInt(sha256Hex(type).slice(2 * i, 2 * i + 2), 16)));

function groupDiscovery(apiServer: ApiServer, groups: readonly string[], path: string): object | undefined {
  const versionsOf = (group: string): { groupVersion: string; version: string }[] =>
    [
      ...new Set(
        apiServer
          .resources()
          .filter((resource) => resource.group === group)
          .map(({ version }) => version),
      ),
    ].map((version) => ({ groupVersion: `${group}/${version}`, version }));
  const describeGroup = (group: string): object => {
    const suspended = apiServer.aggregation.suspendedVersions(group);
    const versions = [
      ...versionsOf(group),
      ...suspended.map((version) => ({ groupVersion: `${group}/${version}`, version })),
    ];
    return { name: group, versions, preferredVersion: versions[0] };
  };
  const [first, group, version] = path.split('/').filter((part) => part !== '');
  if (first === 'apis' && group === undefined)
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(describeGroup) };
  const known = groups.includes(group) || apiServer.aggregation.suspendedVersions(group).length > 0;
  if (first === 'apis' && version === undefined && known) {
    return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) };
  }
  const served = apiServer
    .resources()
    .filter((resource) =>
      first === 'api'
        ? resource.group === '' && resource.version === group
        : resource.group === group && resource.version === version,
    );
  if (served.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    // The core group's document is older than this member.
    ...(first === 'apis' && { apiVersion: 'v1' }),
    groupVersion: first === 'api' ? group : `${group}/${version}`,
    resources: [...served]
      .sort((a, b) => compareStrings(a.resource, b.resource))
      .flatMap((resource) => listedResource(apiServer, resource)),
  };
}
