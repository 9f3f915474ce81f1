import { setOwn, type JsonObject } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringFlag } from '../../command/flag.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';

/** `cpu=1,memory=1Gi` as a resource list (populateResourceListV1). */
export function resourceList(spec: string): JsonObject {
  const list: JsonObject = {};
  if (spec === '') return list;
  for (const statement of spec.split(',')) {
    const parts = statement.split('=');
    if (parts.length !== 2) failWith(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    const quantity = Quantity.parse(parts[1]);
    if (!quantity.ok) failWith(quantity.error);
    setOwn(list, parts[0], quantity.value.toString());
  }
  return list;
}

/** `kubectl create quota`. */
export const createQuotaCommand = defineVerb({
  name: 'quota',
  aliases: ['resourcequota'],
  usage: 'NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]',
  short: 'Create a quota with the specified name',
  flags: [
    ...GENERATOR_FLAGS,
    stringFlag('hard', 'A comma-delimited set of resource=quantity pairs that define a hard limit.'),
    stringFlag('scopes', 'A comma-delimited set of quota scopes that must all match each object tracked by the quota.'),
  ],
  *run(k) {
    const name = yield* completeGenerator(k);
    const hard = resourceList(k.flags.string('hard'));
    const scopes = k.flags.string('scopes');
    if (scopes !== '' && scopes.split(',').includes('')) failWith('invalid resource quota scope ""');
    yield* createGenerated(
      k,
      {
        group: '',
        version: 'v1',
        resource: 'resourcequotas',
        kind: 'ResourceQuota',
        namespaced: true,
        failure: 'quota:',
      },
      {
        kind: 'ResourceQuota',
        apiVersion: 'v1',
        metadata: generatedMetadata(k, name),
        spec: {
          ...(Object.keys(hard).length > 0 ? { hard } : {}),
          ...(scopes === '' ? {} : { scopes: scopes.split(',') }),
        },
        status: {},
      },
    );
    return 0;
  },
});
