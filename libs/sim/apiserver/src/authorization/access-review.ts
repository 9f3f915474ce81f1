import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { UserInfo } from '../contract/request.js';
import type { ObjectReader } from '../contract/store.js';
import { urlAllowed } from './policy-rule.js';
import { decide } from './authorize.js';
import { isPrivileged, resolveRules } from './rbac.js';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `fieldSelector` of resource attributes: its text, as far as it has one. */
const selectorText = (selector: unknown): string | undefined =>
  isJsonObject(selector) ? text(selector.rawSelector) || undefined : undefined;

/** Status of a SubjectAccessReview or SelfSubjectAccessReview of this spec (authorization.k8s.io/v1). */
export function reviewAccess(store: ObjectReader, user: UserInfo, spec: JsonObject): JsonObject {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (isJsonObject(nonResourceAttributes)) {
    const { grants } = resolveRules(store, user, undefined);
    const [verb, path] = [text(nonResourceAttributes.verb), text(nonResourceAttributes.path)];
    const grant = grants.find(({ rule }) => urlAllowed(rule, verb, path));
    return { allowed: isPrivileged(user) || grant !== undefined, ...(grant && { reason: grant.source }) };
  }
  const attributes = isJsonObject(resourceAttributes) ? resourceAttributes : {};
  const { allowed, reason } = decide(store, user, {
    namespace: text(attributes.namespace) || undefined,
    fieldSelector: selectorText(attributes.fieldSelector),
    verb: text(attributes.verb),
    group: text(attributes.group),
    resource: text(attributes.resource),
    subresource: text(attributes.subresource) || undefined,
    name: text(attributes.name) || undefined,
  });
  return { allowed, ...(reason !== '' && { reason }) };
}

const list = (values: readonly string[] | undefined): string[] => [...(values ?? [])];

/** Status of a SelfSubjectRulesReview in a namespace: what `kubectl auth can-i --list` shows. */
export function reviewRules(store: ObjectReader, user: UserInfo, namespace: string): JsonObject {
  const { grants, errors } = resolveRules(store, user, namespace);
  const resourceRules: JsonObject[] = [];
  const nonResourceRules: JsonObject[] = [];
  if (isPrivileged(user)) {
    resourceRules.push({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] });
    nonResourceRules.push({ verbs: ['*'], nonResourceURLs: ['*'] });
  }
  for (const { rule } of grants) {
    if (rule.resources?.length) {
      const names = rule.resourceNames?.length ? { resourceNames: list(rule.resourceNames) } : {};
      resourceRules.push({
        verbs: list(rule.verbs),
        apiGroups: list(rule.apiGroups),
        resources: list(rule.resources),
        ...names,
      });
    }
    if (rule.nonResourceURLs?.length)
      nonResourceRules.push({ verbs: list(rule.verbs), nonResourceURLs: list(rule.nonResourceURLs) });
  }
  return {
    resourceRules,
    nonResourceRules,
    incomplete: errors.length > 0,
    ...(errors.length > 0 && { evaluationError: errors.join(', ') }),
  };
}
