import { isJsonObject, type JsonValue } from '@seatrial/kernel';
import { DockerFailure } from '../docker-failure.js';

/** Ends the reading. */
export const bad = (message: string): never => {
  throw new DockerFailure(message);
};

/** A scalar as text. */
export const text = (value: JsonValue | undefined): string | undefined =>
  value === undefined || value === null || typeof value === 'object' ? undefined : String(value);

/** A list, or one thing as a list of it. */
export const list = (value: JsonValue | undefined): JsonValue[] =>
  Array.isArray(value) ? value : value == null ? [] : [value];

/** A list of `NAME=value`, or a mapping. */
export function pairs(value: JsonValue | undefined, env: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  if (isJsonObject(value))
    for (const [name, each] of Object.entries(value)) {
      const given = each === null ? env.get(name) : text(each);
      if (given !== undefined) found.set(name, given);
    }
  else
    for (const word of list(value).map((each) => text(each) ?? '')) {
      const equals = word.indexOf('=');
      if (equals >= 0) found.set(word.slice(0, equals), word.slice(equals + 1));
      else if (env.has(word)) found.set(word, env.get(word) ?? '');
    }
  return found;
}

/** A command as a list, or as a line that is split as a shell does it. */
export function command(value: JsonValue | undefined): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((each) => text(each) ?? '');
  return [...(text(value) ?? '').matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain,
  );
}
