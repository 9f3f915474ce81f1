import { isJsonObject } from '@seatrial/kernel';
import { toJson, toYaml } from '@seatrial/manifest';
import { goQuote } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { stringMapAt } from '../../resource/resource-info.js';
import { LAST_APPLIED } from '../../resource/write-object.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';

/** `kubectl apply view-last-applied`. */
export const viewLastAppliedCommand = defineVerb({
  name: 'view-last-applied',
  usage: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  flags: [
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    boolFlag('all', 'Select all resources in the namespace of the specified resource types'),
    stringFlag('output', 'Output format. Must be one of (yaml, json)', { shorthand: 'o', default: 'yaml' }),
  ],
  *run(k) {
    const { flags } = k;
    const { infos, errors } = yield* resolveInfos(k, {
      args: k.args,
      labelSelector: flags.string('selector'),
      allowEmptySelector: flags.bool('all'),
    });
    const format = flags.string('output');
    for (const info of infos) {
      const text = stringMapAt(info.object, 'metadata', 'annotations')[LAST_APPLIED];
      // An object that was named has nothing said of it (AddSourceToErr without an error).
      if (text === undefined && info.source !== '')
        failWith(
          `error when no last-applied-configuration annotation found on resource: ${info.name}\n ${goQuote(info.source)}: <nil>`,
        );
      if (text === undefined) continue;
      const value: unknown = JSON.parse(text);
      if (!isJsonObject(value)) continue;
      if (format === 'json') yield* k.out(toJson(value, '  '));
      else if (format === 'yaml') yield* k.out(toYaml(value));
      else k.usageError(`Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`);
    }
    // The first error is the last thing that happens (no ContinueOnError).
    failOnErrors(errors.slice(0, 1));
    return 0;
  },
});
