import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';

/** Reading objects whose Go type has no TypeScript one here: what is of another type counts as absent. */

/** A value inside a value. */
export const part = (value: JsonValue | undefined, ...path: string[]): JsonValue | undefined => {
  let at = value;
  for (const name of path) at = isJsonObject(at) ? at[name] : undefined;
  return at;
};

/** A text as a Go string: '' where there is none. */
export const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** A text as a pointer to a Go string. */
export const given = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The objects of a list. */
export const objectsOf = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((item): item is JsonObject => isJsonObject(item)) : [];
