import {
  compareStrings,
  goQuote,
  isJsonObject,
  jsonEqual,
  utf8Length,
  type JsonObject,
  type JsonValue,
} from '@seatrial/kernel';
import { RE2JS } from 're2js';
import type { RawSchema } from '../schema/raw-schema.js';
import type { SchemaNode } from '../schema/schema-node.js';
import { fieldErrors, type FieldError } from '../validation/field-error.js';
import { FieldPath } from '../validation/field-path.js';
import { metadataSchemaOf } from './metadata-schema.js';
import { stringFormat } from './string-formats.js';

/* Validation of custom resources by their structural schema (kube-openapi validate, apiextensions validation, v1.35). */

function jsonType(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

const isEither = (schema: RawSchema): boolean => schema['x-kubernetes-int-or-string'] === true;

function typeFits(value: JsonValue, schema: RawSchema): boolean {
  if (value === null) return schema.nullable === true || (schema.type === undefined && !isEither(schema));
  if (isEither(schema)) return typeof value === 'string' || Number.isInteger(value);
  const wanted = schema.type;
  if (!wanted) return true;
  const got = jsonType(value);
  // A list passes for a text that has a format, as in the original.
  if (got === 'array' && wanted !== 'number' && wanted !== 'integer' && stringFormat(schema.format)) return true;
  return got === wanted || (wanted === 'number' && got === 'integer');
}

const regexes = new Map<string, RE2JS | undefined>();

function matches(pattern: string, text: string): boolean {
  if (!regexes.has(pattern)) {
    let compiled: RE2JS | undefined;
    try {
      compiled = RE2JS.compile(pattern);
    } catch {
      compiled = undefined;
    }
    if (regexes.size < 1024) regexes.set(pattern, compiled);
    else return compiled?.matcher(text).find() ?? true;
  }
  return regexes.get(pattern)?.matcher(text).find() ?? true;
}

/** Why a pattern is no regular expression; undefined when it is one. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : '';
  }
}

/** What validating came to; `matches` counts the checks that were made, which picks the best of several failures. */
interface Outcome {
  readonly errors: FieldError[];
  matches: number;
}

/** A value at its place: `at` for the error's field, `name` for its text. */
interface Place {
  readonly at: FieldPath;
  readonly name: string;
  readonly path: FieldPath | undefined;
}

const placeOf = (path: FieldPath | undefined): Place => ({
  at: path ?? FieldPath.nil,
  name: path ? path.toString() : '',
  path,
});

function checkString(text: string, schema: RawSchema, { at, name }: Place): FieldError[] {
  const { minLength, maxLength, pattern } = schema;
  const length = Array.from(text).length;
  if (maxLength !== undefined && length > maxLength) return [fieldErrors.tooLong(at, maxLength)];
  if (minLength !== undefined && length < minLength)
    return [fieldErrors.invalid(at, text, `${name} in body should be at least ${minLength} chars long`)];
  if (pattern !== undefined && !matches(pattern, text))
    return [fieldErrors.invalid(at, text, `${name} in body should match '${pattern}'`)];
  return [];
}

function multipleProblem(value: number, factor: number, { at, name }: Place): FieldError[] {
  // An integer is divided by the factor's integer part.
  const by = Number.isInteger(value) ? Math.trunc(factor) : factor;
  if (by <= 0) return [fieldErrors.invalid(at, by, `factor MultipleOf declared for ${name} must be positive: ${by}`)];
  const ratio = by < 1 ? (1 / by) * value : value / by;
  return Math.abs(ratio - Math.round(ratio)) < 1e-9
    ? []
    : [fieldErrors.invalid(at, value, `${name} in body should be a multiple of ${factor}`)];
}

function checkNumber(value: number, schema: RawSchema, place: Place): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const { at, name } = place;
  const errors = multipleOf === undefined ? [] : multipleProblem(value, multipleOf, place);
  const bound = (word: string, exclusive: boolean | undefined, limit: number): void => {
    const detail = `${name} in body should be ${word} than ${exclusive ? '' : 'or equal to '}${limit}`;
    errors.push(fieldErrors.invalid(at, value, detail));
  };
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    bound('less', exclusiveMaximum, maximum);
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    bound('greater', exclusiveMinimum, minimum);
  return errors;
}

const enumText = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

function add(outcome: Outcome, other: Outcome): void {
  for (const error of other.errors) outcome.errors.push(error);
  outcome.matches += other.matches;
}

