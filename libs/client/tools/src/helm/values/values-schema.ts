import { jsonSyntaxError } from '@seatrial/apiserver';
import { compareStrings, isJsonObject, type JsonObject } from '@seatrial/kernel';
import { RE2JS } from 're2js';

/** One violation, and what lies under it (anyOf, oneOf…). */
interface Violation {
  readonly at: string;
  readonly text: string;
  readonly causes: readonly Violation[];
}

/** How deep schemas may refer to each other. */
const MAX_DEPTH = 64;

const SCHEMA_URL = 'file:///values.schema.json';
const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const shown = (value: unknown): string => (typeof value === 'string' ? quote(value) : JSON.stringify(value));

/** A number as golang.org/x/text prints it for English: thousands apart. */
const grouped = (value: number): string => {
  const [whole, fraction] = String(value).split('.');
  const apart = whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
};

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

const hasType = (value: unknown, type: unknown): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeName(value) === type;

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Values against a JSON Schema, with the texts of santhosh-tekuri/jsonschema v6, which Helm 4 uses. */
class SchemaCheck {
  /** Up to draft 7 nothing counts beside a reference. */
  private readonly refAlone: boolean;

  constructor(private readonly root: JsonObject) {
    this.refAlone = typeof root.$schema === 'string' && root.$schema.includes('draft-0');
  }

  /** What a value breaks, as one: several of them under a heading (kind.Group). */
  private under(schema: unknown, value: unknown, at: string, depth: number): Violation[] {
    const found = this.violations(schema, value, at, depth);
    return found.length > 1 ? [{ at, text: 'validation failed', causes: found }] : found;
  }

  violations(schema: unknown, value: unknown, at: string, depth: number): Violation[] {
    if (schema === false) return [leaf(at, 'false schema')];
    if (!isJsonObject(schema) || depth > MAX_DEPTH) return [];
    // What is of another type or none of the choices is looked at no further.
    const wrong = ofType(schema, value, at);
    if (wrong) return [wrong];
    const referred = this.referred(schema, value, at, depth);
    if (typeof schema.$ref === 'string' && this.refAlone) return referred;
    return [
      ...referred,
      ...(isJsonObject(value) ? this.ofObject(schema, value, at, depth) : []),
      ...(Array.isArray(value) ? this.ofArray(schema, value, at, depth) : []),
      ...(typeof value === 'string' ? ofText(schema, value, at) : []),
      ...(typeof value === 'number' ? ofNumber(schema, value, at) : []),
      ...this.combined(schema, value, at, depth),
    ];
  }

  private referred(schema: JsonObject, value: unknown, at: string, depth: number): Violation[] {
    const { $ref } = schema;
    if (typeof $ref !== 'string' || !$ref.startsWith('#')) return [];
    let target: unknown = this.root;
    for (const part of $ref.slice(1).split('/').filter(Boolean))
      target = isJsonObject(target) ? target[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
    const found = this.violations(target, value, at, depth + 1);
    return found.length > 1
      ? [{ at, text: `validation failed with ${quote(SCHEMA_URL + $ref)}`, causes: found }]
      : found;
  }

  private ofObject(schema: JsonObject, value: JsonObject, at: string, depth: number): Violation[] {
    const found: Violation[] = [];
    const keys = Object.keys(value);
    const bounds = (keyword: string, wrong: (limit: number) => boolean): void => {
      const limit = schema[keyword];
      if (typeof limit === 'number' && wrong(limit))
        found.push(leaf(at, `${keyword}: got ${grouped(keys.length)}, want ${grouped(limit)}`));
    };
    bounds('minProperties', (limit) => keys.length < limit);
    bounds('maxProperties', (limit) => keys.length > limit);
    const required = Array.isArray(schema.required) ? schema.required : [];
    const missing = required.filter((key): key is string => typeof key === 'string' && !Object.hasOwn(value, key));
    if (missing.length > 0)
      found.push(
        leaf(at, `missing ${missing.length === 1 ? 'property' : 'properties'} ${missing.map(quote).join(', ')}`),
      );
    const properties = isJsonObject(schema.properties) ? schema.properties : {};
    const patterns = Object.entries(isJsonObject(schema.patternProperties) ? schema.patternProperties : {});
    const additional: string[] = [];
    for (const key of keys.sort(compareStrings)) {
      const where = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const matching = patterns.filter(([pattern]) => matches(pattern, key));
      const known = Object.hasOwn(properties, key);
      if (known) found.push(...this.under(properties[key], value[key], where, depth + 1));
      for (const [, under] of matching) found.push(...this.under(under, value[key], where, depth + 1));
      if (known || matching.length > 0) continue;
      if (schema.additionalProperties === false) additional.push(key);
      else found.push(...this.under(schema.additionalProperties, value[key], where, depth + 1));
    }
    if (additional.length > 0)
      found.push(leaf(at, `additional properties ${additional.map(quote).join(', ')} not allowed`));
    return found;
  }

  private ofArray(schema: JsonObject, value: readonly unknown[], at: string, depth: number): Violation[] {
    const found: Violation[] = [];
    const { minItems, maxItems } = schema;
    if (typeof minItems === 'number' && value.length < minItems)
      found.push(leaf(at, `minItems: got ${grouped(value.length)}, want ${grouped(minItems)}`));
    if (typeof maxItems === 'number' && value.length > maxItems)
      found.push(leaf(at, `maxItems: got ${grouped(value.length)}, want ${grouped(maxItems)}`));
    if (schema.uniqueItems === true) {
      const second = value.findIndex((item, index) => value.slice(0, index).some((other) => sameJson(item, other)));
      if (second >= 0) {
        const first = value.findIndex((item) => sameJson(item, value[second]));
        found.push(leaf(at, `items at ${first} and ${second} are equal`));
      }
    }
    if (!Array.isArray(schema.items))
      value.forEach((item, index) => found.push(...this.under(schema.items, item, `${at}/${index}`, depth + 1)));
    return found;
  }

  private combined(schema: JsonObject, value: unknown, at: string, depth: number): Violation[] {
    const found: Violation[] = [];
    const each = (keyword: string): Violation[][] =>
      (Array.isArray(schema[keyword]) ? schema[keyword] : []).map((under) => this.under(under, value, at, depth + 1));
    if (schema.not !== undefined && this.violations(schema.not, value, at, depth + 1).length === 0)
      found.push(leaf(at, `'not' failed`));
    const all = each('allOf').flat();
    if (all.length > 0) found.push({ at, text: `'allOf' failed`, causes: all });
    const any = each('anyOf');
    if (any.length > 0 && any.every((list) => list.length > 0))
      found.push({ at, text: `'anyOf' failed`, causes: any.flat() });
    const one = each('oneOf');
    const fitting = one.flatMap((list, index) => (list.length === 0 ? [String(index)] : []));
    if (one.length > 0 && fitting.length === 0)
      found.push({ at, text: `'oneOf' failed, none matched`, causes: one.flat() });
    if (fitting.length > 1)
      found.push(leaf(at, `'oneOf' failed, subschemas ${fitting.slice(0, 2).join(', ')} matched`));
    if (schema.if !== undefined) {
      const branch = this.violations(schema.if, value, at, depth + 1).length === 0 ? schema.then : schema.else;
      found.push(...this.under(branch, value, at, depth + 1));
    }
    return found;
  }
}

const leaf = (at: string, text: string): Violation => ({ at, text, causes: [] });

function matches(pattern: string, text: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(text).find();
  } catch {
    return true;
  }
}

