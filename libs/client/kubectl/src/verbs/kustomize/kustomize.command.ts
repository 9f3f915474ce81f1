import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import { buildKustomization } from '../../kustomize/build-kustomization.js';
import { resolvePath } from '@seatrial/kernel';

/** `kubectl kustomize`. */
export const kustomizeCommand = defineVerb({
  name: 'kustomize',
  usage: 'DIR',
  short: 'Build a kustomization target from a directory or URL',
  flags: [
    boolFlag('enable-helm', 'Enable use of the Helm chart inflator generator.'),
    stringFlag(
      'load-restrictor',
      'If set to LoadRestrictionsNone, local kustomizations may load files from outside their root.',
      { default: 'LoadRestrictionsRootOnly' },
    ),
    stringFlag('output', 'If specified, write output to this path.', { shorthand: 'o' }),
  ],
  *run(k) {
    if (k.args.length > 1) failWith('specify one path to kustomization.yaml');
    const built = buildKustomization(k.process, k.args[0] ?? '.');
    yield* k.err(built.ok ? built.value.warnings : built.error.warnings);
    if (!built.ok) failWith(built.error.text);
    const output = k.flags.string('output');
    if (output === '') yield* k.out(built.value.text);
    else k.process.machine.files.writeFile(resolvePath(k.process.cwd, output), built.value.text);
    return 0;
  },
});
