import { spend } from '../cel-cost.js';
import { celToJson } from '../cel-json.js';

const CLAUSE = /%(?:%|(\.\d+)?([a-zA-Z]))/g;
const DEFAULT_PRECISION = 6;

/** A value as `%s` shows it. */
function shown(value: unknown): string {
  spend(1);
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(value);
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  const plain = celToJson(value);
  if (typeof plain === 'object' && plain !== null && !Array.isArray(plain)) {
    const members = Object.keys(plain).sort((a, b) => (a < b ? -1 : 1));
    return `{${members.map((key) => `${key}: ${shown((value as Record<string, unknown>)[key])}`).join(', ')}}`;
  }
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

function whole(value: unknown, clause: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw new Error(
    `error during formatting: ${clause} clause can only be used on integers, was given ${typeName(value)}`,
  );
}

const typeName = (value: unknown): string =>
  Array.isArray(value)
    ? 'list'
    : typeof value === 'bigint'
      ? 'int'
      : typeof value === 'number'
        ? 'double'
        : typeof value === 'boolean'
          ? 'bool'
          : typeof value === 'string'
            ? 'string'
            : 'map';

function formatOne(verb: string, precision: number, value: unknown): string {
  switch (verb) {
    case 's':
      return shown(value);
    case 'd':
      return whole(value, 'decimal').toString();
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : whole(value, 'binary').toString(2);
    case 'o':
      return whole(value, 'octal').toString(8);
    case 'x':
    case 'X': {
      const hex =
        typeof value === 'string'
          ? [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
          : whole(value, 'hex').toString(16);
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    case 'f':
      return Number(value).toFixed(precision);
    case 'e':
      return Number(value)
        .toExponential(precision)
        .replace(/e([+-])(\d)$/, 'e$10$2');
    default:
      throw new Error(`could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(verb)}`);
  }
}

/** `'%s has %d'.format([a, b])` (cel-go ext/formatting.go). */
export function formatCel(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(CLAUSE, (clause, precision: string | undefined, verb: string | undefined) => {
    if (verb === undefined) return '%';
    if (next >= values.length) throw new Error(`index ${next} out of range`);
    const digits = precision === undefined ? DEFAULT_PRECISION : Number(precision.slice(1));
    return formatOne(verb, Math.min(100, digits), values[next++]);
  });
}
