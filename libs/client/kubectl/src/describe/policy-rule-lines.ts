import { compareStrings } from '@seatrial/kernel';
import type { PolicyRule } from 'kubernetes-types/rbac/v1.js';
import type { ClusterRole, Role } from '@seatrial/apiserver';
import { goList, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** One resource, or one URL outside of resources, with all that may be done to it. */
interface CompactRule {
  readonly verbs: string[];
  readonly group?: string;
  readonly resource?: string;
  readonly resourceName?: string;
  readonly url?: string;
}

/** Rules taken apart by resource and put together by verb (kubectl's util/rbac), in its order. */
function compactRules(rules: readonly PolicyRule[]): CompactRule[] {
  const urls: CompactRule[] = [];
  const resources = new Map<string, CompactRule>();
  for (const rule of rules) {
    for (const group of rule.apiGroups ?? [])
      for (const resource of rule.resources ?? [])
        for (const verb of rule.verbs)
          for (const resourceName of rule.resourceNames && rule.resourceNames.length > 0
            ? rule.resourceNames
            : [undefined]) {
            const key = JSON.stringify([group, resource, resourceName]);
            const present = resources.get(key);
            if (!present)
              resources.set(key, {
                verbs: [verb],
                group,
                resource,
                ...(resourceName !== undefined && { resourceName }),
              });
            else if (!present.verbs.includes(verb)) present.verbs.push(verb);
          }
    for (const url of rule.nonResourceURLs ?? []) for (const verb of rule.verbs) urls.push({ verbs: [verb], url });
  }
  return [...urls, ...resources.values()].sort((a, b) => compareStrings(sortKey(a), sortKey(b)));
}

const one = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

/** The text that Go's generated String() gives, by which rules are sorted. */
const sortKey = ({ verbs, group, resource, resourceName, url }: CompactRule): string =>
  `&PolicyRule{Verbs:${goList(verbs)},APIGroups:${goList(one(group))},Resources:${goList(one(resource))},` +
  `ResourceNames:${goList(one(resourceName))},NonResourceURLs:${goList(one(url))},}`;

function resourceText({ group, resource }: CompactRule): string {
  if (resource === undefined) return '';
  const slash = resource.indexOf('/');
  const [name, subresource] = slash < 0 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash)];
  return `${name}${group ? `.${group}` : ''}${subresource}`;
}

/** The rules' cells: resource, URLs, resource names and verbs. */
export const policyRuleCells = (rules: readonly PolicyRule[]): readonly (readonly string[])[] =>
  compactRules(rules).map((rule) => [
    resourceText(rule),
    goList(one(rule.url)),
    goList(one(rule.resourceName)),
    goList(rule.verbs),
  ]);

/** A Role or ClusterRole as described: its rules. */
export function describeRole(role: Role | ClusterRole): string {
  const w = new DescriptionWriter();
  writeName(w, role, false);
  writeLabelsAndAnnotations(w, role);
  writePolicyRules(w, role.rules);
  return w.text();
}

/** The table of a role's rules. */
export function writePolicyRules(w: DescriptionWriter, rules: readonly PolicyRule[] | undefined | null): void {
  w.write(0, 'PolicyRule:\n');
  w.write(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
  w.write(1, '---------\t-----------------\t--------------\t-----\n');
  for (const cells of policyRuleCells(rules ?? [])) w.write(1, `${cells.join('\t')}\n`);
}
