/** Plain data as JSON has it. `undefined` members count as absent. */
export type JsonValue = string | number | boolean | null | JsonArray | JsonObject;
export type JsonArray = JsonValue[];
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Freezes a value and everything below it. Frozen parts are taken as frozen to the bottom (copy on write). */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') deepFreeze(value[i]);
    return Object.freeze(value);
  }
  // Plain data inherits nothing that is enumerable; a list of keys would be made for every object.
  for (const key in value) {
    const item = value[key as keyof T];
    if (typeof item === 'object') deepFreeze(item);
  }
  return Object.freeze(value);
}

/** A mutable copy, every level. */
export function deepClone<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => deepClone(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    const copied = typeof item === 'object' ? deepClone(item) : item;
    if (key === '__proto__') setOwn(copy, key, copied);
    else copy[key] = copied;
  }
  return copy as T;
}

/** Sets a member as an own property, also for names such as `__proto__` that assignment would treat specially. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** A copy without the members that are null, at every level; nulls in lists stay. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, member] of Object.entries(value))
    if (member !== undefined && member !== null) setOwn(kept, key, withoutNulls(member));
  return kept;
}

function arraysEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!jsonEqual(a[i], b[i])) return false;
  return true;
}

/** Equal as JSON: members in any order, `undefined` the same as absent. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && arraysEqual(a, b);
  if (Array.isArray(b)) return false;
  return membersEqual(a as JsonObject, b as JsonObject);
}

/** Plain data inherits nothing that is enumerable: no lists of keys are made. */
function membersEqual(left: JsonObject, right: JsonObject): boolean {
  let members = 0;
  for (const key in left) {
    const value = left[key];
    if (value === undefined) continue;
    const other = right[key];
    if (value !== other && ((key === '__proto__' && !Object.hasOwn(right, key)) || !jsonEqual(value, other)))
      return false;
    members++;
  }
  for (const key in right) if (right[key] !== undefined) members--;
  return members === 0;
}

/** Names of members as JSON: mostly the same few. */
const quotedNames = new Map<string, string>();
const KEPT_NAMES = 2000;

function quotedName(name: string): string {
  let quoted = quotedNames.get(name);
  if (quoted === undefined) {
    if (quotedNames.size >= KEPT_NAMES) quotedNames.clear();
    quoted = `${JSON.stringify(name)}:`;
    quotedNames.set(name, quoted);
  }
  return quoted;
}

function appendSorted(text: string, value: object): string {
  const names = Object.keys(value);
  if (names.length > 1) names.sort();
  let result = text;
  let separator = '{';
  for (const name of names) {
    const item = (value as Record<string, unknown>)[name];
    if (item === undefined) continue;
    result = append(result + separator + quotedName(name), item);
    separator = ',';
  }
  return separator === '{' ? `${result}{}` : `${result}}`;
}

function append(text: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return text + JSON.stringify(value ?? null);
  if (!Array.isArray(value)) return appendSorted(text, value);
  if (value.length === 0) return `${text}[]`;
  let result = text;
  let separator = '[';
  for (const item of value) {
    result = append(result + separator, item);
    separator = ',';
  }
  return `${result}]`;
}

/** Compact JSON with sorted keys: the form that digests are taken over. */
export const canonicalJson = (value: unknown): string => append('', value);

/** Order by UTF-16 code unit, as Go sorts ASCII strings; never by locale. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
