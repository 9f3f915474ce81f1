import type { ServedResource } from '@seatrial/apiserver';
import { compareStrings, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { CommandFailure, failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';

const RESOURCE_VERBS = new Set([
  '*',
  'get',
  'delete',
  'list',
  'create',
  'update',
  'patch',
  'watch',
  'proxy',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
]);

const RBAC_ROLES = ['roles.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io'];

/** Verbs that mean something for these resources only, which need not be served. */
const SPECIAL_VERBS: ReadonlyMap<string, readonly string[]> = new Map([
  ['use', ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions']],
  ['bind', RBAC_ROLES],
  ['escalate', RBAC_ROLES],
  ['impersonate', ['users.', 'serviceaccounts.', 'groups.', 'userextras.authentication.k8s.io']],
]);

interface NamedResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

/** --verb: without repeats; `*` stands for all. */
export function verbsOf(k: Invocation): string[] {
  const verbs = [...new Set(k.flags.list('verb'))];
  return verbs.includes('*') ? ['*'] : verbs;
}

function parseResource(text: string): NamedResource {
  const [, path, subresource = ''] = /^([^/]*)(?:\/(.*))?$/s.exec(text) ?? ['', text];
  const dot = path.indexOf('.');
  return {
    resource: dot < 0 ? path : path.slice(0, dot),
    group: dot < 0 ? '' : path.slice(dot + 1),
    subresource,
  };
}

/** The resources of --resource; a `*` alone stands for the others. */
function namedResources(k: Invocation): NamedResource[] {
  const texts = k.flags.list('resource');
  return (texts.includes('*') ? ['*'] : texts).map(parseResource);
}

/** A group may be cut short: `deployments.app` (DefaultRESTMapper.ResourcesFor). */
function* served(k: Invocation, { group, resource }: NamedResource): Coroutine<ServedResource | undefined> {
  if (resource === '*') return undefined;
  const api = yield* k.api();
  const mapping = api.restMapper().mappingFor(group === '' ? resource : `${resource}.${group}`);
  return mapping?.group.startsWith(group) ? mapping : undefined;
}

/** create_role.go validateResource. */
function* checkResources(
  k: Invocation,
  verbs: readonly string[],
  resources: readonly NamedResource[],
): Coroutine<void> {
  for (const named of resources) {
    if (named.resource === '') failWith('resource must be specified if apiGroup/subresource specified');
    if (named.resource === '*') return;
    const mapping = yield* served(k, named);
    const { resource, group } = mapping ?? named;
    let known = mapping !== undefined;
    for (const verb of verbs) {
      const special = SPECIAL_VERBS.get(verb);
      if (!special) continue;
      if (!special.includes(`${resource}.${group}`))
        failWith(`can not perform '${verb}' on '${resource}' in group '${group}'`);
      known = true;
    }
    if (known) continue;
    const where = group === '' ? '' : ` in group "${group}"`;
    const text = `the server doesn't have a resource type "${resource}"${where}`;
    throw new CommandFailure([{ type: 'text', text, bare: true }]);
  }
}

/** Rules of `--verb`, `--resource` and `--resource-name`: one a group, groups in order (create_role.go). */
export function* resourceRules(k: Invocation): Coroutine<JsonObject[]> {
  const verbs = verbsOf(k);
  const names = [...new Set(k.flags.list('resource-name'))];
  const byGroup = new Map<string, string[]>();
  if (verbs.length === 0) failWith('at least one verb must be specified');
  for (const verb of verbs)
    if (!RESOURCE_VERBS.has(verb)) yield* k.err(`Warning: '${verb}' is not a standard resource verb\n`);
  const resources = namedResources(k);
  if (resources.length === 0) failWith('at least one resource must be specified');
  yield* checkResources(k, verbs, resources);
  for (const named of resources) {
    const { resource, group } = (yield* served(k, named)) ?? named;
    const list = byGroup.get(group) ?? [];
    list.push(named.subresource === '' ? resource : `${resource}/${named.subresource}`);
    byGroup.set(group, list);
  }
  return [...byGroup]
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([group, list]) => ({
      verbs,
      apiGroups: [group],
      resources: [...new Set(list)],
      ...(names.length > 0 ? { resourceNames: names } : {}),
    }));
}

/** The subjects of `--user`, `--group` and `--serviceaccount`. */
export function subjectsOf(k: Invocation): JsonObject[] {
  const { flags } = k;
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    ...flags.list('user').map((name) => ({ kind: 'User', apiGroup, name })),
    ...flags.list('group').map((name) => ({ kind: 'Group', apiGroup, name })),
    ...flags.list('serviceaccount').map((account) => {
      const parts = account.split(':');
      if (parts.length !== 2 || parts[0] === '' || parts[1] === '')
        failWith('serviceaccount must be <namespace>:<name>');
      return { kind: 'ServiceAccount', name: parts[1], namespace: parts[0] };
    }),
  ];
}
