import type { Coroutine } from '@seatrial/kernel';
import type { Invocation } from '../../command/invocation.js';
import { printResult } from '../../printers/object-printer.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { filenameOptions } from '../../resource/manifest-source.js';
import { failOnErrors } from '../../resource/resolve-infos.js';
import { createObject, writeOptions } from '../../resource/write-object.js';
import { editText } from './run-editor.js';
import { isJsonObject, jsonEqual } from '@seatrial/kernel';
import { toYaml, yamlToJson } from '@seatrial/manifest';
import { failWith } from '../../command/failure.js';

/** `kubectl create --edit`: the objects go through an editor on their way; what comes out as it went in is not created. */
export function* editFiles(k: Invocation): Coroutine<number> {
  const { infos, errors } = yield* manifestObjects(k, filenameOptions(k));
  failOnErrors(errors);
  for (const info of infos) {
    const edited = yield* editText(k, toYaml(info.object));
    const read = yamlToJson(edited.text);
    if (!read.ok) failWith(read.error);
    const why = jsonEqual(read.value, info.object) ? 'no changes made' : 'saved file was empty';
    if (!isJsonObject(read.value) || why === 'no changes made') {
      k.process.machine.files.remove(edited.path);
      yield* k.err(`Edit cancelled, ${why}.\n`);
      continue;
    }
    const created = yield* createObject(
      k,
      info.mapping,
      info.namespace,
      read.value,
      writeOptions(k, 'none', 'kubectl-create'),
    );
    yield* printResult(k, created, 'created');
  }
  return 0;
}