function checkArray(list: readonly JsonValue[], schema: RawSchema, place: Place, old?: JsonValue): Outcome {
  const { minItems, maxItems, uniqueItems, items } = schema;
  const { at, name } = place;
  const outcome: Outcome = { errors: [], matches: 0 };
  if (items)
    list.forEach((item, index) =>
      add(outcome, check(item, items, placeOf(at.index(index)), undefined, itemBefore(item, old, schema))),
    );
  if (minItems !== undefined && list.length < minItems)
    outcome.errors.push(fieldErrors.invalid(at, list.length, `${name} in body should have at least ${minItems} items`));
  if (maxItems !== undefined && list.length > maxItems)
    outcome.errors.push(fieldErrors.tooMany(at, list.length, maxItems));
  if (uniqueItems && list.some((item, index) => list.findIndex((other) => jsonEqual(other, item)) < index))
    outcome.errors.push(fieldErrors.invalid(at, '', `${name} in body shouldn't contain duplicates`));
  return outcome;
}

function checkObject(
  value: JsonObject,
  schema: RawSchema,
  { at, name, path }: Place,
  node?: SchemaNode,
  old?: JsonValue,
): Outcome {
  const { minProperties, maxProperties, additionalProperties, properties = {} } = schema;
  const outcome: Outcome = { errors: [], matches: 0 };
  const below = (field: string): FieldPath => (path ? path.child(field) : FieldPath.root(field));
  const size = Object.keys(value).length;
  if (minProperties !== undefined && size < minProperties)
    outcome.errors.push(
      fieldErrors.invalid(at, size, `${name} in body should have at least ${minProperties} properties`),
    );
  if (maxProperties !== undefined && size > maxProperties)
    outcome.errors.push(fieldErrors.tooMany(at, size, maxProperties));
  for (const field of Object.keys(value).sort(compareStrings)) {
    const item = value[field];
    const known = Object.hasOwn(properties, field) ? properties[field] : undefined;
    const own = field === 'metadata' ? metadataSchemaOf(node) : undefined;
    const target = own ?? known ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (item === undefined || !target || (!own && node?.field(field)?.structural === false)) continue;
    const before = isJsonObject(old) ? old[field] : undefined;
    const at = known ? below(field) : (path ?? FieldPath.nil).child(field);
    add(outcome, check(item, target, placeOf(at), undefined, before));
  }
  const embedded = schema['x-kubernetes-embedded-resource'] ? ['apiVersion', 'kind'] : [];
  for (const field of [...(schema.required ?? []), ...embedded])
    if (value[field] === undefined) outcome.errors.push(fieldErrors.required(below(field)));
  return outcome;
}

/** anyOf, oneOf, allOf and not (schemaPropsValidator). */
function checkAlternatives(value: JsonValue, schema: RawSchema, place: Place): Outcome {
  const outcome: Outcome = { errors: [], matches: 1 };
  const composite = (text: string): void => {
    outcome.errors.push(fieldErrors.invalid('<nil>', '', `${goQuote(place.name)} ${text}`));
  };
  const results = (schemas: readonly RawSchema[]): Outcome[] => schemas.map((one) => check(value, one, place));
  const best = (failures: readonly Outcome[]): Outcome =>
    failures.reduce((one, other) => (other.matches > one.matches ? other : one));
  if (schema.anyOf?.length) {
    const found = results(schema.anyOf);
    const fit = found.find(({ errors }) => errors.length === 0);
    if (!fit) composite('must validate at least one schema (anyOf)');
    add(outcome, fit ?? best(found));
  }
  if (schema.oneOf?.length) {
    const found = results(schema.oneOf);
    const fit = found.filter(({ errors }) => errors.length === 0);
    if (fit.length === 1) add(outcome, fit[0]);
    else {
      const said = fit.length === 0 ? 'Found none valid' : `Found ${fit.length} valid alternatives`;
      composite(`must validate one and only one schema (oneOf). ${said}`);
      if (fit.length === 0) add(outcome, best(found));
    }
  }
  if (schema.allOf?.length) {
    const found = results(schema.allOf);
    for (const one of found) add(outcome, one);
    const fit = found.filter(({ errors }) => errors.length === 0).length;
    if (fit < found.length) composite(`must validate all the schemas (allOf)${fit === 0 ? '. None validated' : ''}`);
  }
  if (schema.not && check(value, schema.not, place).errors.length === 0)
    composite('must not validate the schema (not)');
  return outcome;
}

/** The old item that an item of a map list continues. */
function itemBefore(item: JsonValue, old: JsonValue | undefined, schema: RawSchema): JsonValue | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old) || !isJsonObject(item)) return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return old.find((other) => isJsonObject(other) && keys.every((key) => other[key] === item[key]));
}

