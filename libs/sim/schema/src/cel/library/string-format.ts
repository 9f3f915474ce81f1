import { compareStrings, goQuote } from '@seatrial/kernel';
import { convert, formatDouble } from '../evaluate/conversions.js';
import type { CelMeter } from '../evaluate/meter.js';
import {
  CelDuration,
  CelError,
  CelTimestamp,
  CelUint,
  isList,
  isMap,
  typeNameOf,
  type CelMap,
  type CelValue,
} from '../evaluate/values.js';

/* `'%s has %d'.format([a, b])` (cel-go ext/formatting.go, locale en_US). */

const DEFAULT_PRECISION = 6;
const MAX_PRECISION = 100;

const COMPLAINTS: Readonly<Record<string, string>> = {
  b: 'only integers and bools can be formatted as binary, was given ',
  d: 'decimal clause can only be used on integers, was given ',
  e: 'scientific clause can only be used on doubles, was given ',
  f: 'fixed-point clause can only be used on doubles, was given ',
  o: 'octal clause can only be used on integers, was given ',
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ',
  x: 'only integers, byte buffers, and strings can be formatted as hex, was given ',
};

/** What is said of a value of a type that a clause does not take. */
export const clauseComplaint = (verb: string, typeName: string): string =>
  `${COMPLAINTS[verb.toLowerCase()]}${typeName}`;

class FormatProblem extends Error {}

const plain = (value: CelValue): string => {
  const text = convert('string', value);
  return typeof text === 'string' ? text : '';
};

/** A value inside a list or map, as a literal. */
function nested(value: CelValue, meter: CelMeter): string {
  meter.bound(typeof value === 'string' ? value.length : 1);
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? grouped(value, DEFAULT_PRECISION, false) : goQuote(formatDouble(value));
  if (value instanceof Uint8Array) return `b${goQuote(plain(value))}`;
  if (value instanceof CelTimestamp) return `timestamp(${goQuote(plain(value))})`;
  if (value instanceof CelDuration) return `duration(${goQuote(plain(value))})`;
  if (value === null) return 'null';
  if (isList(value)) return listText(value, meter);
  if (isMap(value)) return mapText(value, meter);
  const text = convert('string', value);
  if (typeof text !== 'string') throw new FormatProblem(`no formatting function for ${typeNameOf(value)}`);
  return text;
}

const listText = (list: readonly CelValue[], meter: CelMeter): string =>
  `[${list.map((item) => nested(item, meter)).join(', ')}]`;

