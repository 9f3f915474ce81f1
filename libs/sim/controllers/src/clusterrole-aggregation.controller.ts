import { CLUSTER_ROLES, defineController, watch, type ClusterRole } from '@seatrial/apiserver';
import { jsonEqual, type JsonObject } from '@seatrial/kernel';
import { labelSelectorMatches } from '@seatrial/schema';
import { must, retrying } from './request-failed.js';

type Rule = NonNullable<ClusterRole['rules']>[number];

/** What a role's rules were last gathered from; a cluster's own roles are the same objects in every cluster. */
const gathered = new WeakMap<object, { readonly from: readonly ClusterRole[]; readonly rules: readonly Rule[] }>();

/** The rules of the roles that an aggregated role selects, each once. */
function aggregatedRules(role: ClusterRole, selected: readonly ClusterRole[]): readonly Rule[] {
  const known = gathered.get(role);
  if (known?.from.length === selected.length && known.from.every((other, index) => other === selected[index]))
    return known.rules;
  const rules: Rule[] = [];
  for (const other of selected)
    for (const rule of other.rules ?? []) if (!rules.some((one) => jsonEqual(one, rule))) rules.push(rule);
  gathered.set(role, { from: selected, rules });
  return rules;
}

/** Names of aggregated roles, by the list: it stays the same until a role changes, and at the start all are reported. */
const names = new WeakMap<readonly ClusterRole[], readonly string[]>();

function aggregated(roles: readonly ClusterRole[]): readonly string[] {
  let known = names.get(roles);
  if (!known) {
    known = roles.filter(({ aggregationRule }) => aggregationRule !== undefined).map(({ metadata }) => metadata.name);
    names.set(roles, known);
  }
  return known;
}

/** Fills aggregated cluster roles with the rules of those they select (pkg/controller/clusterroleaggregation). */
export const clusterRoleAggregationController = defineController({
  name: 'clusterrole-aggregation-controller',
  component: 'clusterrole-aggregation-controller',
  sources: [watch(CLUSTER_ROLES, (_event, { client }) => aggregated(client.list(CLUSTER_ROLES)))],
  reconcile: retrying(({ client }, key) => {
    const role = client.get(CLUSTER_ROLES, undefined, key);
    if (!role?.aggregationRule) return;
    const selected = (role.aggregationRule.clusterRoleSelectors ?? []).flatMap((selector) =>
      client
        .list(CLUSTER_ROLES)
        .filter(({ metadata }) => metadata.name !== key && labelSelectorMatches(selector, metadata.labels)),
    );
    const rules = aggregatedRules(role, selected);
    if (jsonEqual(role.rules ?? [], rules)) return;
    // The cluster's own roles have no other owner: writing them is the same, and less work than applying.
    if (role.metadata.labels?.['kubernetes.io/bootstrapping'] !== undefined) {
      must(client.update(CLUSTER_ROLES, { ...role, rules: [...rules] }));
      return;
    }
    const { apiVersion, kind } = role;
    const body = { apiVersion, kind, metadata: { name: key }, ...(rules.length > 0 && { rules: [...rules] }) };
    const options = { fieldManager: 'clusterrole-aggregation-controller', force: true };
    must(client.patch(CLUSTER_ROLES, undefined, key, 'apply', body as unknown as JsonObject, options));
  }),
});
