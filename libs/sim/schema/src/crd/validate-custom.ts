import { compareStrings, isJsonObject, jsonEqual, utf8Length, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { RE2JS } from 're2js';
import type { SchemaNode } from '../schema/schema-node.js';
import { fieldErrors, goQuote, type FieldError } from '../validation/field-error.js';
import { FieldPath } from '../validation/field-path.js';

/* Validation of custom resources by their structural schema (kube-openapi validate, apiextensions validation, v1.35). */

function jsonType(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typeFits(value: JsonValue, schema: SchemaNode): boolean {
  if (schema.special === 'int-or-string') return typeof value === 'string' || Number.isInteger(value);
  const wanted = schema.raw.type;
  if (!wanted) return true;
  const got = jsonType(value);
  return got === wanted || (wanted === 'number' && got === 'integer') || (got === 'null' && schema.nullable);
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

type Complain = (detail: string) => FieldError;

function checkString(
  text: string,
  schema: SchemaNode,
  path: FieldPath,
  name: string,
  complain: Complain,
): FieldError[] {
  const { minLength, maxLength, pattern } = schema.raw;
  const errors: FieldError[] = [];
  const length = Array.from(text).length;
  if (maxLength !== undefined && length > maxLength) errors.push(fieldErrors.tooLong(path, maxLength));
  if (minLength !== undefined && length < minLength)
    errors.push(complain(`${name} in body should be at least ${minLength} chars long`));
  if (pattern !== undefined && !matches(pattern, text))
    errors.push(complain(`${name} in body should match '${pattern}'`));
  return errors;
}

function isMultiple(value: number, of: number): boolean {
  const ratio = value / of;
  return Math.abs(ratio - Math.round(ratio)) < 1e-9;
}

function checkNumber(value: number, schema: SchemaNode, name: string, complain: Complain): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema.raw;
  const errors: FieldError[] = [];
  if (multipleOf !== undefined && !isMultiple(value, multipleOf))
    errors.push(complain(`${name} in body should be a multiple of ${multipleOf}`));
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    errors.push(complain(`${name} in body should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    errors.push(complain(`${name} in body should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`));
  return errors;
}

function enumText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

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

function checkArray(
  list: readonly JsonValue[],
  schema: SchemaNode,
  path: FieldPath,
  name: string,
  complain: Complain,
): FieldError[] {
  const { minItems, maxItems, uniqueItems } = schema.raw;
  const errors: FieldError[] = [];
  const items = schema.items;
  if (items) list.forEach((item, index) => errors.push(...check(item, items, path.index(index))));
  if (minItems !== undefined && list.length < minItems)
    errors.push(complain(`${name} in body should have at least ${minItems} items`));
  if (maxItems !== undefined && list.length > maxItems) errors.push(fieldErrors.tooMany(path, list.length, maxItems));
  if (uniqueItems && list.some((item, index) => list.findIndex((other) => jsonEqual(other, item)) < index))
    errors.push(complain(`${name} in body shouldn't contain duplicates`));
  return errors;
}

function checkObject(
  value: JsonObject,
  schema: SchemaNode,
  path: FieldPath | undefined,
  complain: Complain,
): FieldError[] {
  const { minProperties, maxProperties } = schema.raw;
  const errors: FieldError[] = [];
  const below = (name: string): FieldPath => (path ? path.child(name) : FieldPath.root(name));
  const size = Object.keys(value).length;
  if (minProperties !== undefined && size < minProperties)
    errors.push(complain(`${path ? path.toString() : ''} in body should have at least ${minProperties} properties`));
  if (maxProperties !== undefined && size > maxProperties)
    errors.push(fieldErrors.tooMany(path ?? FieldPath.nil, size, maxProperties));
  for (const name of schema.required) if (value[name] === undefined) errors.push(fieldErrors.required(below(name)));
  for (const name of Object.keys(value).sort(compareStrings)) {
    const item = value[name];
    const field = schema.field(name);
    if (item === undefined || (field && !field.structural)) continue;
    const target = field ?? schema.values;
    if (target) errors.push(...check(item, target, field ? below(name) : (path ?? FieldPath.nil).child(name)));
  }
  return errors;
}

function check(value: JsonValue, schema: SchemaNode, path: FieldPath | undefined): FieldError[] {
  const name = path ? path.toString() : '';
  const at = path ?? FieldPath.nil;
  if (!typeFits(value, schema)) {
    const got = jsonType(value);
    const wanted = schema.special === 'int-or-string' ? 'integer,string' : (schema.raw.type ?? '');
    return [fieldErrors.typeInvalid(at, got, `${name} in body must be of type ${wanted}: ${goQuote(got)}`)];
  }
  if (value === null) return [];
  const complain: Complain = (detail) => fieldErrors.invalid(at, value, detail);
  const errors: FieldError[] = [];
  if (typeof value === 'string') errors.push(...checkString(value, schema, at, name, complain));
  if (typeof value === 'number') errors.push(...checkNumber(value, schema, name, complain));
  const { enum: allowed } = schema;
  if (allowed && !allowed.some((entry) => jsonEqual(entry, value)))
    errors.push(fieldErrors.notSupported(at, value, allowed.map(enumText)));
  if (Array.isArray(value)) errors.push(...checkArray(value, schema, at, name, complain));
  else if (isJsonObject(value)) errors.push(...checkObject(value, schema, path, complain));
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

/** A custom resource against its schema: types, ranges, enums, required fields, list types. CEL rules come after. */
export function validateCustomResource(object: JsonObject, schema: SchemaNode): FieldError[] {
  const errors = check(object, schema, undefined);
  return [...errors, ...checkListTypes(object, schema, undefined)];
}

/** How large a value is as JSON, in bytes. */
export const jsonBytes = (value: JsonValue): number => utf8Length(JSON.stringify(value));