/** One value against one schema: its validators in their order (kube-openapi SchemaValidator). */
function check(value: JsonValue, schema: RawSchema, place: Place, node?: SchemaNode, old?: JsonValue): Outcome {
  if (old !== undefined && jsonEqual(value, old)) return { errors: [], matches: 2 };
  const { at, name } = place;
  const outcome: Outcome = { errors: [], matches: 2 };
  if (!typeFits(value, schema)) {
    const format = typeof value === 'string' || !stringFormat(schema.format) ? undefined : schema.format;
    const got = format === undefined || value === null ? jsonType(value) : goFormat(value);
    const wanted =
      format !== undefined && value !== null ? format : isEither(schema) ? 'integer,string' : (schema.type ?? '');
    outcome.errors.push(fieldErrors.typeInvalid(at, got, `${name} in body must be of type ${wanted}: ${goQuote(got)}`));
  } else if (schema.type !== undefined) outcome.matches += 2;
  if (value !== null) add(outcome, checkAlternatives(value, schema, place));
  if (typeof value === 'string' && (schema.type === 'string' || isEither(schema) || schema.type === undefined)) {
    outcome.errors.push(...checkString(value, schema, place));
    if (schema.format && stringFormat(schema.format)?.(value) === false)
      outcome.errors.push(
        fieldErrors.typeInvalid(at, value, `${name} in body must be of type ${schema.format}: ${goQuote(value)}`),
      );
  }
  if (typeof value === 'number') outcome.errors.push(...checkNumber(value, schema, place));
  if (Array.isArray(value)) add(outcome, checkArray(value, schema, place, old));
  if (schema.enum && !schema.enum.some((entry) => jsonEqual(entry, value)))
    outcome.errors.push(fieldErrors.notSupported(at, value, schema.enum.map(enumText)));
  if (isJsonObject(value)) add(outcome, checkObject(value, schema, place, node, old));
  return outcome;
}

/** The format that Go's type of a value has in OpenAPI. */
const goFormat = (value: JsonValue): string =>
  typeof value !== 'number' ? '' : Number.isInteger(value) ? 'int64' : 'float64';

function listDuplicates(list: readonly JsonValue[], schema: SchemaNode, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  list.forEach((item, index) => {
    let key: JsonValue | undefined = item;
    if (schema.listType === 'map' && isJsonObject(item)) {
      key = Object.fromEntries(schema.listMapKeys.map((name) => [name, item[name] ?? null]));
    } else if (schema.listType !== 'set') return;
    const text = JSON.stringify(key);
    if (seen.has(text)) errors.push(fieldErrors.duplicate(path.index(index), key));
    seen.add(text);
  });
  return errors;
}

/** Duplicates in lists that are sets or maps (schema/listtype). */
function checkListTypes(value: JsonValue, schema: SchemaNode, path: FieldPath | undefined): FieldError[] {
  if (Array.isArray(value)) {
    const at = path ?? FieldPath.nil;
    const errors = listDuplicates(value, schema, at);
    const items = schema.items;
    if (items) value.forEach((item, index) => errors.push(...checkListTypes(item, items, at.index(index))));
    return errors;
  }
  if (!isJsonObject(value)) return [];
  const errors: FieldError[] = [];
  for (const [name, item] of Object.entries(value)) {
    const field = schema.field(name);
    const target = field?.structural === false ? undefined : (field ?? schema.values);
    if (item === undefined || !target) continue;
    const at = field ? (path ? path.child(name) : FieldPath.root(name)) : (path ?? FieldPath.nil).key(name);
    errors.push(...checkListTypes(item, target, at));
  }
  return errors;
}

/**
 * A custom resource against its schema: types, ranges, enums, required fields, list types. CEL rules come after. What
 * is as it was before is not complained about again (ratcheting).
 */
export function validateCustomResource(object: JsonObject, schema: SchemaNode, old?: JsonObject): FieldError[] {
  const { errors } = check(object, schema.raw, placeOf(undefined), schema, old);
  return [...errors, ...listTypeErrors(object, schema, old)];
}

function listTypeErrors(object: JsonObject, schema: SchemaNode, old: JsonObject | undefined): FieldError[] {
  const errors = checkListTypes(object, schema, undefined);
  return errors.length > 0 && old && checkListTypes(old, schema, undefined).length > 0 ? [] : errors;
}

/** A custom resource whose status was written: of its schema only the status counts, named from there. */
export function validateCustomResourceStatus(object: JsonObject, schema: SchemaNode, old: JsonObject): FieldError[] {
  const { status } = object;
  const raw = schema.raw.properties?.status;
  const errors =
    status === undefined || !raw ? [] : validateSchemaValue(status, raw, FieldPath.root('status'), old.status);
  return [...errors, ...listTypeErrors(object, schema, old)];
}

/** Any value against a schema; the errors' fields begin at `path` (apiextensions ValidateCustomResource). */
export function validateSchemaValue(
  value: JsonValue,
  schema: RawSchema,
  path: FieldPath,
  old?: JsonValue,
): FieldError[] {
  const { errors } = check(value, schema, placeOf(undefined), undefined, old);
  return errors.map((error) => ({
    ...error,
    field: error.field === '<nil>' ? path.toString() : `${path.toString()}.${error.field}`,
  }));
}

/** How large a value is as JSON, in bytes. */
export const jsonBytes = (value: JsonValue): number => utf8Length(JSON.stringify(value));
