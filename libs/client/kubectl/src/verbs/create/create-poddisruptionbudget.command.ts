import { labelSelectorObject } from '../../generators/label-selector-object.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringFlag } from '../../command/flag.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';

const intOrString = (text: string): number | string => (/^-?\d+$/.test(text) ? Number(text) : text);

/** `kubectl create poddisruptionbudget`. */
export const createPodDisruptionBudgetCommand = defineVerb({
  name: 'poddisruptionbudget',
  aliases: ['pdb'],
  usage: 'NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  short: 'Create a pod disruption budget with the specified name',
  flags: [
    ...GENERATOR_FLAGS,
    stringFlag('max-unavailable', 'The maximum number or percentage of unavailable pods this budget requires.'),
    stringFlag('min-available', 'The minimum number or percentage of available pods this budget requires.'),
    stringFlag('selector', 'A label selector to use for this budget.'),
  ],
  *run(k) {
    const name = yield* completeGenerator(k);
    const selector = k.flags.string('selector');
    const min = k.flags.string('min-available');
    const max = k.flags.string('max-unavailable');
    if (selector === '') failWith('a selector must be specified');
    if (min === '' && max === '') failWith('one of min-available or max-unavailable must be specified');
    if (min !== '' && max !== '') failWith('min-available and max-unavailable cannot be both specified');
    for (const value of [min, max])
      if (value !== '' && !/^\d+%?$/.test(value))
        failWith(`invalid format specified for ${value === min ? 'min-available' : 'max-unavailable'}`);
    yield* createGenerated(
      k,
      {
        group: 'policy',
        version: 'v1',
        resource: 'poddisruptionbudgets',
        kind: 'PodDisruptionBudget',
        namespaced: true,
        failure: 'poddisruptionbudgets:',
      },
      {
        kind: 'PodDisruptionBudget',
        apiVersion: 'policy/v1',
        metadata: generatedMetadata(k, name),
        spec: {
          ...(min === '' ? {} : { minAvailable: intOrString(min) }),
          selector: labelSelectorObject(selector),
          ...(max === '' ? {} : { maxUnavailable: intOrString(max) }),
        },
        status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
      },
    );
    return 0;
  },
});
