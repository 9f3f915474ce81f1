import { goQuote } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { outputFormat, printResult } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { twoWayPatch } from '../../resource/strategic-schema.js';
import { EDIT_FLAGS } from './edit-flags.js';
import { runEditFlow, sendPatch } from './edit-flow.js';

/** `kubectl edit`. */
export const editCommand = defineVerb({
  name: 'edit',
  usage: '(RESOURCE/NAME | -f FILENAME)',
  short: 'Edit a resource on the server',
  flags: EDIT_FLAGS,
  *run(k) {
    const format = outputFormat(k);
    if (!['', 'json', 'yaml'].includes(format))
      failWith(
        `unable to match a printer suitable for the output format ${goQuote(format)}, allowed formats are: json,kyaml,yaml`,
      );
    const { infos, errors } = yield* resolveInfos(k, {
      args: k.args,
      allowEmptySelector: true,
      subresource: k.flags.string('subresource'),
    });
    failOnErrors(errors);
    if (infos.length === 0) failWith('edit cancelled, no objects found');
    return yield* runEditFlow(
      k,
      infos,
      infos.map((info) => info.object),
      {
        *save(info, original, edited) {
          const patch = twoWayPatch(info.mapping, original, edited);
          if (!patch.ok) failWith(patch.error);
          if (Object.keys(patch.value.patch).length === 0) {
            yield* printResult(k, original, 'skipped');
            return;
          }
          const saved = yield* sendPatch(k, info, patch.value.type, patch.value.patch);
          yield* printResult(k, saved, 'edited');
        },
      },
    );
  },
});
