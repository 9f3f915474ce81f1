import { isJsonObject, setOwn } from '@seatrial/kernel';
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

/** Told where a table meets something else, with the path to it. */
export interface ValueWarnings {
  readonly path: string;
  readonly say: (text: string) => void;
  /** Below the first level both sides are complained of. */
  readonly nested?: boolean;
}

function warnOf(warnings: ValueWarnings, key: string, value: unknown, fallback: unknown): void {
  const { path, say, nested = false } = warnings;
  const full = path === '' ? key : `${path}.${key}`;
  if (isJsonObject(value) && !isJsonObject(fallback) && fallback !== null)
    say(
      nested
        ? `warning: destination for ${full} is a table. Ignoring non-table value (${formatValue(fallback)})`
        : `warning: skipped value for ${full}: Not a table.`,
    );
  else if (nested && !isJsonObject(value) && isJsonObject(fallback) && value !== null)
    say(`warning: cannot overwrite table with non table for ${full} (${formatValue(fallback)})`);
}

/** A user's values over a chart's: a null takes a key of the chart away (chartutil.CoalesceValues). */
export function coalesceValues(given: Values, defaults: Values, warnings?: ValueWarnings): Values {
  const result: Values = {};
  for (const [key, value] of Object.entries(given)) {
    const fallback = Object.hasOwn(defaults, key) ? defaults[key] : undefined;
    if (warnings && fallback !== undefined) warnOf(warnings, key, value, fallback);
    if (value === null) {
      // A null removes the chart's value; on its own it stays.
      if (!Object.hasOwn(defaults, key)) setOwn(result, key, null);
    } else if (isJsonObject(value) && isJsonObject(fallback)) {
      const below = warnings && {
        ...warnings,
        path: warnings.path === '' ? key : `${warnings.path}.${key}`,
        nested: true,
      };
      setOwn(result, key, coalesceValues(value, fallback, below));
    } else setOwn(result, key, value);
  }
  for (const [key, value] of Object.entries(defaults))
    if (!Object.hasOwn(given, key) && value !== undefined) setOwn(result, key, value);
  return result;
}
