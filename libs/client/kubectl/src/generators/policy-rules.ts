import type { ServedResource } from '@seatrial/apiserver';
import { compareStrings, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { CommandFailure, failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';

const RESOURCE_VERBS = new Set([
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
  'approve',
  'sign',
  'attest',
  '*',
]);

interface NamedResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

/** --verb: without repeats; `*` stands for all. */
export function verbsOf(k: Invocation): string[] {
  const verbs = [...new Set(k.flags.list('verb').map((verb) => verb.trim()))];
  return verbs.includes('*') ? ['*'] : verbs;
}

function parseResource(text: string): NamedResource {
  const [path, ...subresource] = text.split('/');
  const dot = path.indexOf('.');
  return {
    resource: dot < 0 ? path : path.slice(0, dot),
    group: dot < 0 ? '' : path.slice(dot + 1),
    subresource: subresource.join('/'),
  };
}

function* resolved(k: Invocation, named: NamedResource): Coroutine<ServedResource> {
  const api = yield* k.api();
  const mapping = api.restMapper().mappingFor(named.group === '' ? named.resource : `${named.resource}.${named.group}`);
  if (mapping) return mapping;
  const where = named.group === '' ? '' : ` in group "${named.group}"`;
  throw new CommandFailure([
    { type: 'text', text: `the server doesn't have a resource type "${named.resource}"${where}`, bare: true },
  ]);
}

/** Rules of `--verb`, `--resource` and `--resource-name`: one a group, groups in order (create_role.go). */
export function* resourceRules(k: Invocation): Coroutine<JsonObject[]> {
  const verbs = verbsOf(k);
  const names = [...new Set(k.flags.list('resource-name'))];
  const byGroup = new Map<string, string[]>();
  if (verbs.length === 0) failWith('at least one verb must be specified');
  const resources = k.flags.list('resource');
  if (resources.length === 0) failWith('at least one resource must be specified');
  const wildcard = resources.includes('*');
  for (const text of wildcard ? ['*'] : resources) {
    const named = parseResource(text);
    if (named.resource === '*' && resources.length > 1 && !wildcard)
      failWith("resource '*' can not be specified with other resources");
    const mapping = named.resource === '*' ? undefined : yield* resolved(k, named);
    const group = mapping?.group ?? (named.group || '*');
    const resource = mapping?.resource ?? '*';
    const list = byGroup.get(group) ?? [];
    list.push(named.subresource === '' ? resource : `${resource}/${named.subresource}`);
    byGroup.set(group, list);
  }
  for (const verb of verbs)
    if (!RESOURCE_VERBS.has(verb)) yield* k.err(`Warning: '${verb}' is not a standard resource verb\n`);
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
