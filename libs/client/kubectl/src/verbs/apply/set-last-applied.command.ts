import { MISSING_RESOURCE } from '../../resource/resource-selection.js';
import { toCompactJson } from '@seatrial/manifest';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag } from '../../command/flag.js';
import { DRY_RUN_FLAG, PRINT_FLAGS, printResult, requirePrinter } from '../../printers/object-printer.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { filenameOptions } from '../../resource/manifest-source.js';
import { failOnErrors, fetchObject } from '../../resource/resolve-infos.js';
import { stringMapAt } from '../../resource/resource-info.js';
import { LAST_APPLIED } from '../../resource/write-object.js';
import { FILENAME_FLAG } from '../get/get-options.js';

/** `kubectl apply set-last-applied`. */
export const setLastAppliedCommand = defineVerb({
  name: 'set-last-applied',
  usage: '-f FILENAME',
  short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  flags: [
    FILENAME_FLAG,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    boolFlag('create-annotation', "Will create 'last-applied-configuration' annotations if it does not exist"),
  ],
  *run(k) {
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    const files = filenameOptions(k);
    if (files.filenames.length === 0 && !files.kustomize) failWith(MISSING_RESOURCE);
    const { infos, errors } = yield* manifestObjects(k, files);
    for (const info of infos) {
      const live = yield* fetchObject(k, info.mapping, info.namespace, info.name);
      const annotation = stringMapAt(live, 'metadata', 'annotations')[LAST_APPLIED];
      const configuration = `${toCompactJson(info.object)}\n`;
      if (annotation === undefined && !k.flags.bool('create-annotation'))
        failWith(
          `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
        );
      if (annotation === configuration) {
        yield* k.out(`set-last-applied ${info.name}: no changes required.\n`);
        continue;
      }
      if (dryRun === 'client') {
        yield* printResult(k, live, 'configured', dryRun);
        continue;
      }
      const api = yield* k.api();
      const patched = yield* api.request({
        ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
        patchType: 'merge',
        body: { metadata: { annotations: { [LAST_APPLIED]: configuration } } },
        options: { fieldManager: 'kubectl-client-side-apply', ...(dryRun === 'server' ? { dryRun: true } : {}) },
      });
      yield* printResult(k, patched, 'configured', dryRun);
    }
    failOnErrors(errors);
    return 0;
  },
});
