import { defineVerb } from '../../command/command.js';
import { boolFlag, int32Flag, stringFlag } from '../../command/flag.js';
import { completeGenerator, createGenerated, GENERATOR_FLAGS } from './create-generated.js';

/** `kubectl create priorityclass`. */
export const createPriorityClassCommand = defineVerb({
  name: 'priorityclass',
  aliases: ['pc'],
  usage: 'NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  short: 'Create a priority class with the specified name',
  flags: [
    ...GENERATOR_FLAGS,
    stringFlag('description', 'Description of this priority class.'),
    boolFlag('global-default', 'Whether this priority class should be used for pods without one.'),
    stringFlag('preemption-policy', 'The policy for preempting pods with lower priority.', {
      default: 'PreemptLowerPriority',
    }),
    int32Flag('value', 'The value of this priority class.'),
  ],
  *run(k) {
    const name = yield* completeGenerator(k);
    const { flags } = k;
    yield* createGenerated(
      k,
      {
        group: 'scheduling.k8s.io',
        version: 'v1',
        resource: 'priorityclasses',
        kind: 'PriorityClass',
        namespaced: false,
        failure: 'priorityclass:',
      },
      {
        kind: 'PriorityClass',
        apiVersion: 'scheduling.k8s.io/v1',
        metadata: { name },
        value: flags.int('value'),
        ...(flags.bool('global-default') ? { globalDefault: true } : {}),
        ...(flags.string('description') === '' ? {} : { description: flags.string('description') }),
        preemptionPolicy: flags.string('preemption-policy'),
      },
    );
    return 0;
  },
});
