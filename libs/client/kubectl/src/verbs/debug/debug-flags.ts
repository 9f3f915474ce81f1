import { type Coroutine, type JsonObject } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringFlag, stringToStringFlag, type FlagDefinition } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { isImageReference } from '../../generators/image-name.js';
import { FILENAME_FLAGS } from '../get/get-options.js';
import { checkCustomProfile } from './custom-profile.js';

export const DEBUG_FLAGS: readonly FlagDefinition[] = [
  ...FILENAME_FLAGS.slice(0, 1),
  boolFlag(
    'arguments-only',
    'If specified, everything after -- will be passed to the new container as Args instead of Command.',
  ),
  boolFlag('attach', 'If true, wait for the container to start running, and then attach.'),
  stringFlag('container', 'Container name to use for debug container.', { shorthand: 'c' }),
  stringFlag('copy-to', 'Create a copy of the target Pod with this name.'),
  stringFlag('custom', 'Path to a JSON or YAML file containing a partial container spec.'),
  stringToStringFlag('env', 'Environment variables to set in the container.'),
  stringFlag('image', 'Container image to use for debug container.'),
  stringFlag('image-pull-policy', 'The image pull policy for the container.'),
  stringFlag('profile', 'Options are "legacy", "general", "baseline", "netadmin", "restricted" or "sysadmin".', {
    default: 'legacy',
  }),
  boolFlag('quiet', 'If true, suppress informational messages.', { shorthand: 'q' }),
  boolFlag('replace', 'When used with --copy-to, delete the original Pod.'),
  boolFlag('keep-annotations', 'If true, keep the original pod annotations.'),
  boolFlag('keep-init-containers', 'Run the init containers for the pod.', { default: 'true' }),
  boolFlag('keep-labels', 'If true, keep the original pod labels.'),
  boolFlag('keep-liveness', 'If true, keep the original pod liveness probes.'),
  boolFlag('keep-readiness', 'If true, keep the original pod readiness probes.'),
  boolFlag('keep-startup', 'If true, keep the original startup probes.'),
  boolFlag('same-node', 'When used with --copy-to, schedule the copy of target Pod on the same node.'),
  stringToStringFlag(
    'set-image',
    'When used with --copy-to, a list of name=image pairs for changing container images.',
  ),
  boolFlag('share-processes', 'When used with --copy-to, enable process namespace sharing in the copy.', {
    default: 'true',
  }),
  boolFlag('stdin', 'Keep stdin open on the container(s) in the pod, even if nothing is attached.', { shorthand: 'i' }),
  stringFlag('target', 'When using an ephemeral container, target processes in this container name.'),
  boolFlag('tty', 'Allocate a TTY for the debugging container.', { shorthand: 't' }),
];

/** What a session runs: the words after `--`, and what --custom says. */
export interface Debugging {
  readonly command: readonly string[];
  readonly custom: JsonObject | undefined;
}

/** DebugOptions.Validate of what belongs to --copy-to. */
function checkCopyFlags({ flags }: Invocation, command: readonly string[]): void {
  const image = flags.string('image');
  if (flags.string('copy-to') === '') {
    for (const flag of ['replace', 'same-node'])
      if (flags.bool(flag)) failWith(`--${flag} may only be used with --copy-to.`);
    if (flags.changed('set-image')) failWith('--set-image may only be used with --copy-to.');
    if (image === '') failWith('you must specify --image when not using --copy-to.');
    return;
  }
  if (image === '' && !flags.changed('set-image') && command.length === 0)
    failWith('you must specify --image, --set-image or command arguments.');
  if (command.length > 0 && flags.string('container') === '' && image === '')
    failWith('you must specify an existing container or a new image when specifying args.');
}

/** DebugOptions.Validate; what is said of --target comes with it. */
export function* checkDebugFlags(
  k: Invocation,
  names: readonly string[],
  { command, custom }: Debugging,
): Coroutine<void> {
  const { flags } = k;
  const profile = flags.string('profile');
  if (
    flags.bool('attach') &&
    flags.changed('attach') &&
    flags.string('image') === '' &&
    flags.string('container') === ''
  )
    failWith('you must specify --container or create a new container using --image in order to attach.');
  checkCopyFlags(k, command);
  const image = flags.string('image');
  if (image !== '' && !isImageReference(image))
    failWith(`invalid image name ${goQuote(image)}: invalid reference format`);
  if (names.length === 0 && flags.list('filename').length === 0) failWith('NAME or filename is required for debug');
  const policy = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) failWith(`invalid image pull policy: ${policy}`);
  for (const [container, one] of Object.entries(flags.map('set-image')))
    if (!isImageReference(one))
      failWith(`invalid image name ${goQuote(one)} for container ${goQuote(container)}: invalid reference format`);
  const target = flags.string('target');
  if (target !== '') {
    if (flags.string('copy-to') !== '')
      failWith('--target is incompatible with --copy-to. Use --share-processes instead.');
    if (!flags.bool('quiet'))
      yield* k.out(
        `Targeting container ${goQuote(target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
  }
  if (flags.bool('tty') && !flags.bool('stdin')) failWith('-i/--stdin is required for containers with -t/--tty=true');
  checkCustomProfile(custom);
  if (profile === 'legacy')
    yield* k.err(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
}
