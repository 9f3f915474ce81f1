import { FieldPath, fieldErrors, type FieldError, type RawSchema } from '@seatrial/schema';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

const NOT_EMPTY = 'must not be empty for specified object fields';

type Place = 'root' | 'field' | 'item';

function missingType(place: Place): string {
  if (place === 'root') return 'must not be empty at the root';
  return place === 'field' ? NOT_EMPTY : 'must not be empty for specified array items';
}

/** Types, items and nesting (apiextensions validation and schema.ValidateStructural). */
export function validateStructuralSchema(schema: RawSchema, path: FieldPath, place: Place = 'root'): FieldError[] {
  const errors: FieldError[] = [];
  const { type } = schema;
  const open = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type !== undefined && type !== '' && !TYPES.includes(type))
    errors.push(fieldErrors.notSupported(path.child('type'), type, TYPES));
  if (!type && !open) errors.push(fieldErrors.required(path.child('type'), missingType(place)));
  if (place === 'root' && type && type !== 'object')
    errors.push(fieldErrors.invalid(path.child('type'), type, 'must be object at the root'));
  if (type === 'array' && !schema.items) errors.push(fieldErrors.required(path.child('items'), 'must be specified'));
  if (schema.properties && schema.additionalProperties)
    errors.push(
      fieldErrors.forbidden(
        path.child('additionalProperties'),
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...validateStructuralSchema(property, path.child('properties').key(name), 'field'));
  if (schema.items) errors.push(...validateStructuralSchema(schema.items, path.child('items'), 'item'));
  if (typeof schema.additionalProperties === 'object')
    errors.push(...validateStructuralSchema(schema.additionalProperties, path.child('additionalProperties'), 'field'));
  return errors;
}
