import { isJsonObject, ok, readAll, resolvePath, type Coroutine } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { failHelm } from '../helm-failure.js';
import { unmarshalValues } from './go-decoding.js';
import { applySet, type Values } from './set-parser.js';
import { mergeValues } from './values.js';

/** The values that flags give: files first, then `--set` and its kin. */
export function* givenValues(k: Invocation): Coroutine<Values> {
  const { files } = k.process.machine;
  let values: Values = {};
  for (const name of k.flags.list('values')) {
    const text =
      name.trim() === '-' ? ok(yield* readAll(k.process.stdin)) : files.readFile(resolvePath(k.process.cwd, name));
    if (!text.ok) failHelm(`open ${name}: no such file or directory`);
    for (const document of text.value.split(/^---.*$/m)) {
      const read = unmarshalValues(document);
      if (!read.ok) failHelm(`failed to parse ${name}: cannot unmarshal yaml document: ${read.error}`);
      values = mergeValues(values, read.value);
    }
  }
  for (const text of k.flags.list('set-json')) values = mergeValues(values, jsonValues(text));
  for (const [flag, asText] of [
    ['set', false],
    ['set-string', true],
  ] as const)
    for (const text of k.flags.list(flag)) {
      const applied = applySet(values, text, asText);
      if (!applied.ok) failHelm(`failed parsing --${flag} data: ${applied.error}`);
    }
  for (const text of k.flags.list('set-file')) {
    const equals = text.indexOf('=');
    const content = files.readFile(resolvePath(k.process.cwd, text.slice(equals + 1)));
    if (!content.ok)
      failHelm(`failed parsing --set-file data: open ${text.slice(equals + 1)}: no such file or directory`);
    applySet(values, `${text.slice(0, equals)}=${content.value.replace(/[\\,[\]{}=.]/g, '\\$&')}`, true);
  }
  for (const text of k.flags.list('set-literal')) {
    const equals = text.indexOf('=');
    if (equals < 0) failHelm(`failed parsing --set-literal data: key "${text}" has no value`);
    applySet(values, `${text.slice(0, equals)}=${text.slice(equals + 1).replace(/[\\,[\]{}=.]/g, '\\$&')}`, true);
  }
  return values;
}

/** What `--set-json` gives: an object, or a path with the JSON of its value. */
function jsonValues(text: string): Values {
  const equals = text.trimStart().startsWith('{') ? -1 : text.indexOf('=');
  const parse = (json: string): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      return failHelm(
        `failed parsing --set-json data ${equals < 0 && text.trimStart().startsWith('{') ? 'JSON: ' : ''}${text}`,
      );
    }
  };
  if (equals < 0) {
    const object = parse(text);
    return isJsonObject(object) ? object : failHelm(`failed parsing --set-json data ${text}`);
  }
  const value = parse(text.slice(equals + 1));
  return text
    .slice(0, equals)
    .split('.')
    .reduceRight<unknown>((under, key) => ({ [key]: under }), value) as Values;
}
