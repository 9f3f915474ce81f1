import { defineVerb } from '../../command/command.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';

/** `kubectl create serviceaccount`. */
export const createServiceAccountCommand = defineVerb({
  name: 'serviceaccount',
  aliases: ['sa'],
  usage: 'NAME [--dry-run=server|client|none]',
  short: 'Create a service account with the specified name',
  flags: GENERATOR_FLAGS,
  *run(k) {
    const name = yield* completeGenerator(k);
    yield* createGenerated(
      k,
      {
        group: '',
        version: 'v1',
        resource: 'serviceaccounts',
        kind: 'ServiceAccount',
        namespaced: true,
        failure: 'serviceaccount:',
      },
      { kind: 'ServiceAccount', apiVersion: 'v1', metadata: generatedMetadata(k, name) },
    );
    return 0;
  },
});
