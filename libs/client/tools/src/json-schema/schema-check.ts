import { jsonSyntaxError } from '@seatrial/apiserver';
import { compareStrings, isJsonObject, type JsonObject } from '@seatrial/kernel';
import { DRAFT_2020, DRAFT_7 } from './metaschemas.js';
import { matchesPattern, ofNumber, ofText, sameJson, unlikeSchema } from './scalar-keywords.js';
import {
  below,
  grouped,
  localized,
  quoted,
  ungrouped,
  violation,
  violationLines,
  type Violation,
} from './violation.js';

/** How deep schemas may refer to each other. */
const MAX_DEPTH = 64;

/** The name Helm gives to a chart's schema. */
const SCHEMA_URL = 'file:///values.schema.json';

const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const sortedEntries = (value: unknown): [string, unknown][] =>
  Object.entries(objectOf(value)).sort(([a], [b]) => compareStrings(a, b));
const named = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];

/** What a reference into its own document leads to. */
function referredTo(root: unknown, ref: string): unknown {
  let target = root;
  for (const part of ref.slice(1).split('/').filter(Boolean)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    target =
      typeof target === 'object' && target !== null ? (target as Readonly<Record<string, unknown>>)[key] : undefined;
  }
  return target;
}

/** Values against a JSON Schema, with the texts of santhosh-tekuri/jsonschema v6, which Helm 4 uses. */
class SchemaCheck {
  /** Up to draft 7 nothing counts beside a reference, and formats are checked. */
  private readonly old: boolean;

  constructor(
    private readonly root: JsonObject,
    draft: string,
    private readonly regexes = false,
  ) {
    this.old = draft.includes('draft-0');
  }

  /** What a value breaks, as one. */
  private under(schema: unknown, value: unknown, at: string, depth: number): readonly Violation[] {
    return grouped(this.violations(schema, value, at, depth), at);
  }

  violations(schema: unknown, value: unknown, at: string, depth: number): readonly Violation[] {
    if (schema === false) return [violation(at, 'false schema')];
    if (!isJsonObject(schema) || depth > MAX_DEPTH) return [];
    // What is of another type or none of the choices is looked at no further.
    const unlike = unlikeSchema(schema, value, at, { formats: this.old, regexes: this.regexes });
    if (unlike) return [unlike];
    const referred = this.referred(schema, value, at, depth);
    if (typeof schema.$ref === 'string' && this.old) return referred;
    return [
      ...referred,
      ...(isJsonObject(value) ? this.ofObject(schema, value, at, depth) : []),
      ...(Array.isArray(value) ? this.ofArray(schema, value, at, depth) : []),
      ...(typeof value === 'string' ? ofText(schema, value, at) : []),
      ...(typeof value === 'number' ? ofNumber(schema, value, at) : []),
      ...this.combined(schema, value, at, depth),
    ];
  }

  private referred(schema: JsonObject, value: unknown, at: string, depth: number): readonly Violation[] {
    const { $ref } = schema;
    if (typeof $ref !== 'string' || !$ref.startsWith('#')) return [];
    const found = ungrouped(this.violations(referredTo(this.root, $ref), value, at, depth + 1));
    // A reference with a single cause is not shown itself.
    return found.length > 1 ? [violation(at, 'validation failed', found)] : found;
  }

  private ofObject(schema: JsonObject, value: JsonObject, at: string, depth: number): Violation[] {
    const found: Violation[] = [];
    const keys = Object.keys(value).sort(compareStrings);
    const bounds = (keyword: string, wrong: (limit: number) => boolean): void => {
      const limit = schema[keyword];
      if (typeof limit === 'number' && wrong(limit))
        found.push(violation(at, `${keyword}: got ${localized(keys.length)}, want ${localized(limit)}`));
    };
    bounds('minProperties', (limit) => keys.length < limit);
    bounds('maxProperties', (limit) => keys.length > limit);
    const missing = named(schema.required).filter((key) => !Object.hasOwn(value, key));
    if (missing.length > 0)
      found.push(
        violation(at, `missing ${missing.length === 1 ? 'property' : 'properties'} ${missing.map(quoted).join(', ')}`),
      );
    found.push(...this.dependent(schema, 'dependencies', value, at, depth));
    found.push(...this.ofMembers(schema, value, keys, at, depth));
    for (const key of schema.propertyNames === undefined ? [] : keys) {
      // Its causes are a check of their own, from the root.
      const causes = ungrouped(this.under(schema.propertyNames, key, '', depth + 1));
      if (causes.length > 0) found.push(violation('', `invalid propertyName ${quoted(key)}`, causes));
    }
    if (this.old) return found;
    found.push(...this.dependent(schema, 'dependentSchemas', value, at, depth));
    return [...found, ...this.dependent(schema, 'dependentRequired', value, at, depth)];
  }

