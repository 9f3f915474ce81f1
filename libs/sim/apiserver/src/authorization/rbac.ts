import { Attached } from '@seatrial/kernel';
import type { UserInfo } from '../contract/request.js';
import { CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS, ROLES, ROLE_BINDINGS } from '../contract/resource.js';
import type { ObjectReader } from '../contract/store.js';
import {
  formatRules,
  quoted,
  ruleAllows,
  uncoveredRules,
  type PolicyRule,
  type ResourceAction,
} from './policy-rule.js';

/** One grant: a rule and the binding that gives it. */
interface Grant {
  readonly rule: PolicyRule;
  readonly source: string;
}

/** What a user may do in a namespace (or in the cluster), and which bindings lead nowhere. */
export interface ResolvedRules {
  readonly grants: readonly Grant[];
  /** `clusterrole.rbac.authorization.k8s.io "x" not found` and the like. */
  readonly errors: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface RoleReference {
  readonly kind: string;
  readonly name: string;
}

/** Users in this group pass every check. */
const PRIVILEGED_GROUP = 'system:masters';

export const isPrivileged = (user: UserInfo): boolean => user.groups.includes(PRIVILEGED_GROUP);

/** Which subject of a binding is this user; undefined when none is. */
export function matchingSubject(
  subjects: readonly Subject[] | undefined,
  user: UserInfo,
  bindingNamespace: string,
): Subject | undefined {
  return subjects?.find((subject) => {
    if (subject.kind === 'User') return subject.name === user.username;
    if (subject.kind === 'Group') return user.groups.includes(subject.name);
    const namespace = subject.namespace ?? bindingNamespace;
    return user.username === `system:serviceaccount:${namespace}:${subject.name}`;
  });
}

/** The rules of a role, or why it has none. */
export function rulesOfRole(
  store: ObjectReader,
  reference: RoleReference,
  namespace: string | undefined,
): readonly PolicyRule[] | string {
  if (reference.kind === 'ClusterRole') {
    const role = store.get(CLUSTER_ROLES, undefined, reference.name);
    return role ? (role.rules ?? []) : `clusterrole.rbac.authorization.k8s.io "${reference.name}" not found`;
  }
  const role = store.get(ROLES, namespace, reference.name);
  return role ? (role.rules ?? []) : `role.rbac.authorization.k8s.io "${reference.name}" not found`;
}

const subjectText = ({ kind, name, namespace }: Subject): string =>
  kind === 'ServiceAccount' ? `ServiceAccount "${name}/${namespace ?? ''}"` : `${kind} "${name}"`;

/** What a resolution was read from: lists stay the same until something in them changes. */
interface Resolution {
  readonly sources: readonly unknown[];
  readonly rules: ResolvedRules;
}

const resolutions = new Attached<ObjectReader, Map<string, Resolution>>();
const KEPT_RESOLUTIONS = 200;

/** Every rule that applies to a user, from cluster role bindings first (plugin/pkg/auth/authorizer/rbac VisitRulesFor). */
export function resolveRules(store: ObjectReader, user: UserInfo, namespace: string | undefined): ResolvedRules {
  let known = resolutions.get(store);
  if (!known) resolutions.set(store, (known = new Map<string, Resolution>()));
  let key = `${namespace ?? ''}\n${user.username}`;
  for (const group of user.groups) key += `\n${group}`;
  const sources: readonly unknown[] = [
    store.list(CLUSTER_ROLES),
    store.list(CLUSTER_ROLE_BINDINGS),
    store.list(ROLES),
    store.list(ROLE_BINDINGS),
  ];
  const found = known.get(key);
  if (found?.sources.every((source, index) => source === sources[index])) return found.rules;
  const rules = readRules(store, user, namespace);
  if (known.size >= KEPT_RESOLUTIONS) known.clear();
  known.set(key, { sources, rules });
  return rules;
}

function readRules(store: ObjectReader, user: UserInfo, namespace: string | undefined): ResolvedRules {
  const grants: Grant[] = [];
  const errors: string[] = [];
  const visit = (
    kind: string,
    name: string,
    subjects: readonly Subject[] | undefined,
    role: RoleReference,
    where: string | undefined,
  ): void => {
    const subject = matchingSubject(subjects, user, where ?? '');
    if (!subject) return;
    const rules = rulesOfRole(store, role, where);
    if (typeof rules === 'string') {
      errors.push(rules);
      return;
    }
    const binding = where === undefined ? `"${name}"` : `"${name}/${where}"`;
    const source = `RBAC: allowed by ${kind} ${binding} of ${role.kind} "${role.name}" to ${subjectText(subject)}`;
    for (const rule of rules) grants.push({ rule, source });
  };
  for (const { metadata, subjects, roleRef } of store.list(CLUSTER_ROLE_BINDINGS)) {
    visit('ClusterRoleBinding', metadata.name, subjects, roleRef, undefined);
  }
  if (namespace !== undefined && namespace !== '') {
    for (const { metadata, subjects, roleRef } of store.list(ROLE_BINDINGS, namespace)) {
      visit('RoleBinding', metadata.name, subjects, roleRef, namespace);
    }
  }
  return { grants, errors };
}

/** Whether RBAC allows an action, and why (as SubjectAccessReview's status words it). */
export function authorize(
  store: ObjectReader,
  user: UserInfo,
  namespace: string | undefined,
  action: ResourceAction,
): { readonly allowed: boolean; readonly reason: string } {
  if (isPrivileged(user)) return { allowed: true, reason: '' };
  const { grants, errors } = resolveRules(store, user, namespace);
  const grant = grants.find(({ rule }) => ruleAllows(rule, action));
  if (grant) return { allowed: true, reason: grant.source };
  return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${errorList(errors)}` };
}

const errorList = (errors: readonly string[]): string => (errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`);

/** What stands after `is forbidden: ` (apiserver endpoints/handlers/responsewriters forbiddenMessage). */
export function forbiddenText(
  user: UserInfo,
  namespace: string | undefined,
  action: ResourceAction,
  reason: string,
): string {
  const resource = action.subresource ? `${action.resource}/${action.subresource}` : action.resource;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const text = `User "${user.username}" cannot ${action.verb} resource "${resource}" in API group "${action.group}" ${where}`;
  return reason === '' ? text : `${text}: ${reason}`;
}

/**
 * Nobody may grant what they do not hold (pkg/registry/rbac/escalation_check.go, validation/rule.go). The text for the
 * Forbidden status, or undefined when the user holds every rule.
 */
export function escalationText(
  store: ObjectReader,
  user: UserInfo,
  namespace: string | undefined,
  rules: readonly PolicyRule[],
): string | undefined {
  if (isPrivileged(user)) return undefined;
  const resolved = resolveRules(store, user, namespace);
  const missing = uncoveredRules(
    resolved.grants.map(({ rule }) => rule),
    rules,
  );
  if (missing.length === 0) return undefined;
  const errors = resolved.errors.length === 0 ? '' : `; resolution errors: [${resolved.errors.join(', ')}]`;
  return `user "${user.username}" (groups=${quoted(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${formatRules(missing)}${errors}`;
}
