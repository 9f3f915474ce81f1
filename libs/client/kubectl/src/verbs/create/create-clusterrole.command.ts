import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { resourceRules, verbsOf } from '../../generators/policy-rules.js';
import { createGenerated, generatedMetadata, GENERATOR_FLAGS, requiredName } from './create-generated.js';
import { RULE_FLAGS } from './create-role.command.js';

function* rulesOf(k: Invocation): Coroutine<JsonObject[]> {
  const urls = k.flags.list('non-resource-url');
  const verbs = verbsOf(k);
  if (verbs.length === 0) failWith('at least one verb must be specified');
  const resources = k.flags.list('resource');
  if (resources.length === 0 && urls.length === 0) failWith('one of resource or nonResourceURL must be specified');
  for (const url of urls) {
    if (url === '') failWith('nonResourceURL should not be empty');
    if (url !== '*' && !url.startsWith('/')) failWith('nonResourceURL should start with /');
    if (/\*./.test(url)) failWith("nonResourceURL only supports wildcard matches when '*' is at the end");
  }
  return [
    ...(resources.length > 0 ? yield* resourceRules(k) : []),
    ...(urls.length > 0 ? [{ verbs, nonResourceURLs: urls }] : []),
  ];
}

/** `a=b,c=d` as the selector of an aggregated ClusterRole. */
function aggregation(text: string): JsonObject {
  const matchLabels = Object.fromEntries(
    text.split(',').map((pair) => {
      const [key, value = ''] = pair.split('=');
      return [key, value];
    }),
  );
  return { clusterRoleSelectors: [{ matchLabels }] };
}

/** `kubectl create clusterrole`. */
export const createClusterRoleCommand = defineVerb({
  name: 'clusterrole',
  usage: 'NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  short: 'Create a cluster role',
  flags: [
    ...GENERATOR_FLAGS,
    ...RULE_FLAGS,
    stringFlag('aggregation-rule', 'An aggregation label selector for combining ClusterRoles.'),
    stringSliceFlag('non-resource-url', 'A partial url that user should have access to.'),
  ],
  *run(k) {
    const name = requiredName(k);
    const aggregate = k.flags.string('aggregation-rule');
    if (aggregate !== '' && (k.flags.changed('resource') || k.flags.changed('non-resource-url')))
      failWith('aggregation rule must be specified without resources, non-resource urls and resource names');
    if (aggregate !== '' && k.flags.changed('verb')) failWith('aggregation rule must be specified without verbs');
    const rules = aggregate === '' ? yield* rulesOf(k) : null;
    yield* createGenerated(
      k,
      {
        group: 'rbac.authorization.k8s.io',
        version: 'v1',
        resource: 'clusterroles',
        kind: 'ClusterRole',
        namespaced: false,
      },
      {
        kind: 'ClusterRole',
        apiVersion: 'rbac.authorization.k8s.io/v1',
        metadata: generatedMetadata(k, name, false),
        rules,
        ...(aggregate === '' ? {} : { aggregationRule: aggregation(aggregate) }),
      },
    );
    return 0;
  },
});