  /** properties, patternProperties and additionalProperties. */
  private ofMembers(
    schema: JsonObject,
    value: JsonObject,
    keys: readonly string[],
    at: string,
    depth: number,
  ): Violation[] {
    const found: Violation[] = [];
    const properties = objectOf(schema.properties);
    const patterns = Object.entries(objectOf(schema.patternProperties));
    const additional: string[] = [];
    for (const key of keys) {
      const where = below(at, key);
      const matching = patterns.filter(([pattern]) => matchesPattern(pattern, key));
      const known = Object.hasOwn(properties, key);
      if (known) found.push(...this.under(properties[key], value[key], where, depth + 1));
      for (const [, under] of matching) found.push(...this.under(under, value[key], where, depth + 1));
      if (known || matching.length > 0) continue;
      if (schema.additionalProperties === false) additional.push(key);
      else found.push(...this.under(schema.additionalProperties, value[key], where, depth + 1));
    }
    if (additional.length > 0)
      found.push(violation(at, `additional properties ${additional.map(quoted).join(', ')} not allowed`));
    return found;
  }

  /** What the presence of one property asks of the others. */
  private dependent(schema: JsonObject, keyword: string, value: JsonObject, at: string, depth: number): Violation[] {
    return sortedEntries(schema[keyword]).flatMap(([key, asked]) => {
      if (!Object.hasOwn(value, key)) return [];
      if (!Array.isArray(asked)) return this.under(asked, value, at, depth + 1);
      const missing = named(asked).filter((name) => !Object.hasOwn(value, name));
      if (missing.length === 0) return [];
      return [violation(at, `properties ${missing.map(quoted).join(', ')} required, if ${quoted(key)} exists`)];
    });
  }

  private ofArray(schema: JsonObject, value: readonly unknown[], at: string, depth: number): Violation[] {
    const found: Violation[] = [];
    const { minItems, maxItems } = schema;
    if (typeof minItems === 'number' && value.length < minItems)
      found.push(violation(at, `minItems: got ${localized(value.length)}, want ${localized(minItems)}`));
    if (typeof maxItems === 'number' && value.length > maxItems)
      found.push(violation(at, `maxItems: got ${localized(value.length)}, want ${localized(maxItems)}`));
    if (schema.uniqueItems === true) {
      const second = value.findIndex((item, index) => value.slice(0, index).some((other) => sameJson(item, other)));
      if (second >= 0) {
        const first = value.findIndex((item) => sameJson(item, value[second]));
        found.push(violation(at, `items at ${first} and ${second} are equal`));
      }
    }
    found.push(...this.ofItems(schema, value, at, depth));
    if (schema.contains !== undefined) found.push(...this.ofContained(schema, value, at, depth));
    return found;
  }

  private ofItems(schema: JsonObject, value: readonly unknown[], at: string, depth: number): Violation[] {
    const firstOnes = this.old ? schema.items : schema.prefixItems;
    const rest = this.old && Array.isArray(schema.items) ? schema.additionalItems : schema.items;
    const each = Array.isArray(firstOnes) ? firstOnes.slice(0, value.length) : [];
    const found = each.flatMap((one, index) => this.under(one, value[index], below(at, index), depth + 1));
    const left = value.slice(each.length);
    if (this.old && rest === false)
      return left.length === 0 ? found : [...found, violation(at, `last ${left.length} additionalItem(s) not allowed`)];
    // The library counts what is left from 0 again.
    return [...found, ...left.flatMap((item, index) => this.under(rest, item, below(at, index), depth + 1))];
  }

  private ofContained(schema: JsonObject, value: readonly unknown[], at: string, depth: number): Violation[] {
    const checked = value.map((item, index) => this.under(schema.contains, item, below(at, index), depth + 1));
    const matched = checked.flatMap((found, index) => (found.length === 0 ? [index] : []));
    const { minContains, maxContains } = schema;
    const found: Violation[] = [];
    const matchedText = `but matched ${matched.length} items at ${matched.join(' ')}`;
    if (typeof minContains === 'number') {
      const text = `min ${minContains} items required to match contains schema, ${matched.length === 0 ? 'but none matched' : matchedText}`;
      if (matched.length < minContains) found.push(violation(at, text, checked.flat()));
    } else if (matched.length === 0) found.push(violation(at, 'no items match contains schema', checked.flat()));
    if (typeof maxContains === 'number' && matched.length > maxContains)
      found.push(violation(at, `max ${maxContains} items required to match contains schema, ${matchedText}`));
    return found;
  }

