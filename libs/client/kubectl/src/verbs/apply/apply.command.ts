import { propagationPolicy } from '../delete/delete-object.js';
import { RECORD_FLAG, recorded } from '../../command/record.js';
import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { asOne, attempt, attemptNow, type CommandError, failWith } from '../../command/failure.js';
import { boolFlag, stringArrayFlag, stringFlag, type FlagDefinition } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, objectPrinter, outputFormat, PRINT_FLAGS, printResult } from '../../printers/object-printer.js';
import { metadataOf, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { failOnErrors } from '../../resource/resolve-infos.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { filenameOptions, requireFilename } from '../../resource/manifest-source.js';
import { validationDirective } from '../../resource/write-object.js';
import { checkValidate, VALIDATE_FLAG } from '../create/create-generated.js';
import { DELETE_FLAGS } from '../delete/delete-flags.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { ApplySet } from './apply-set.js';
import { applyClientSide, CLIENT_SIDE_MANAGER, type Applied } from './client-side-apply.js';
import { editLastAppliedCommand } from './edit-last-applied.command.js';
import { checkPruneOptions, pruneAllowlist, pruneObjects } from './prune.js';
import { applyServerSide } from './server-side-apply.js';
import { setLastAppliedCommand } from './set-last-applied.command.js';
import { viewLastAppliedCommand } from './view-last-applied.command.js';

const FLAGS: readonly FlagDefinition[] = [
  ...FILENAME_FLAGS,
  ...PRINT_FLAGS,
  SELECTOR_FLAG,
  DRY_RUN_FLAG,
  VALIDATE_FLAG,
  ...DELETE_FLAGS,
  RECORD_FLAG,
  stringFlag('applyset', '[alpha] The ApplySet that tracks the resources: [RESOURCE][.GROUP]/NAME.', {
    gate: 'KUBECTL_APPLYSET',
  }),
  boolFlag('all', 'Select all resources in the namespace of the specified resource types.'),
  stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: CLIENT_SIDE_MANAGER }),
  boolFlag('force-conflicts', 'If true, server-side apply will force the changes against conflicts.'),
  boolFlag('openapi-patch', 'If true, use openapi to calculate diff.', { default: 'true' }),
  boolFlag('overwrite', 'Automatically resolve conflicts between the modified and live configuration.', {
    default: 'true',
  }),
  boolFlag('prune', 'Automatically delete resource objects that do not appear in the configs.'),
  stringArrayFlag('prune-allowlist', 'Overwrite the default allowlist with <group/version/kind> for --prune'),
  boolFlag('server-side', 'If true, apply runs in the server instead of the client.'),
  stringFlag('subresource', 'Apply to this subresource of the object.'),
];

function* checkFlags(k: Invocation, dryRun: DryRun, set: ApplySet | undefined): Coroutine<void> {
  const { flags } = k;
  const serverSide = flags.bool('server-side');
  if (flags.bool('force-conflicts') && !serverSide) failWith('--force-conflicts only works with --server-side');
  if (dryRun === 'client' && serverSide)
    failWith("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  if (flags.bool('force') && serverSide) failWith('--force cannot be used with --server-side');
  if (dryRun === 'server' && flags.bool('force')) failWith('--dry-run=server cannot be used with --force');
  yield* checkPruneOptions(k, set);
  if (flags.string('subresource') !== '' && !serverSide)
    failWith('--subresource can only be specified for --server-side');
}

function* applyOne(k: Invocation, info: Parameters<typeof applyClientSide>[1], dryRun: DryRun): Coroutine<Applied> {
  const generateName = textOf(metadataOf(info.object).generateName);
  if (info.name === '' && generateName !== '') failWith(`from ${generateName}: cannot use generate name with apply`);
  return k.flags.bool('server-side')
    ? yield* applyServerSide(k, info, dryRun)
    : yield* applyClientSide(k, info, dryRun);
}

function asList(objects: readonly JsonObject[]): JsonObject {
  if (objects.length === 1) return objects[0];
  return { apiVersion: 'v1', items: objects.filter(isJsonObject), kind: 'List', metadata: {} };
}

/** What the files hold, with the label of their set. */
function* objectsToApply(
  k: Invocation,
  set: ApplySet | undefined,
): Coroutine<{ readonly infos: readonly ResourceInfo[]; readonly errors: readonly CommandError[] }> {
  const { infos, errors } = yield* manifestObjects(k, {
    ...filenameOptions(k),
    labelSelector: k.flags.string('selector'),
    validate: validationDirective(k.flags.string('validate')),
  });
  const labelled = attemptNow(() => (set ? set.labelled(infos) : infos));
  return 'value' in labelled ? { infos: labelled.value, errors } : { infos: [], errors: labelled.failure.errors };
}

function* run(k: Invocation): Coroutine<number> {
  if (k.args.length > 0) k.usageError(`Unexpected args: [${k.args.join(' ')}]`);
  const dryRun = yield* k.dryRun();
  propagationPolicy(k);
  requireFilename(k);
  checkValidate(k);
  const set = yield* ApplySet.of(k);
  const pruned = k.flags.bool('prune') ? yield* pruneAllowlist(k) : [];
  yield* checkFlags(k, dryRun, set);
  const format = outputFormat(k);
  const printObjects = format !== '' && format !== 'name';
  const { infos, errors } = yield* objectsToApply(k, set);
  if (infos.length === 0 && errors.length === 0) failWith('no objects passed to apply');
  if (set) yield* set.begin(infos, dryRun);
  const all: CommandError[] = [];
  const applied: JsonObject[] = [];
  for (const info of infos) {
    const done = yield* attempt(applyOne(k, { ...info, object: recorded(k, info.object) }, dryRun));
    if ('failure' in done) {
      all.push(...done.failure.errors);
      continue;
    }
    applied.push(done.value.object);
    if (!printObjects) yield* printResult(k, done.value.object, done.value.operation, dryRun);
  }
  // What was wrong with the files is one error beside those of the server.
  failOnErrors(all.length === 0 ? errors : [...asOne(errors), ...all]);
  if (printObjects) yield* k.out(objectPrinter(k, '')(asList(applied)));
  if (set) yield* set.prune(applied, dryRun);
  else if (k.flags.bool('prune')) yield* pruneObjects(k, pruned, infos, applied, dryRun);
  return 0;
}

/** `kubectl apply` (k8s.io/kubectl/pkg/cmd/apply). */
export const applyCommand = defineVerb({
  name: 'apply',
  usage: '(-f FILENAME | -k DIRECTORY)',
  short: 'Apply a configuration to a resource by file name or stdin',
  flags: FLAGS,
  subcommands: [editLastAppliedCommand, setLastAppliedCommand, viewLastAppliedCommand],
  run,
});
