import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';
import type { ObjectReader } from '../contract/store.js';
import { refusesEscalation } from './escalation.js';
import { authorize, forbiddenText } from './rbac.js';

const meta = (name: string, namespace?: string) => ({
  name,
  namespace,
  uid: '',
  resourceVersion: '',
  creationTimestamp: '',
});
const objects: Record<string, unknown[]> = {
  clusterroles: [
    { metadata: meta('view'), rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] }] },
  ],
  roles: [
    {
      metadata: meta('writer', 'shop'),
      rules: [{ verbs: ['create'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'] }],
    },
  ],
  clusterrolebindings: [
    {
      metadata: meta('ops'),
      subjects: [{ kind: 'Group', name: 'ops' }],
      roleRef: { kind: 'ClusterRole', name: 'view' },
    },
  ],
  rolebindings: [
    {
      metadata: meta('bots', 'shop'),
      subjects: [{ kind: 'ServiceAccount', name: 'bot', namespace: 'ci' }],
      roleRef: { kind: 'ClusterRole', name: 'view' },
    },
    {
      metadata: meta('w', 'shop'),
      subjects: [{ kind: 'User', name: 'carla' }],
      roleRef: { kind: 'Role', name: 'writer' },
    },
    {
      metadata: meta('lost', 'shop'),
      subjects: [{ kind: 'User', name: 'dan' }],
      roleRef: { kind: 'Role', name: 'gone' },
    },
  ],
};
const select = (type: ResourceType, namespace?: string) =>
  (objects[type.resource] as KubeObject[]).filter(
    (object) => namespace === undefined || object.metadata.namespace === namespace,
  );
const store = {
  list: select,
  get: (type: ResourceType, namespace: string | undefined, name: string) =>
    select(type, namespace).find((object) => object.metadata.name === name),
} as unknown as ObjectReader;
const user = (username: string, ...groups: string[]) => ({ username, groups: [...groups, 'system:authenticated'] });

describe('RBAC', () => {
  it.each([
    ['omar', ['ops'], undefined, 'list', 'pods', undefined, true],
    ['omar', ['ops'], 'shop', 'get', 'pods', 'log', true],
    ['omar', ['ops'], 'shop', 'get', 'pods', 'exec', false],
    ['omar', [], 'shop', 'list', 'pods', undefined, false],
    ['system:serviceaccount:ci:bot', [], 'shop', 'list', 'pods', undefined, true],
    ['system:serviceaccount:ci:bot', [], 'other', 'list', 'pods', undefined, false],
    ['root', ['system:masters'], 'x', 'delete', 'nodes', undefined, true],
  ])('%s %s in %s may %s %s/%s: %s', (name, groups, namespace, verb, resource, subresource, allowed) => {
    expect(authorize(store, user(name, ...groups), namespace, { verb, group: '', resource, subresource }).allowed).toBe(
      allowed,
    );
  });

  it('says why, with a binding that leads nowhere', () => {
    const action = { verb: 'list', group: '', resource: 'pods' };
    const { reason } = authorize(store, user('dan'), 'shop', action);
    expect(forbiddenText(user('dan'), 'shop', action, reason)).toBe(
      'User "dan" cannot list resource "pods" in API group "" in the namespace "shop": RBAC: role.rbac.authorization.k8s.io "gone" not found',
    );
  });

  it('lets nobody grant what they do not hold', () => {
    const write = (rules: object[]) => ({
      resource: 'roles' as const,
      namespace: 'shop',
      name: 'peek',
      object: { rules } as never,
      old: undefined,
    });
    const wanted = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] }];
    expect(refusesEscalation(store, user('carla'), write(wanted))).toBe(
      'user "carla" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
    );
    expect(
      refusesEscalation(
        store,
        user('carla'),
        write([{ verbs: ['create'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'] }]),
      ),
    ).toBeUndefined();
  });
});
