import { compareStrings, jsonEqual, type JsonObject } from '@seatrial/kernel';
import {
  FieldPath,
  fieldErrors,
  fieldErrorText,
  patternProblem,
  type FieldError,
  type RawSchema,
} from '@seatrial/schema';

/* What makes a schema structural (k8s.io/apiextensions-apiserver/pkg/apiserver/schema, v1.35). */

type Level = 'root' | 'item' | 'field';

const MISSING_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }] as const;
const isIntOrString = (schemas: readonly RawSchema[] | undefined): boolean =>
  schemas !== undefined && jsonEqual(schemas, [...INT_OR_STRING]);

/** Fields that only the structure itself may have, not what its values are checked by. */
const FORBIDDEN_BELOW: readonly (readonly [field: keyof RawSchema | 'title', must: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0);

/** A schema below anyOf, allOf, oneOf or not (validateNestedValueValidation). */
function checkNested(schema: RawSchema | undefined, path: FieldPath, skipAnyOf = false): FieldError[] {
  if (!schema) return [];
  const errors = checkValues(schema, path, skipAnyOf, false);
  errors.push(...checkNested(schema.items, path.child('items')));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...checkNested(property, path.child('properties').key(name)));
  for (const [field, must] of FORBIDDEN_BELOW) {
    const value = (schema as JsonObject)[field];
    if (field === 'additionalProperties' ? value !== undefined : isSet(value))
      errors.push(fieldErrors.forbidden(path.child(field), must));
  }
  if (schema.properties && Object.hasOwn(schema.properties, 'metadata'))
    errors.push(
      fieldErrors.forbidden(path.child('properties').key('metadata'), 'must not be specified in a nested context'),
    );
  return errors;
}

/** validateValueValidation. */
function checkValues(schema: RawSchema, path: FieldPath, skipAnyOf: boolean, skipFirstAllOf: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const each = (name: 'anyOf' | 'allOf' | 'oneOf'): void => {
    (schema[name] ?? []).forEach((one, index) =>
      errors.push(
        ...checkNested(one, path.child(name).index(index), name === 'allOf' && skipFirstAllOf && index === 0),
      ),
    );
  };
  if (!skipAnyOf) each('anyOf');
  each('allOf');
  each('oneOf');
  errors.push(...checkNested(schema.not, path.child('not')));
  const problem = schema.pattern ? patternProblem(schema.pattern) : undefined;
  if (problem !== undefined)
    errors.push(
      fieldErrors.invalid(
        path.child('pattern'),
        schema.pattern,
        `must be a valid regular expression, but isn't: ${problem}`,
      ),
    );
  return errors;
}

function checkType(schema: RawSchema, level: Level, path: FieldPath): FieldError[] {
  const { type = '' } = schema;
  const at = path.child('type');
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? fieldErrors.required(at, detail) : fieldErrors.invalid(at, type, detail));
  } else if (type === '' && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields'])
    errors.push(fieldErrors.required(at, MISSING_TYPE[level]));
  if (level === 'root' && type !== '' && type !== 'object')
    errors.push(fieldErrors.invalid(at, type, 'must be object at the root'));
  return errors;
}

const IMPLICIT = 'must not specify anything other than name and generateName, but metadata is implicitly specified';

/** Metadata may restrict the name and generateName only (validateStructuralMetadataInvariants). */
function checkMetadata(schema: RawSchema, level: Level, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { properties = {} } = schema;
  const restricted = level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  for (const name of ['kind', 'apiVersion'])
    if (restricted && Object.hasOwn(properties, name) && properties[name].type !== 'string')
      errors.push(
        fieldErrors.invalid(
          path.child('properties').key(name).child('type'),
          properties[name].type ?? '',
          'must be string',
        ),
      );
  if (!Object.hasOwn(properties, 'metadata')) return errors;
  const { metadata } = properties;
  const at = path.child('properties').key('metadata');
  if (restricted && metadata.type !== 'object')
    errors.push(fieldErrors.invalid(at.child('type'), metadata.type ?? '', 'must be object'));
  if (level !== 'root') return errors;
  const names = Object.keys(metadata.properties ?? {});
  const others = Object.entries(metadata).filter(
    ([field, value]) => field !== 'type' && field !== 'default' && field !== 'properties' && isSet(value),
  );
  if (others.length > 0 || names.some((name) => name !== 'name' && name !== 'generateName'))
    errors.push(fieldErrors.forbidden(at, IMPLICIT));
  return errors;
}

/** validateStructuralInvariants. */
function checkInvariants(schema: RawSchema, level: Level, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { items, properties = {}, additionalProperties } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema.type === 'array' && !items) errors.push(fieldErrors.required(path.child('items'), 'must be specified'));
  if (items) errors.push(...checkInvariants(items, 'item', path.child('items')));
  for (const [name, property] of Object.entries(properties))
    errors.push(...checkInvariants(property, 'field', path.child('properties').key(name)));
  if (additionalProperties !== undefined && level === 'root')
    errors.push(fieldErrors.forbidden(path.child('additionalProperties'), 'must not be used at the root'));
  if (typeof additionalProperties === 'object')
    errors.push(...checkInvariants(additionalProperties, 'field', path.child('additionalProperties')));
  if (schema['x-kubernetes-int-or-string'])
    for (const field of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
      if (schema[field])
        errors.push(
          fieldErrors.invalid(path.child(field), true, 'must be false if x-kubernetes-int-or-string is true'),
        );
  errors.push(
    ...checkValues(schema, path, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf)),
    ...checkType(schema, level, path),
  );
  if (embedded && additionalProperties !== undefined)
    errors.push(
      fieldErrors.forbidden(
        path.child('additionalProperties'),
        'must not be used if x-kubernetes-embedded-resource is set',
      ),
    );
  errors.push(...checkMetadata(schema, level, path));
  if (embedded && !open && Object.keys(properties).length === 0)
    errors.push(
      fieldErrors.required(
        path.child('properties'),
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  return errors;
}

/** A value check's field has its place in the structure too (validateNestedValueValidationCompleteness). */
function checkPresent(
  schema: RawSchema | undefined,
  structure: RawSchema | undefined,
  at: FieldPath,
  path: FieldPath,
): FieldError[] {
  if (!schema) return [];
  if (!structure) return [fieldErrors.required(at, `because it is defined in ${path.toString()}`)];
  const errors = checkCompleteness(schema, structure, at, path);
  errors.push(...checkPresent(schema.items, structure.items, at.child('items'), path.child('items')));
  const known = structure.properties ?? {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const target = Object.hasOwn(known, name) ? known[name] : undefined;
    const below = (from: FieldPath): FieldPath => from.child('properties').key(name);
    errors.push(...checkPresent(property, target, below(at), below(path)));
  }
  return errors;
}

/** validateValueValidationCompleteness: what `schema`, found at `path`, checks of the structure at `at`. */
function checkCompleteness(schema: RawSchema, structure: RawSchema, at: FieldPath, path: FieldPath): FieldError[] {
  const errors = checkPresent(schema.not, structure, at, path.child('not'));
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const)
    (schema[name] ?? []).forEach((one, index) =>
      errors.push(...checkPresent(one, structure, at, path.child(name).index(index))),
    );
  return errors;
}

/** ValidateStructural: the complaints in the order of their texts. */
export function validateStructural(schema: RawSchema, path: FieldPath): FieldError[] {
  return [...checkInvariants(schema, 'root', path), ...checkCompleteness(schema, schema, path, path)]
    .map((error) => ({ error, text: fieldErrorText(error) }))
    .sort((a, b) => compareStrings(a.text, b.text))
    .map(({ error }) => error);
}
