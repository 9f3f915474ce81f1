import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringMapFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { resourceRules, verbsOf } from '../../generators/policy-rules.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';
import { RULE_FLAGS } from './create-role.command.js';

const NON_RESOURCE_VERBS = new Set(['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options']);

function checkUrls(verbs: readonly string[], urls: readonly string[]): void {
  for (const verb of verbs) if (!NON_RESOURCE_VERBS.has(verb)) failWith(`invalid verb: '${verb}' for nonResourceURL`);
  for (const url of urls) {
    if (url === '*') continue;
    if (!url.startsWith('/')) failWith('nonResourceURL should start with /');
    if (/\*./.test(url)) failWith("nonResourceURL only supports wildcard matches when '*' is at the end");
  }
}

function* rulesOf(k: Invocation): Coroutine<JsonObject[]> {
  const urls = [...new Set(k.flags.list('non-resource-url'))];
  const verbs = verbsOf(k);
  if (verbs.length === 0) failWith('at least one verb must be specified');
  const hasResources = k.flags.list('resource').length > 0;
  if (!hasResources && urls.length === 0) failWith('one of resource or nonResourceURL must be specified');
  const rules = hasResources ? yield* resourceRules(k) : [];
  if (urls.length === 0) return rules;
  checkUrls(verbs, urls);
  return [...rules, { verbs, nonResourceURLs: urls }];
}

/** `kubectl create clusterrole`. */
export const createClusterRoleCommand = defineVerb({
  name: 'clusterrole',
  usage: 'NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  short: 'Create a cluster role',
  flags: [
    ...GENERATOR_FLAGS,
    ...RULE_FLAGS,
    stringMapFlag('aggregation-rule', 'An aggregation label selector for combining ClusterRoles.'),
    stringSliceFlag('non-resource-url', 'A partial url that user should have access to.'),
  ],
  *run(k) {
    const name = yield* completeGenerator(k);
    const matchLabels = k.flags.map('aggregation-rule');
    const aggregates = Object.keys(matchLabels).length > 0;
    if (
      aggregates &&
      ['non-resource-url', 'verb', 'resource', 'resource-name'].some((flag) => k.flags.list(flag).length > 0)
    )
      failWith('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames');
    const rules = aggregates ? null : yield* rulesOf(k);
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
        ...(aggregates ? { aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } } : {}),
      },
    );
    return 0;
  },
});