function ofType({ type, enum: choices, const: only }: JsonObject, value: unknown, at: string): Violation | undefined {
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (types.length > 0 && !types.some((name) => hasType(value, name)))
    return leaf(at, `got ${typeName(value)}, want ${types.map(String).join(' or ')}`);
  if (only !== undefined && !sameJson(only, value)) return leaf(at, `value must be ${shown(only)}`);
  if (Array.isArray(choices) && !choices.some((choice) => sameJson(choice, value)))
    return leaf(at, `value must be one of ${choices.map(shown).join(', ')}`);
  return undefined;
}

function ofText(schema: JsonObject, value: string, at: string): Violation[] {
  const found: Violation[] = [];
  const { minLength, maxLength, pattern } = schema;
  const { length } = [...value];
  if (typeof minLength === 'number' && length < minLength)
    found.push(leaf(at, `minLength: got ${grouped(length)}, want ${grouped(minLength)}`));
  if (typeof maxLength === 'number' && length > maxLength)
    found.push(leaf(at, `maxLength: got ${grouped(length)}, want ${grouped(maxLength)}`));
  if (typeof pattern === 'string' && !matches(pattern, value))
    found.push(leaf(at, `${quote(value)} does not match pattern ${quote(pattern)}`));
  return found;
}

function ofNumber(schema: JsonObject, value: number, at: string): Violation[] {
  const wrong: Readonly<Record<string, (limit: number) => boolean>> = {
    minimum: (limit) => value < limit,
    maximum: (limit) => value > limit,
    exclusiveMinimum: (limit) => value <= limit,
    exclusiveMaximum: (limit) => value >= limit,
    multipleOf: (limit) => !Number.isInteger(value / limit),
  };
  return Object.entries(wrong).flatMap(([keyword, fails]) => {
    const limit = schema[keyword];
    return typeof limit === 'number' && fails(limit)
      ? [leaf(at, `${keyword}: got ${grouped(value)}, want ${grouped(limit)}`)]
      : [];
  });
}

function lines(violations: readonly Violation[], indent: string): string {
  return violations
    .map(({ at, text, causes }) => `${indent}- at ${quote(at)}: ${text}\n${lines(causes, `${indent}  `)}`)
    .join('');
}

/** What values break of a chart's values.schema.json, a line each; '' when nothing. */
export function schemaViolations(schemaText: string, values: unknown): string {
  let schema: unknown;
  try {
    schema = JSON.parse(schemaText);
  } catch {
    return jsonSyntaxError(schemaText);
  }
  return isJsonObject(schema) ? lines(new SchemaCheck(schema).violations(schema, values, '', 0), '') : '';
}
