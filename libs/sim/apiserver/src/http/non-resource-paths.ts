import { urlAllowed } from '../authorization/policy-rule.js';
import { isPrivileged, resolveRules } from '../authorization/rbac.js';
import type { ApiServer } from '../contract/api-server.js';
import type { UserInfo } from '../contract/request.js';

/** Whether RBAC lets a user ask for a path that is no resource. */
export function mayAccessPath(apiServer: ApiServer, user: UserInfo, verb: string, path: string): boolean {
  return (
    isPrivileged(user) ||
    resolveRules(apiServer.store, user, undefined).grants.some(({ rule }) => urlAllowed(rule, verb, path))
  );
}

const HEALTH_PATHS = new Set(['/healthz', '/livez', '/readyz', '/healthz/ping', '/livez/ping', '/readyz/ping']);

/** The answer of an informational path as text (`ok`) or JSON, or undefined when the server has none. */
export function informationalPath(apiServer: ApiServer, version: string, path: string): string | object | undefined {
  if (HEALTH_PATHS.has(path)) return 'ok';
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
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/') {
    const versions = apiServer
      .resources()
      .map(({ group, version: served }) => (group === '' ? '/api/v1' : `/apis/${group}/${served}`));
    const paths = [
      '/api',
      '/apis',
      ...versions,
      ...groups.map((group) => `/apis/${group}`),
      ...HEALTH_PATHS,
      '/metrics',
      '/openapi/v2',
      '/openapi/v3',
      '/version',
    ];
    return { paths: [...new Set(paths)].sort() };
  }
  return groupDiscovery(apiServer, groups, path);
}

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
    apiVersion: 'v1',
    groupVersion: first === 'api' ? group : `${group}/${version}`,
    resources: served.map(({ resource, singular, namespaced, kind, verbs, shortNames, categories }) => ({
      name: resource,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    })),
  };
}
