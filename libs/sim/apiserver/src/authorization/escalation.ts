import { jsonEqual, type JsonObject } from '@seatrial/kernel';
import type { UserInfo } from '../contract/request.js';
import { goQuote } from '@seatrial/schema';
import { failure } from '../status/status-errors.js';
import type { Status } from '../contract/status.js';
import type { ObjectReader } from '../contract/store.js';
import type { PolicyRule } from './policy-rule.js';
import { authorize, escalationText, rulesOfRole } from './rbac.js';

const GROUP = 'rbac.authorization.k8s.io';

/** A Role, ClusterRole or one of their bindings on its way into the store. */
export interface RbacWrite {
  readonly resource: 'roles' | 'clusterroles' | 'rolebindings' | 'clusterrolebindings';
  readonly namespace: string | undefined;
  readonly name: string;
  readonly object: JsonObject;
  readonly old: JsonObject | undefined;
}

/**
 * Why a write of an RBAC object would give away more than the user holds; undefined when it may pass
 * (pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go).
 */
export function refusesEscalation(store: ObjectReader, user: UserInfo, write: RbacWrite): Status | string | undefined {
  const { resource, object, old } = write;
  if (user.groups.includes('system:masters')) return undefined;
  if (resource === 'roles' || resource === 'clusterroles') {
    if (old && jsonEqual(old.rules ?? [], object.rules ?? []) && jsonEqual(old.aggregationRule, object.aggregationRule))
      return undefined;
    if (authorize(store, user, write.namespace, { verb: 'escalate', group: GROUP, resource, name: write.name }).allowed)
      return undefined;
    return escalationText(store, user, write.namespace, (object.rules ?? []) as unknown as PolicyRule[]);
  }
  if (old && jsonEqual(old.roleRef, object.roleRef) && jsonEqual(old.subjects ?? [], object.subjects ?? []))
    return undefined;
  const { kind, name } = object.roleRef as { kind: string; name: string };
  if (kind !== 'ClusterRole' && kind !== 'Role')
    return failure(500, undefined, `unsupported role reference kind: ${goQuote(kind)}`);
  const bound = kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (authorize(store, user, write.namespace, { verb: 'bind', group: GROUP, resource: bound, name }).allowed)
    return undefined;
  const rules = rulesOfRole(store, { kind, name }, write.namespace);
  if (typeof rules === 'string') return failure(404, 'NotFound', rules.replace(/^(cluster)?role\./, '$1roles.'));
  return escalationText(store, user, write.namespace, rules);
}
