import { defineVerb } from '../../command/command.js';
import { completeGenerator, createGenerated, GENERATOR_FLAGS } from './create-generated.js';

/** `kubectl create namespace`. */
export const createNamespaceCommand = defineVerb({
  name: 'namespace',
  aliases: ['ns'],
  usage: 'NAME [--dry-run=server|client|none]',
  short: 'Create a namespace with the specified name',
  flags: GENERATOR_FLAGS,
  *run(k) {
    const name = yield* completeGenerator(k);
    yield* createGenerated(
      k,
      { group: '', version: 'v1', resource: 'namespaces', kind: 'Namespace', namespaced: false },
      { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {}, status: {} },
    );
    return 0;
  },
});
