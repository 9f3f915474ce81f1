import { compareStrings } from '@seatrial/kernel';

/** rbac.authorization.k8s.io/v1 PolicyRule. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What a request wants to do, as RBAC sees it. */
export interface ResourceAction {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
}

const includes = (list: readonly string[] | undefined, ...values: string[]): boolean =>
  list?.some((item) => values.includes(item)) ?? false;

export const quoted = (list: readonly string[]): string => `[${list.map((item) => JSON.stringify(item)).join(' ')}]`;

/** Whether one rule allows one action (pkg/apis/rbac/v1/evaluation_helpers.go). */
export function ruleAllows(rule: PolicyRule, action: ResourceAction): boolean {
  const combined = action.subresource ? `${action.resource}/${action.subresource}` : action.resource;
  const wildcards = action.subresource ? ['*', `*/${action.subresource}`] : ['*'];
  const names = rule.resourceNames ?? [];
  return (
    includes(rule.verbs, '*', action.verb) &&
    includes(rule.apiGroups, '*', action.group) &&
    includes(rule.resources, combined, ...wildcards) &&
    (names.length === 0 || names.includes(action.name ?? ''))
  );
}

/** Whether one rule allows a verb on a path that is no resource (NonResourceURLMatches). */
export function urlAllowed(rule: PolicyRule, verb: string, path: string): boolean {
  const urls = rule.nonResourceURLs ?? [];
  const verbs = rule.verbs.includes('*') || rule.verbs.includes(verb);
  return (
    verbs && urls.some((url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))))
  );
}

/** Splits a rule into rules of one verb on one thing each (BreakdownRule). */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const simple: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const base = { apiGroups: [group], resources: [resource], verbs: [verb] };
        const names = rule.resourceNames ?? [];
        if (names.length === 0) simple.push(base);
        for (const name of names) simple.push({ ...base, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) {
    for (const verb of rule.verbs) simple.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return simple;
}

const coversAll = (owner: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean =>
  includes(owner, '*') || (wanted ?? []).every((item) => includes(owner, item));

function coversResource(owner: readonly string[] | undefined, resource: string): boolean {
  const slash = resource.indexOf('/');
  return includes(owner, '*', resource, ...(slash < 0 ? [] : [`*${resource.slice(slash)}`]));
}

function coversUrl(owner: readonly string[] | undefined, url: string): boolean {
  return (owner ?? []).some((item) => item === url || (item.endsWith('*') && url.startsWith(item.replace(/\*+$/, ''))));
}

function ruleCovers(owner: PolicyRule, wanted: PolicyRule): boolean {
  const names = owner.resourceNames ?? [];
  const wantedNames = wanted.resourceNames ?? [];
  return (
    coversAll(owner.verbs, wanted.verbs) &&
    coversAll(owner.apiGroups, wanted.apiGroups) &&
    (wanted.resources ?? []).every((resource) => coversResource(owner.resources, resource)) &&
    (names.length === 0 || (wantedNames.length > 0 && wantedNames.every((name) => names.includes(name)))) &&
    (wanted.nonResourceURLs ?? []).every((url) => coversUrl(owner.nonResourceURLs, url))
  );
}

/** The parts of `wanted` that `owned` does not allow, one verb on one thing each (component-helpers validation.Covers). */
export function uncoveredRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((rule) => !owned.some((owner) => ruleCovers(owner, rule)));
}

/** Joins rules on the same single resource into one (CompactRules). */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const simple = new Map<string, PolicyRule>();
  const result: PolicyRule[] = [];
  for (const rule of rules) {
    const isSimple =
      !rule.resourceNames?.length &&
      !rule.nonResourceURLs?.length &&
      rule.resources?.length === 1 &&
      rule.apiGroups?.length === 1;
    if (!isSimple) {
      result.push(rule);
      continue;
    }
    const key = `${rule.apiGroups?.[0] ?? ''}/${rule.resources?.[0] ?? ''}`;
    const verbs = [...(simple.get(key)?.verbs ?? []), ...rule.verbs];
    simple.set(key, { ...rule, verbs });
  }
  return [...result, ...simple.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` (rbacv1helpers.CompactString). */
export function formatRule(rule: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = parts.flatMap(([name, list]) => (list?.length ? [`${name}:${quoted(list)}`] : []));
  return `{${shown.join(', ')}}`;
}

export const formatRules = (rules: readonly PolicyRule[]): string =>
  [...new Set(compactRules(rules).map(formatRule))].sort(compareStrings).join('\n');
