import { MISSING_RESOURCE } from '../../resource/resource-selection.js';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { toCompactJson } from '@seatrial/manifest';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, PRINT_FLAGS, printResult, requirePrinter } from '../../printers/object-printer.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { filenameOptions } from '../../resource/manifest-source.js';
import { failOnErrors, fetchObject } from '../../resource/resolve-infos.js';
import { stringMapAt, type ResourceInfo } from '../../resource/resource-info.js';
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
    const changed = yield* changedConfigurations(k, infos);
    failOnErrors(errors);
    const api = yield* k.api();
    for (const { info, live, configuration } of changed) {
      if (dryRun === 'client') {
        yield* printResult(k, live, 'configured', dryRun);
        continue;
      }
      const patched = yield* api.request({
        ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
        patchType: 'merge',
        body: { metadata: { annotations: { [LAST_APPLIED]: configuration } } },
        options: { fieldManager: 'kubectl-client-side-apply', ...(dryRun === 'server' ? { dryRun: true } : {}) },
      });
      yield* printResult(k, patched, 'configured', dryRun);
    }
    return 0;
  },
});

interface Changed {
  readonly info: ResourceInfo;
  readonly live: JsonObject;
  readonly configuration: string;
}

/** All are looked at before any is changed: those that stay as they are say so first (SetLastAppliedOptions.Validate). */
function* changedConfigurations(k: Invocation, infos: readonly ResourceInfo[]): Coroutine<readonly Changed[]> {
  const changed: Changed[] = [];
  for (const info of infos) {
    const live = yield* fetchObject(k, info.mapping, info.namespace, info.name);
    const annotation = stringMapAt(live, 'metadata', 'annotations')[LAST_APPLIED];
    const configuration = `${toCompactJson(info.object)}\n`;
    if (annotation === undefined && !k.flags.bool('create-annotation'))
      failWith(
        `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
      );
    if (annotation === configuration) yield* k.out(`set-last-applied ${info.name}: no changes required.\n`);
    else changed.push({ info, live, configuration });
  }
  return changed;
}
