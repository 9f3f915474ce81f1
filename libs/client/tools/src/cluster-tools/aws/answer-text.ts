import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { blockYaml } from '../../tool/block-yaml.js';

const isScalar = (value: JsonValue | undefined): boolean => !isJsonObject(value) && !Array.isArray(value);

/** A scalar as Python's str() writes it. */
function word(value: JsonValue | undefined): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function objectLines(item: JsonObject, identifier: string | undefined, keys: readonly string[] | undefined): string[] {
  const names = Object.keys(item).sort();
  const scalars = keys ?? names.filter((name) => isScalar(item[name]));
  const cells = scalars.map((name) => word(item[name]));
  const rest = names.filter((name) => !scalars.includes(name));
  const own =
    cells.length === 0 ? [] : [[...(identifier === undefined ? [] : [identifier.toUpperCase()]), ...cells].join('\t')];
  return [...own, ...rest.flatMap((name) => textLines(item[name] ?? null, name))];
}

function listLines(items: readonly JsonValue[], identifier: string | undefined): string[] {
  if (items.some(isJsonObject)) {
    const objects = items.filter(isJsonObject);
    const keys = [
      ...new Set(objects.flatMap((each) => Object.keys(each).filter((name) => isScalar(each[name])))),
    ].sort();
    return objects.flatMap((each) => objectLines(each, identifier, keys));
  }
  const scalars = items.filter((each) => isScalar(each)).map(word);
  const rest = items.filter((each) => !isScalar(each));
  const line =
    identifier === undefined ? [scalars.join('\t')] : scalars.map((each) => `${identifier.toUpperCase()}\t${each}`);
  return [...(scalars.length === 0 ? [] : line), ...rest.flatMap((each) => textLines(each, identifier))];
}

/** The lines of `--output text` (awscli/text.py). */
function textLines(value: JsonValue, identifier?: string): string[] {
  if (Array.isArray(value)) return listLines(value, identifier);
  return isJsonObject(value) ? objectLines(value, identifier, undefined) : [word(value)];
}

/** An answer as `--output` wants it; undefined for a form that is not simulated. */
export function answerText(value: JsonValue, output: string): string | undefined {
  if (output === 'json') return `${JSON.stringify(value, undefined, 4)}\n`;
  if (output === 'text')
    return textLines(value)
      .map((line) => `${line}\n`)
      .join('');
  return output === 'yaml' ? blockYaml(value, '') : undefined;
}
