import { isJsonObject, type Coroutine } from '@seatrial/kernel';
import { toCompactJson } from '@seatrial/manifest';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { printResult } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { stringMapAt } from '../../resource/resource-info.js';
import { LAST_APPLIED } from '../../resource/write-object.js';
import { runEditFlow, sendPatch } from './edit-flow.js';

const HEADER = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

/** `kubectl apply edit-last-applied`: edits the annotation's configuration, not the object. */
export function* editLastApplied(k: Invocation): Coroutine<number> {
  const { infos, errors } = yield* resolveInfos(k, { args: k.args, allowEmptySelector: true });
  failOnErrors(errors);
  const annotated = infos.flatMap((info) => {
    const text = stringMapAt(info.object, 'metadata', 'annotations')[LAST_APPLIED];
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return isJsonObject(value) ? [{ info, value }] : [];
  });
  if (annotated.length === 0)
    failWith(
      'no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`',
    );
  const objects = annotated.map(({ value }) => value);
  return yield* runEditFlow(
    k,
    annotated.map(({ info }) => info),
    objects,
    {
      header: HEADER,
      *save(info, _original, edited) {
        const patch = { metadata: { annotations: { [LAST_APPLIED]: `${toCompactJson(edited)}\n` } } };
        yield* printResult(k, yield* sendPatch(k, info, 'merge', patch), 'edited');
      },
    },
  );
}
