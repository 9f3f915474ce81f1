import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringArrayFlag, stringFlag } from '../../command/flag.js';
import { buildKustomization } from '../../kustomize/build-kustomization.js';
import { resolvePath } from '@seatrial/kernel';

/** `kubectl kustomize`. */
export const kustomizeCommand = defineVerb({
  name: 'kustomize',
  usage: 'DIR [flags]',
  short: 'Build a kustomization target from a directory or URL',
  flags: [
    boolFlag('as-current-user', 'Use the uid and gid of the command executor to run the function in the container.'),
    boolFlag('enable-alpha-plugins', 'Enable kustomize plugins.'),
    stringArrayFlag('env', 'A list of environment variables to be used by functions.', { shorthand: 'e' }),
    stringArrayFlag('helm-api-versions', 'Kubernetes api versions used by Helm for Capabilities.APIVersions.'),
    stringFlag('helm-command', 'The helm command, a path or an executable.', { default: 'helm' }),
    boolFlag('helm-debug', 'Enable debug output from the Helm chart inflator generator.'),
    stringFlag('helm-kube-version', 'Kubernetes version used by Helm for Capabilities.KubeVersion.'),
    stringArrayFlag('mount', 'A list of storage options read from the filesystem.'),
    boolFlag('network', 'Enable network access for functions that declare it.'),
    stringFlag('network-name', 'The docker network to run the container in.', { default: 'bridge' }),
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
