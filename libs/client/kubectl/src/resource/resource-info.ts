import type { ServedResource } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';

/** One object that a command is about (resource.Info). */
export interface ResourceInfo {
  readonly mapping: ServedResource;
  readonly namespace: string;
  readonly name: string;
  /** The file, URL or `STDIN` it was read from; '' when it was asked of the server. */
  readonly source: string;
  readonly object: JsonObject;
}

export const metadataOf = (object: JsonObject): JsonObject => (isJsonObject(object.metadata) ? object.metadata : {});

/** A member's text, or ''. */
export const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

export const nameOf = (object: JsonObject): string => textOf(metadataOf(object).name);
export const namespaceOf = (object: JsonObject): string => textOf(metadataOf(object).namespace);

/** The value at a path of members, or undefined. */
export function valueAt(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const key of path) {
    if (!isJsonObject(here)) return undefined;
    here = Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return here;
}

export function objectAt(value: JsonValue | undefined, ...path: readonly string[]): JsonObject | undefined {
  const found = valueAt(value, ...path);
  return isJsonObject(found) ? found : undefined;
}

export function listAt(value: JsonValue | undefined, ...path: readonly string[]): readonly JsonValue[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function stringMapAt(value: JsonValue | undefined, ...path: readonly string[]): Record<string, string> {
  const found = objectAt(value, ...path);
  return (found ?? {}) as Record<string, string>;
}
