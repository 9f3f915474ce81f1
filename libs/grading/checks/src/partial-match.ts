import { isJsonObject, jsonEqual } from '@seatrial/kernel';

/** Where a value first differs from what was expected of it. */
export interface Mismatch {
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/**
 * Holds a value against an expectation that names only what matters: members of mappings that are expected must match;
 * of a list each expected item must match some item (the one of the same `name`, where items have names).
 */
export function findMismatch(expected: unknown, found: unknown, path = ''): Mismatch | undefined {
  if (isJsonObject(expected)) {
    if (!isJsonObject(found)) return { path, expected, found };
    for (const [key, value] of Object.entries(expected)) {
      const member = Object.hasOwn(found, key) ? found[key] : undefined;
      const mismatch = findMismatch(value, member, path === '' ? key : `${path}.${key}`);
      if (mismatch) return mismatch;
    }
    return undefined;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(found)) return { path, expected, found };
    for (const [index, item] of (expected as unknown[]).entries()) {
      const mismatch = findItemMismatch(item, found as unknown[], `${path}[${String(index)}]`);
      if (mismatch) return mismatch;
    }
    return undefined;
  }
  return jsonEqual(expected, found) ? undefined : { path, expected, found };
}

function findItemMismatch(expected: unknown, found: readonly unknown[], path: string): Mismatch | undefined {
  const mismatches: Mismatch[] = [];
  for (const item of found) {
    const mismatch = findMismatch(expected, item, path);
    if (!mismatch) return undefined;
    if (isJsonObject(expected) && isJsonObject(item) && expected.name !== undefined && expected.name === item.name) {
      return mismatch;
    }
    mismatches.push(mismatch);
  }
  return found.length === 1 ? mismatches[0] : { path, expected, found };
}

/** A value in a reason: short JSON, or `nothing`. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '∅';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
