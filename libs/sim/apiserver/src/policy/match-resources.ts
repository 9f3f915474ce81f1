import { labelSelectorMatches, type LabelSelectorObject } from '@seatrial/schema';
import type { AdmissionAttributes } from '../admission/admission.js';
import type { KubeObject } from '../contract/object.js';
import type { RestResource } from '../registry/rest-resource.js';
import { asText, type Draft, type RequestScope } from '../request/request-scope.js';
import { scaleOf } from '../subresource/scale-object.js';
import { NAMESPACES } from '../contract/resource.js';

/** admissionregistration.k8s.io/v1 NamedRuleWithOperations, or a webhook's rule. */
export interface ResourceRule {
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly operations?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly scope?: string;
}

/** admissionregistration.k8s.io/v1 MatchResources. */
export interface MatchResources {
  readonly namespaceSelector?: LabelSelectorObject;
  readonly objectSelector?: LabelSelectorObject;
  readonly resourceRules?: readonly ResourceRule[];
  readonly excludeResourceRules?: readonly ResourceRule[];
  readonly matchPolicy?: string;
}

const includes = (values: readonly string[] | undefined, value: string): boolean =>
  (values ?? []).some((one) => one === '*' || one === value);

function resourceMatches(rule: ResourceRule, resource: string, subresource: string): boolean {
  return (rule.resources ?? []).some((one) => {
    const [name, sub = ''] = one.split('/');
    if (one === '*' || one === '*/*') return one === '*/*' || subresource === '';
    return (name === '*' || name === resource) && (sub === '*' || sub === subresource);
  });
}

/** Whether a rule names this request, seen as one of a version of the resource (predicates/rules.Matcher). */
export function ruleMatches(
  rule: ResourceRule,
  { scope, operation, object, old }: AdmissionAttributes,
  { api }: RestResource = scope.rest,
): boolean {
  const named = rule.resourceNames ?? [];
  const name = scope.name || asText(object?.metadata.name ?? old?.metadata.name);
  return (
    includes(rule.operations, operation) &&
    includes(rule.apiGroups, api.group) &&
    includes(rule.apiVersions, api.version) &&
    resourceMatches(rule, api.resource, scope.subresource ?? '') &&
    (named.length === 0 || named.includes(name)) &&
    (rule.scope === undefined || rule.scope === '*' || (rule.scope === 'Namespaced') === api.namespaced)
  );
}

/** The other served versions of a request's resource (runtime.EquivalentResourceMapper). */
export function equivalentResources({ rest, server }: RequestScope): readonly RestResource[] {
  const { registry } = server;
  return registry
    .served()
    .filter(
      ({ group, version, resource }) =>
        resource === rest.api.resource &&
        version !== rest.api.version &&
        registry.resolve(group, version, resource)?.type === rest.type,
    )
    .flatMap(({ group, version, resource }) => registry.resolve(group, version, resource) ?? []);
}

/** Whether rules choose a request as it is or, unless they must match exactly, in an equivalent version. */
function rulesMatch(rules: readonly ResourceRule[], attributes: AdmissionAttributes, equivalent: boolean): boolean {
  if (rules.some((rule) => ruleMatches(rule, attributes))) return true;
  return (
    equivalent &&
    rules.length > 0 &&
    equivalentResources(attributes.scope).some((other) => rules.some((rule) => ruleMatches(rule, attributes, other)))
  );
}

const isEmpty = (selector: LabelSelectorObject | undefined): boolean =>
  !selector || (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0);

/** The namespace that a request is about: its own for a Namespace. */
export function requestNamespace({ scope, object, old }: AdmissionAttributes): KubeObject | undefined {
  const { api } = scope.rest;
  if (api.group === '' && api.resource === 'namespaces') return (object ?? old) as unknown as KubeObject | undefined;
  return scope.namespace === undefined ? undefined : scope.server.store.get(NAMESPACES, undefined, scope.namespace);
}

/** What a request writes as admission sees it: where it scales something, a Scale. */
export function admitted({ scope }: AdmissionAttributes, object: Draft | KubeObject | undefined): unknown {
  return object && scope.subresource === 'scale' ? scaleOf(scope, object as KubeObject) : object;
}

/** Whether the selectors let the request in (predicates/namespace, predicates/object). */
export function selectorsMatch(match: MatchResources, attributes: AdmissionAttributes): boolean {
  if (!isEmpty(match.namespaceSelector)) {
    const namespace = requestNamespace(attributes);
    if (namespace && !labelSelectorMatches(match.namespaceSelector, namespace.metadata.labels ?? {})) return false;
    if (!namespace && attributes.scope.rest.api.namespaced) return false;
  }
  if (isEmpty(match.objectSelector)) return true;
  return [admitted(attributes, attributes.object), admitted(attributes, attributes.old)].some(
    (object) =>
      object !== undefined &&
      labelSelectorMatches(match.objectSelector, (object as unknown as KubeObject).metadata.labels ?? {}),
  );
}

/** Whether match constraints choose a request; without resource rules any resource does. */
export function matchesRequest(match: MatchResources | undefined, attributes: AdmissionAttributes): boolean {
  if (!match) return true;
  if (!selectorsMatch(match, attributes)) return false;
  const equivalent = match.matchPolicy !== 'Exact';
  if (rulesMatch(match.excludeResourceRules ?? [], attributes, equivalent)) return false;
  const rules = match.resourceRules ?? [];
  return rules.length === 0 || rulesMatch(rules, attributes, equivalent);
}
