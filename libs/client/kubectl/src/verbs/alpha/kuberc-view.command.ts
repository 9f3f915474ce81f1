import { readLine } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringFlag } from '../../command/flag.js';
import { parseKuberc, preferenceObject, readKuberc, saveKuberc, type Preference } from '../../kuberc/kuberc-file.js';
import { PRINT_FLAGS, objectPrinter } from '../../printers/object-printer.js';
import { chosenKuberc } from './kuberc-set.command.js';

/** What `kubectl alpha kuberc view` offers to write. */
const RECOMMENDED: Preference = {
  defaults: [
    { command: 'apply', options: [{ name: 'server-side', default: 'true' }] },
    { command: 'delete', options: [{ name: 'interactive', default: 'true' }] },
  ],
  aliases: [],
};

/** `kubectl alpha kuberc view` (k8s.io/kubectl/pkg/cmd/kuberc). */
export const kubercViewCommand = defineVerb({
  name: 'view',
  short: 'Display the current kuberc configuration',
  flags: [
    ...PRINT_FLAGS.filter(({ name }) => name !== 'output'),
    stringFlag('output', 'Output format.', { shorthand: 'o', default: 'yaml' }),
  ],
  *run(k) {
    const { path, explicit } = chosenKuberc(k);
    const content = readKuberc(k.process, path);
    if (content === undefined) {
      if (explicit) failWith(`kuberc file not found at ${path}`);
      yield* k.out(`kuberc file not found at ${path}\n`);
      yield* k.out('Would you like to generate a default kuberc file with recommended options? (y/N): ');
      const answer = ((yield* readLine(k.process.stdin)) ?? '').trim();
      if (answer.toLowerCase() !== 'y') return 0;
      yield* k.out(saveKuberc(k.process, path, RECOMMENDED));
      return 0;
    }
    const preference = parseKuberc(content);
    if (typeof preference === 'string') failWith(`error parsing kuberc file: ${preference}`);
    yield* k.out(objectPrinter(k, '', [], true)(preferenceObject(preference, [])));
    return 0;
  },
});
