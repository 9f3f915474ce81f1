import { RECORD_FLAG, recorded } from '../../command/record.js';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, visitErrors, withSource, type CommandError } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, PRINT_FLAGS, printResult, requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors } from '../../resource/resolve-infos.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { filenameOptions } from '../../resource/manifest-source.js';
import { createObject, savedConfiguration, validationDirective, writeOptions } from '../../resource/write-object.js';
import { editFiles } from '../edit/edit-files.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { rawFromFile } from './raw-from-file.js';
import { checkValidate, VALIDATE_FLAG } from './create-generated.js';
import { CREATE_SUBCOMMANDS } from './create-subcommands.js';

function* createOne(
  k: Invocation,
  info: { mapping: Parameters<typeof createObject>[1]; namespace: string; source: string; object: JsonObject },
  dryRun: DryRun,
): Coroutine<void> {
  const body = recorded(k, savedConfiguration(k, info.object));
  if (dryRun === 'client') {
    yield* printResult(k, body, 'created', dryRun);
    return;
  }
  const created = yield* createObject(k, info.mapping, info.namespace, body, writeOptions(k, dryRun, 'kubectl-create'));
  yield* printResult(k, created, 'created', dryRun);
}

/** `kubectl create -f`. */
export function* createFromFiles(k: Invocation): Coroutine<number> {
  checkValidate(k);
  const dryRun = yield* k.dryRun();
  requirePrinter(k);
  const { infos, errors } = yield* manifestObjects(k, {
    ...filenameOptions(k),
    labelSelector: k.flags.string('selector'),
    validate: validationDirective(k.flags.string('validate')),
  });
  const all: CommandError[] = [];
  for (const info of infos) {
    const done = yield* attempt(createOne(k, info, dryRun));
    if ('failure' in done) all.push(...done.failure.errors.map((error) => withSource(error, 'creating', info.source)));
  }
  const together = visitErrors(all, errors);
  if (infos.length === 0 && together.length === 0) failWith('no objects passed to create');
  failOnErrors(together);
  return 0;
}

/** `kubectl create` (k8s.io/kubectl/pkg/cmd/create). */
export const createCommand = defineVerb({
  name: 'create',
  usage: '-f FILENAME',
  short: 'Create a resource from a file or from stdin',
  long: 'Create a resource from a file or from stdin.\n\n JSON and YAML formats are accepted.',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    DRY_RUN_FLAG,
    RECORD_FLAG,
    VALIDATE_FLAG,
    boolFlag('edit', 'Edit the API resource before creating'),
    stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-create' }),
    stringFlag('raw', 'Raw URI to POST to the server.'),
    boolFlag('save-config', "Keep the object's configuration in its annotation."),
    boolFlag('windows-line-endings', 'Only relevant if --edit=true.'),
  ],
  subcommands: CREATE_SUBCOMMANDS,
  *run(k) {
    const files = filenameOptions(k);
    if (k.args.length > 0) k.usageError(`Unexpected args: [${k.args.join(' ')}]`);
    if (files.filenames.length === 0 && !files.kustomize) failWith('must specify one of -f and -k');
    const raw = k.flags.string('raw');
    if (raw !== '') return yield* rawFromFile(k, 'POST', raw);
    return k.flags.bool('edit') ? yield* editFiles(k) : yield* createFromFiles(k);
  },
});
