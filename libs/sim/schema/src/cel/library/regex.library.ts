import { RE2JS } from 're2js';
import type { CelMeter } from '../evaluate/meter.js';
import { CelError, type CelValue } from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';

/* Regular expressions, on RE2 (k8s.io/apiserver/pkg/cel/library regex.go). */

const compiled = new Map<string, RE2JS | string>();
const REMEMBERED = 256;

/** A compiled pattern, or Go's complaint about it. */
export function compilePattern(pattern: string): RE2JS | string {
  let result = compiled.get(pattern);
  if (result !== undefined) return result;
  try {
    result = RE2JS.compile(pattern);
  } catch (error) {
    result = error instanceof Error ? error.message : `error parsing regexp: ${pattern}`;
  }
  if (compiled.size >= REMEMBERED) compiled.clear();
  compiled.set(pattern, result);
  return result;
}

/** `matches`. */
export function matchPattern(text: string, pattern: string): CelValue {
  const regex = compilePattern(pattern);
  return typeof regex === 'string' ? new CelError(regex) : regex.matcher(text).find();
}

function findAll(text: string, pattern: string, limit: number, meter: CelMeter): string[] | CelError {
  const regex = compilePattern(pattern);
  if (typeof regex === 'string') return new CelError(`Illegal regex: ${regex}`);
  meter.bound(text.length);
  const found: string[] = [];
  const matcher = regex.matcher(text);
  while ((limit < 0 || found.length < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

export const regexLibrary: CelLibrary = {
  string_find_all_string: implement((text: string, pattern: string, meter: CelMeter) =>
    findAll(text, pattern, -1, meter),
  ),
  string_find_all_string_int: implement((text: string, pattern: string, limit: bigint, meter: CelMeter) =>
    findAll(text, pattern, Number(limit), meter),
  ),
  string_find_string: implement((text: string, pattern: string, meter: CelMeter) => {
    const found = findAll(text, pattern, 1, meter);
    return found instanceof CelError ? found : (found[0] ?? '');
  }),
};