  /** not, allOf, anyOf, oneOf and if. */
  private combined(schema: JsonObject, value: unknown, at: string, depth: number): Violation[] {
    const found: Violation[] = [];
    const each = (keyword: string): (readonly Violation[])[] => {
      const schemas: unknown = schema[keyword];
      return Array.isArray(schemas) ? schemas.map((under) => this.under(under, value, at, depth + 1)) : [];
    };
    if (schema.not !== undefined && this.violations(schema.not, value, at, depth + 1).length === 0)
      found.push(violation(at, `'not' failed`));
    const all = each('allOf').flat();
    if (all.length > 0) found.push(violation(at, `'allOf' failed`, all));
    const any = each('anyOf');
    if (any.length > 0 && any.every((list) => list.length > 0)) found.push(violation(at, `'anyOf' failed`, any.flat()));
    const one = each('oneOf');
    const fitting = one.flatMap((list, index) => (list.length === 0 ? [String(index)] : []));
    if (one.length > 0 && fitting.length === 0) found.push(violation(at, `'oneOf' failed, none matched`, one.flat()));
    if (fitting.length > 1)
      found.push(violation(at, `'oneOf' failed, subschemas ${fitting.slice(0, 2).join(', ')} matched`));
    if (schema.if !== undefined) {
      const branch = this.violations(schema.if, value, at, depth + 1).length === 0 ? schema.then : schema.else;
      found.push(...this.under(branch, value, at, depth + 1));
    }
    return found;
  }
}

/** What of a schema is no schema (`compiler.Compile`); undefined when all is well, and for drafts nobody uses. */
function schemaMistake(schema: unknown, draft: string): string | undefined {
  const draft7 = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(draft);
  const recent = /^(https?:\/\/json-schema\.org\/(draft\/2020-12\/)?schema#?)?$/.test(draft);
  if (!draft7 && !recent) return undefined;
  const meta = draft7 ? DRAFT_7 : DRAFT_2020;
  const found = ungrouped(new SchemaCheck(meta, draft7 ? draft : '', true).violations(meta, schema, '', 0));
  if (found.length > 0) {
    const name = draft7 ? 'http://json-schema.org/draft-07/schema#' : 'https://json-schema.org/draft/2020-12/schema#';
    const heading = `"${SCHEMA_URL}#" is not valid against metaschema: jsonschema validation failed with '${name}'\n`;
    return heading + violationLines(found).trimEnd();
  }
  const lost = lostReference(schema, schema, 0);
  return lost === undefined ? undefined : `json-pointer in "${SCHEMA_URL}${lost}" not found`;
}

/** The first reference into the schema itself that leads nowhere. */
function lostReference(root: unknown, at: unknown, depth: number): string | undefined {
  if (typeof at !== 'object' || at === null || depth > MAX_DEPTH) return undefined;
  if (
    isJsonObject(at) &&
    typeof at.$ref === 'string' &&
    at.$ref.startsWith('#/') &&
    referredTo(root, at.$ref) === undefined
  )
    return at.$ref;
  for (const under of Object.values(at)) {
    const lost = lostReference(root, under, depth + 1);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/** What a value breaks of a schema of draft 7 that is known to be one. */
export const violationsOf = (schema: JsonObject, value: unknown): readonly Violation[] =>
  ungrouped(new SchemaCheck(schema, 'draft-07').violations(schema, value, '', 0));

/** What values break of a chart's values.schema.json, a line each; '' when nothing. */
export function schemaViolations(schemaText: string, values: unknown): string {
  let schema: unknown;
  try {
    schema = JSON.parse(schemaText);
  } catch {
    return jsonSyntaxError(schemaText);
  }
  const draft = isJsonObject(schema) && typeof schema.$schema === 'string' ? schema.$schema : '';
  const mistake = schemaMistake(schema, draft);
  if (mistake !== undefined) return mistake;
  if (!isJsonObject(schema)) return schema === false ? violationLines([violation('', 'false schema')]) : '';
  // The whole has a heading of its own.
  return violationLines(ungrouped(new SchemaCheck(schema, draft).violations(schema, values, '', 0)));
}
