import { RECORD_FLAG, recorded } from '../../command/record.js';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith } from '../../command/failure.js';
import { boolFlag, durationFlag, stringArrayFlag, stringFlag, type FlagDefinition } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { requireImageReference } from '../../generators/image-name.js';
import {
  DRY_RUN_FLAG,
  outputFormat,
  PRINT_FLAGS,
  printGenerated,
  printTyped,
  requirePrinter,
} from '../../printers/object-printer.js';
import { stringMapAt } from '../../resource/resource-info.js';
import { createObject, savedGenerated, writeOptions } from '../../resource/write-object.js';
import { asMapping } from '../create/create-generated.js';
import { requireFlags } from '../create/required-flags.js';
import { DELETE_FLAGS } from '../delete/delete-flags.js';
import { FILENAME_FLAGS } from '../get/get-options.js';
import { attachToRun } from '../exec/attach-to-run.js';
import { podRunningTimeout } from '../pod-streams/choose-pod.js';
import { runPod, runService } from './run-pod.js';
import { withOverrides } from './overrides.js';

const FLAGS: readonly FlagDefinition[] = [
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  RECORD_FLAG,
  ...DELETE_FLAGS,
  ...FILENAME_FLAGS,
  stringArrayFlag('annotations', 'Annotations to apply to the pod.'),
  boolFlag('attach', 'If true, wait for the Pod to start running, and then attach to the Pod.'),
  boolFlag('command', 'If true and extra arguments are present, use them as the command.'),
  stringArrayFlag('env', 'Environment variables to set in the container.'),
  boolFlag('expose', 'If true, create a ClusterIP service associated with the pod.'),
  stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-run' }),
  stringFlag('image', 'The image for the container to run.'),
  stringFlag('image-pull-policy', 'The image pull policy for the container.'),
  stringFlag('labels', 'Comma separated labels to apply to the pod.', { shorthand: 'l' }),
  boolFlag('leave-stdin-open', 'Leave stdin open after the first attach completes.'),
  stringFlag('override-type', 'The method used to override the generated object.', { default: 'merge' }),
  stringFlag('overrides', 'An inline JSON override for the generated object.'),
  durationFlag('pod-running-timeout', 'How long to wait until at least one pod is running', { default: '1m0s' }),
  stringFlag('port', 'The port that this container exposes.'),
  boolFlag('privileged', 'If true, run the container in privileged mode.'),
  boolFlag('quiet', 'If true, suppress prompt messages.', { shorthand: 'q' }),
  stringFlag('restart', 'The restart policy for this Pod.', { default: 'Always' }),
  boolFlag('rm', 'If true, delete the pod after it exits.'),
  boolFlag('save-config', "Keep the object's configuration in its annotation."),
  boolFlag('stdin', 'Keep stdin open on the container in the pod.', { shorthand: 'i' }),
  boolFlag('tty', 'Allocate a TTY for the container in the pod.', { shorthand: 't' }),
];

const POD = asMapping({ group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true });
const SERVICE = asMapping({ group: '', version: 'v1', resource: 'services', kind: 'Service', namespaced: true });

function checkFlags(k: Invocation, dryRun: DryRun): { readonly name: string; readonly attach: boolean } {
  const { flags, args } = k;
  if (args.length === 0 || flags.argsLengthAtDash === 0) k.usageError('NAME is required for run');
  podRunningTimeout(k);
  const restart = flags.string('restart');
  const attach = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin') || flags.bool('tty');
  const image = flags.string('image');
  if (image === '') failWith('--image is required');
  requireImageReference(image);
  if (flags.bool('tty') && !flags.bool('stdin'))
    k.usageError('-i/--stdin is required for containers with -t/--tty=true');
  if (flags.bool('expose') && flags.string('port') === '') k.usageError('--port must be set when exposing a service');
  if (!['Always', 'OnFailure', 'Never', ''].includes(restart)) k.usageError(`invalid restart policy: ${restart}`);
  if (flags.bool('rm') && !attach) k.usageError('--rm should only be used for attached containers');
  if (dryRun !== 'none' && attach)
    k.usageError(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  const pull = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pull)) k.usageError(`invalid image pull policy: ${pull}`);
  return { name: args[0], attach };
}

function* create(k: Invocation, mapping: typeof POD, object: JsonObject, dryRun: DryRun): Coroutine<JsonObject> {
  if (dryRun === 'client') return recorded(k, object);
  const body = k.flags.bool('save-config') ? savedGenerated(recorded(k, object)) : recorded(k, object);
  return yield* createObject(k, mapping, k.namespace().namespace, body, writeOptions(k, dryRun, 'kubectl-run'));
}

/** `--expose`: a Service in front of the pod, printed before it. */
function* expose(k: Invocation, name: string, pod: JsonObject, dryRun: DryRun): Coroutine<void> {
  const service = runService(k, name, stringMapAt(pod, 'metadata', 'labels'));
  yield* printTyped(k, yield* create(k, SERVICE, service, dryRun), 'created', dryRun);
  if (outputFormat(k) === 'yaml') yield* k.out('---\n');
}

/** `kubectl run` (k8s.io/kubectl/pkg/cmd/run). */
export const runCommand = defineVerb({
  name: 'run',
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  short: 'Run a particular image on the cluster',
  flags: FLAGS,
  *run(k) {
    requireFlags(k, 'image');
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    const { name, attach } = checkFlags(k, dryRun);
    const generated = runPod(k, name, k.args.slice(1));
    // Also a dry run looks its kind up.
    yield* k.api();
    const pod = withOverrides(k, generated);
    const created = yield* create(k, POD, pod, dryRun);
    const exposed = k.flags.bool('expose') ? yield* attempt(expose(k, name, pod, dryRun)) : undefined;
    if (!attach) {
      if (dryRun === 'client') yield* printGenerated(k, created, 'created');
      else yield* printTyped(k, created, 'created', dryRun);
      if (exposed && 'failure' in exposed) throw exposed.failure;
      return 0;
    }
    return yield* attachToRun(k, created);
  },
});
