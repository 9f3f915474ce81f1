import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { RE2JS } from 're2js';
import { wrongFormat } from './formats.js';
import { localized, quoted, shown, violation, type Violation } from './violation.js';

/** In the order of messages. */
const TYPES = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const hasType = (value: unknown, type: unknown): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeName(value) === type;

/** Whether two JSON values are equal, whatever the order of their members. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
    );
  }
  return a === b;
}

/** Whether a pattern of a schema is found in a text; one that Go cannot compile fits everything. */
export function matchesPattern(pattern: string, text: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(text).find();
  } catch {
    return true;
  }
}

/** Which formats are looked at: up to draft 7 all; those of patterns where a schema itself is checked. */
interface FormatChecks {
  readonly formats: boolean;
  readonly regexes: boolean;
}

function unlikeFormat(format: string, value: unknown, { formats, regexes }: FormatChecks): string | undefined {
  if (format !== 'regex') return formats ? wrongFormat(format, value) : undefined;
  if (!regexes || typeof value !== 'string') return undefined;
  try {
    RE2JS.compile(value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** type, const, enum and format, in that order: what breaks one of them is looked at no further. */
export function unlikeSchema(
  schema: JsonObject,
  value: unknown,
  at: string,
  checks: FormatChecks,
): Violation | undefined {
  const { type, enum: choices } = schema;
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (types.length > 0 && !types.some((name) => hasType(value, name)))
    return violation(at, `got ${typeName(value)}, want ${TYPES.filter((name) => types.includes(name)).join(' or ')}`);
  if (Object.hasOwn(schema, 'const') && !sameJson(schema.const, value))
    return violation(at, isSimple(schema.const) ? `value must be ${shown(schema.const)}` : `'const' failed`);
  if (Array.isArray(choices) && !choices.some((choice) => sameJson(choice, value)))
    return violation(at, unlikeChoices(choices));
  const { format } = schema;
  if (typeof format !== 'string') return undefined;
  const wrong = unlikeFormat(format, value, checks);
  return wrong === undefined ? undefined : violation(at, `${shown(value)} is not valid ${format}: ${wrong}`);
}

const isSimple = (value: unknown): boolean => typeof value !== 'object' || value === null;

function unlikeChoices(choices: readonly unknown[]): string {
  if (!choices.every(isSimple)) return `'enum' failed`;
  return `value must be ${choices.length === 1 ? '' : 'one of '}${choices.map(shown).join(', ')}`;
}

/** minLength, maxLength and pattern. */
export function ofText(schema: JsonObject, value: string, at: string): Violation[] {
  const found: Violation[] = [];
  const { minLength, maxLength, pattern } = schema;
  const { length } = [...value];
  if (typeof minLength === 'number' && length < minLength)
    found.push(violation(at, `minLength: got ${localized(length)}, want ${localized(minLength)}`));
  if (typeof maxLength === 'number' && length > maxLength)
    found.push(violation(at, `maxLength: got ${localized(length)}, want ${localized(maxLength)}`));
  if (typeof pattern === 'string' && !matchesPattern(pattern, value))
    found.push(violation(at, `${quoted(value)} does not match pattern ${quoted(pattern)}`));
  return found;
}

const BOUNDS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  minimum: (value, limit) => value < limit,
  maximum: (value, limit) => value > limit,
  exclusiveMinimum: (value, limit) => value <= limit,
  exclusiveMaximum: (value, limit) => value >= limit,
  multipleOf: (value, limit) => !Number.isInteger(Number((value / limit).toPrecision(15))),
};

/** minimum, maximum, their exclusive brothers and multipleOf. */
export function ofNumber(schema: JsonObject, value: number, at: string): Violation[] {
  return Object.entries(BOUNDS).flatMap(([keyword, fails]) => {
    const limit = schema[keyword];
    return typeof limit === 'number' && fails(value, limit)
      ? [violation(at, `${keyword}: got ${localized(value)}, want ${localized(limit)}`)]
      : [];
  });
}
