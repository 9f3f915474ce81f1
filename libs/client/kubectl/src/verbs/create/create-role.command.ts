import { defineVerb } from '../../command/command.js';
import { stringArrayFlag, stringSliceFlag, type FlagDefinition } from '../../command/flag.js';
import { resourceRules } from '../../generators/policy-rules.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';

/** --verb, --resource, --resource-name. */
export const RULE_FLAGS: readonly FlagDefinition[] = [
  stringSliceFlag('resource', 'Resource that the rule applies to'),
  stringArrayFlag(
    'resource-name',
    'Resource in the white list that the rule applies to, repeat this flag for multiple items',
  ),
  stringSliceFlag('verb', 'Verb that applies to the resources contained in the rule'),
];

/** `kubectl create role`. */
export const createRoleCommand = defineVerb({
  name: 'role',
  usage:
    'NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]',
  short: 'Create a role with single rule',
  flags: [...GENERATOR_FLAGS, ...RULE_FLAGS],
  *run(k) {
    const name = yield* completeGenerator(k);
    const rules = yield* resourceRules(k);
    yield* createGenerated(
      k,
      { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'roles', kind: 'Role', namespaced: true },
      { kind: 'Role', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: generatedMetadata(k, name), rules },
    );
    return 0;
  },
});
