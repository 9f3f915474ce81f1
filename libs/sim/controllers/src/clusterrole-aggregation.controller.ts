import { CLUSTER_ROLES, defineController, watch, type ClusterRole } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { labelSelectorMatches } from '@seatrial/schema';
import { must, retrying } from './request-failed.js';

type Rule = NonNullable<ClusterRole['rules']>[number];

/** Fills aggregated cluster roles with the rules of those they select (pkg/controller/clusterroleaggregation). */
export const clusterRoleAggregationController = defineController({
  name: 'clusterrole-aggregation-controller',
  component: 'clusterrole-aggregation-controller',
  sources: [
    watch(CLUSTER_ROLES, (_event, { client }) =>
      client
        .list(CLUSTER_ROLES)
        .filter(({ aggregationRule }) => aggregationRule !== undefined)
        .map(({ metadata }) => metadata.name),
    ),
  ],
  reconcile: retrying(({ client }, key) => {
    const role = client.get(CLUSTER_ROLES, undefined, key);
    if (!role?.aggregationRule) return;
    const rules: Rule[] = [];
    for (const selector of role.aggregationRule.clusterRoleSelectors ?? [])
      for (const other of client.list(CLUSTER_ROLES)) {
        if (other.metadata.name === key || !labelSelectorMatches(selector, other.metadata.labels)) continue;
        for (const rule of other.rules ?? []) if (!rules.some((known) => jsonEqual(known, rule))) rules.push(rule);
      }
    if (!jsonEqual(role.rules ?? [], rules)) must(client.update(CLUSTER_ROLES, { ...role, rules }));
  }),
});