function mapText(map: CelMap, meter: CelMeter): string {
  const pairs = map.keys().map((key): [string, string] => {
    if (typeof key === 'number') throw new FormatProblem('no formatting function for map key of type double');
    return [typeof key === 'string' ? goQuote(key) : plain(key), nested(map.get(key) ?? null, meter)];
  });
  pairs.sort(([a], [b]) => compareStrings(a, b));
  return `{${pairs.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}

function formatString(value: CelValue, meter: CelMeter): string {
  if (isList(value)) return listText(value, meter);
  if (isMap(value)) return mapText(value, meter);
  if (value === null) return 'null';
  const text = convert('string', value);
  if (text instanceof CelError) throw new FormatProblem(clauseComplaint('s', typeNameOf(value)));
  return typeof text === 'string' ? text : '';
}

function whole(value: CelValue): bigint | undefined {
  return typeof value === 'bigint' ? value : value instanceof CelUint ? value.value : undefined;
}

/** With commas between thousands where a printer of a locale puts them. */
function grouped(value: number, precision: number, commas: boolean): string {
  const [head, tail] = value.toFixed(Math.min(precision, MAX_PRECISION)).split('.');
  const shown = commas ? head.replace(/\B(?=(\d{3})+$)/g, ',') : head;
  return tail === undefined ? shown : `${shown}.${tail}`;
}

function float(verb: string, value: CelValue): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return NaN;
  if (value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new FormatProblem(clauseComplaint(verb, typeNameOf(value)));
}

/** As Go's printer of a locale has it, which does not heed the precision. */
function exponent(value: number): string {
  const [mantissa, power] = value.toExponential(DEFAULT_PRECISION).split('e');
  const digits = [...power.replace(/^[+-]/, '').padStart(2, '0')];
  const raised = digits.map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit))).join('');
  return `${mantissa}×10${power.startsWith('-') ? '⁻' : ''}${raised}`;
}

const notFinite = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞');

function hex(value: CelValue, upper: boolean): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const number = whole(value);
  if (number === undefined && !(bytes instanceof Uint8Array))
    throw new FormatProblem(clauseComplaint('x', typeNameOf(value)));
  const text =
    bytes instanceof Uint8Array
      ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
      : (number ?? 0n).toString(16);
  return upper ? text.toUpperCase() : text;
}

function formatOne({ verb, precision }: FormatClause, value: CelValue, meter: CelMeter): string {
  const number = whole(value);
  switch (verb) {
    case 's':
      return formatString(value, meter);
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      if (number === undefined) throw new FormatProblem(clauseComplaint(verb, typeNameOf(value)));
      return number.toString(2);
    case 'd':
    case 'o':
      if (number === undefined) throw new FormatProblem(clauseComplaint(verb, typeNameOf(value)));
      return number.toString(verb === 'o' ? 8 : 10);
    case 'x':
    case 'X':
      return hex(value, verb === 'X');
    case 'f':
    case 'e': {
      const given = float(verb, value);
      if (!Number.isFinite(given)) return notFinite(given).padStart(verb === 'e' ? DEFAULT_PRECISION : 0);
      return verb === 'f' ? grouped(given, precision, true) : exponent(given);
    }
    default:
      throw new FormatProblem(`unrecognized formatting clause ${verb}`);
  }
}

/** One clause of a format. */
export interface FormatClause {
  readonly verb: string;
  readonly precision: number;
}

/** What a format is made of; its problem where it cannot be read. */
export function parseFormat(format: string): { readonly parts: (string | FormatClause)[]; readonly problem?: string } {
  const parts: (string | FormatClause)[] = [];
  let text = '';
  for (let at = 0; at < format.length; at++) {
    const character = format.charAt(at);
    if (character !== '%') {
      text += character;
      continue;
    }
    if (at + 1 >= format.length) return { parts, problem: 'unexpected end of string' };
    if (format.charAt(at + 1) === '%') {
      text += '%';
      at++;
      continue;
    }
    if (text !== '') parts.push(text);
    text = '';
    const clause = readClause(format, at + 1);
    if (typeof clause === 'string') return { parts, problem: clause };
    parts.push(clause.clause);
    at = clause.end;
  }
  if (text !== '') parts.push(text);
  return { parts };
}

function readClause(format: string, start: number): string | { readonly clause: FormatClause; readonly end: number } {
  const prefix = 'could not parse formatting clause: ';
  let at = start;
  let precision = DEFAULT_PRECISION;
  if (format.charAt(at) === '.') {
    const digits = /^\d*/.exec(format.slice(at + 1))?.[0] ?? '';
    at += 1 + digits.length;
    if (at >= format.length) return `${prefix}error while parsing precision: could not find end of precision specifier`;
    if (digits === '')
      return `${prefix}error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax`;
    precision = Number(digits);
  }
  const verb = format.charAt(at);
  if (!/[sdfebxXo]/.test(verb))
    return `${prefix}unrecognized formatting clause ${goQuote(String.fromCodePoint(format.codePointAt(at) ?? 0))}`;
  return { clause: { verb, precision }, end: at };
}

export function formatCel(format: string, values: readonly CelValue[], meter: CelMeter): CelValue {
  const { parts, problem } = parseFormat(format);
  let out = '';
  let next = 0;
  try {
    for (const part of parts) {
      if (typeof part === 'string') {
        out += part;
        continue;
      }
      if (next >= values.length) return new CelError(`index ${next} out of range`);
      out += formatOne(part, values[next++], meter);
      meter.bound(out.length);
    }
  } catch (error) {
    if (error instanceof FormatProblem) return new CelError(`error during formatting: ${error.message}`);
    throw error;
  }
  return problem === undefined ? out : new CelError(problem);
}
