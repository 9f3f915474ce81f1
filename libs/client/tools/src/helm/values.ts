import { compareStrings, isJsonObject, setOwn } from '@seatrial/kernel';
import { formatValue } from '@seatrial/template';
import type { Values } from './set-parser.js';

/** A deep copy in which whole numbers are Go integers (`bigint`); `undefined` members go. */
export function goValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(goValues);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (!isJsonObject(value)) return value;
  const copy: Values = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) setOwn(copy, key, goValues(item));
  return copy;
}

/** The other way: bigint as JSON numbers. */
export function plainValues(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainValues);
  if (!isJsonObject(value)) return value;
  const copy: Values = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) setOwn(copy, key, plainValues(item));
  return copy;
}

/** `over` laid over `base`: tables merge, anything else replaces (loader.MergeMaps). Neither is changed. */
export function mergeValues(base: Values, over: Values): Values {
  const merged: Values = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const present = Object.hasOwn(merged, key) ? merged[key] : undefined;
    setOwn(merged, key, isJsonObject(value) && isJsonObject(present) ? mergeValues(present, value) : value);
  }
  return merged;
}

/** Told what the user's values hide of a chart's. */
export type Warn = (text: string) => void;

const dotted = (prefix: string, key: string): string => (prefix === '' ? key : `${prefix}.${key}`);

/**
 * Lays `over` over `base` (coalesceTablesFullKey of pkg/chart/common/util): a null takes a key of the base away, unless
 * nulls are kept (`merge`). Neither is changed.
 */
export function coalesceTables(over: Values, base: Values, prefix = '', merge = false, warn?: Warn): Values {
  const result: Values = { ...over };
  for (const key of Object.keys(base).sort(compareStrings)) {
    const value = base[key];
    if (value === undefined) continue;
    const name = dotted(prefix, key);
    if (!Object.hasOwn(over, key)) {
      setOwn(result, key, value);
      continue;
    }
    const own = over[key];
    if (own === null) {
      if (!merge && value !== null) Reflect.deleteProperty(result, key);
    } else if (isJsonObject(value)) {
      if (isJsonObject(own)) setOwn(result, key, coalesceTables(own, value, name, merge, warn));
      else warn?.(`warning: cannot overwrite table with non table for ${name} (${formatValue(value)})`);
    } else if (isJsonObject(own) && value !== null)
      warn?.(`warning: destination for ${name} is a table. Ignoring non-table value (${formatValue(value)})`);
  }
  return result;
}

/** A user's values over a chart's own: a null takes a key of the chart away (coalesceValues); `children` keep theirs. */
export function coalesceValues(
  given: Values,
  defaults: Values,
  chart = '',
  children: ReadonlySet<string> = new Set(),
  merge = false,
  warn?: Warn,
): Values {
  const result: Values = { ...given };
  for (const key of Object.keys(defaults).sort(compareStrings)) {
    const value = defaults[key];
    if (value === undefined) continue;
    if (!Object.hasOwn(given, key)) {
      setOwn(result, key, value);
      continue;
    }
    const own = given[key];
    if (own === null) {
      if (!merge) Reflect.deleteProperty(result, key);
    } else if (isJsonObject(own)) {
      const name = dotted(chart, key);
      if (isJsonObject(value)) setOwn(result, key, coalesceTables(own, value, name, merge || children.has(key), warn));
      else if (value !== null) warn?.(`warning: skipped value for ${name}: Not a table.`);
    }
  }
  return result;
}

/** A parent's globals in those of its subchart; the parent's win (coalesceGlobals). */
export function withGlobals(own: Values, parent: Values): Values {
  const mine: Values = isJsonObject(own.global) ? { ...own.global } : {};
  if (own.global !== undefined && !isJsonObject(own.global)) return own;
  const given = parent.global;
  if (given !== undefined && !isJsonObject(given)) return own;
  for (const [key, value] of Object.entries(given ?? {})) {
    const present = mine[key];
    if (isJsonObject(value)) {
      if (present === undefined) setOwn(mine, key, value);
      else if (isJsonObject(present)) setOwn(mine, key, coalesceTables(value, present, key, true));
    } else if (!isJsonObject(present)) setOwn(mine, key, value);
  }
  return { ...own, global: mine };
}
