import type { Coroutine } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import {
  attempt,
  failWith,
  inAggregate,
  isNotFound,
  visitErrors,
  withSource,
  type CommandError,
} from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { RECORD_FLAG, recorded } from '../../command/record.js';
import { DRY_RUN_FLAG, PRINT_FLAGS, printResult, requirePrinter } from '../../printers/object-printer.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { filenameOptions, requireFilename } from '../../resource/manifest-source.js';
import { failOnErrors } from '../../resource/resolve-infos.js';
import { metadataOf, type ResourceInfo } from '../../resource/resource-info.js';
import { createObject, savedConfiguration, validationDirective, writeOptions } from '../../resource/write-object.js';
import { rawFromFile } from '../create/raw-from-file.js';
import { checkValidate, VALIDATE_FLAG } from '../create/create-generated.js';
import { DELETE_FLAGS } from '../delete/delete-flags.js';
import { deletedText, deletedUid, deleteObject, waitUntilGone } from '../delete/delete-object.js';
import { FILENAME_FLAGS } from '../get/get-options.js';

function* replaceOne(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<void> {
  const object = recorded(k, savedConfiguration(k, info.object));
  if (dryRun === 'client') {
    yield* printResult(k, object, 'replaced', dryRun);
    return;
  }
  const api = yield* k.api();
  const named = k.flags.string('subresource');
  const where = { namespace: info.namespace, name: info.name };
  const subresource = named === '' ? {} : { subresource: named };
  const metadata = metadataOf(object);
  // Without a version of its own it replaces the one that is there now (resource.Helper.Replace).
  const current = metadata.resourceVersion
    ? undefined
    : yield* attempt(api.request({ ...requestFor(info.mapping, 'get', where), ...subresource }));
  const version = current && 'value' in current ? metadataOf(current.value).resourceVersion : undefined;
  const replaced = yield* api.request({
    ...requestFor(info.mapping, 'update', where),
    ...subresource,
    body: version === undefined ? object : { ...object, metadata: { ...metadata, resourceVersion: version } },
    options: writeOptions(k, dryRun, 'kubectl-replace'),
  });
  yield* printResult(k, replaced, 'replaced', dryRun);
}

/** Deletes, waits and creates anew; what could not be deleted, or read in full, is not created. */
function* forceReplace(
  k: Invocation,
  infos: readonly ResourceInfo[],
  ofFiles: readonly CommandError[],
): Coroutine<void> {
  const errors: CommandError[] = [];
  let ignored = 0;
  const grace = k.flags.int('grace-period');
  const deleted: { info: ResourceInfo; uid: string }[] = [];
  for (const info of infos) {
    const options = {
      propagationPolicy: 'Background' as const,
      ...(grace >= 0 ? { gracePeriodSeconds: grace === 0 ? 1 : grace } : {}),
    };
    const done = yield* attempt(deleteObject(k, info, options));
    if ('failure' in done) {
      const rest = done.failure.errors.filter((error) => !isNotFound(error));
      errors.push(...rest.map((error) => withSource(error, 'deleting', info.source)));
      ignored += done.failure.errors.length - rest.length;
      continue;
    }
    yield* k.out(deletedText(info, 'deleted'));
    deleted.push({ info, uid: deletedUid(done.value) });
  }
  if (infos.length + ofFiles.length === 0) yield* k.out('No resources found\n');
  const undeleted = visitErrors(errors, ofFiles);
  failOnErrors(undeleted.map((error) => inAggregate(error, undeleted.length + ignored)));
  const timeout = k.flags.durationMs('timeout') || 5 * 60_000;
  const end = k.now() + timeout;
  for (const { info, uid } of deleted)
    if (!(yield* waitUntilGone(k, info, uid, end - k.now()))) failWith('timed out waiting for the condition');
  for (const info of infos) {
    const object = recorded(k, savedConfiguration(k, info.object));
    const { resourceVersion: _, ...metadata } = metadataOf(object);
    const made = yield* attempt(
      createObject(
        k,
        info.mapping,
        info.namespace,
        { ...object, metadata },
        writeOptions(k, 'none', 'kubectl-replace'),
      ),
    );
    if ('failure' in made) errors.push(...made.failure.errors);
    else yield* printResult(k, made.value, 'replaced');
  }
  failOnErrors(errors);
}

/** `kubectl replace`. */
export const replaceCommand = defineVerb({
  name: 'replace',
  usage: '-f FILENAME',
  short: 'Replace a resource by file name or stdin',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    RECORD_FLAG,
    VALIDATE_FLAG,
    ...DELETE_FLAGS,
    stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-replace' }),
    stringFlag('raw', 'Raw URI to PUT to the server.'),
    boolFlag('save-config', "Keep the object's configuration in its annotation."),
    stringFlag('subresource', 'Replace this subresource of the object.'),
  ],
  *run(k) {
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    checkValidate(k);
    const { flags } = k;
    if (flags.int('grace-period') >= 0 && !flags.bool('force')) failWith('--grace-period must have --force specified');
    if (flags.durationMs('timeout') !== 0 && !flags.bool('force')) failWith('--timeout must have --force specified');
    if (flags.bool('force') && dryRun !== 'none') failWith('--dry-run can not be used when --force is set');
    requireFilename(k);
    if (flags.string('raw') !== '') return yield* rawFromFile(k, 'PUT', flags.string('raw'));
    const { infos, errors } = yield* manifestObjects(k, {
      ...filenameOptions(k),
      // What is deleted first is not validated.
      validate: flags.bool('force') ? 'Ignore' : validationDirective(flags.string('validate')),
    });
    const all: CommandError[] = [];
    if (flags.bool('force')) yield* forceReplace(k, infos, errors);
    else
      for (const info of infos) {
        const done = yield* attempt(replaceOne(k, info, dryRun));
        if ('failure' in done)
          all.push(...done.failure.errors.map((error) => withSource(error, 'replacing', info.source)));
      }
    const together = visitErrors(all, errors);
    if (flags.bool('force') && infos.length === 0 && together.length === 0) failWith('no objects passed to replace');
    failOnErrors(together);
    return 0;
  },
});
