import { FieldPath, fieldErrors, type FieldError, type RawSchema } from '@seatrial/schema';
import { validateRules } from './validation-rule.validation.js';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

const NOT_EMPTY = 'must not be empty for specified object fields';

type Place = 'root' | 'field' | 'item' | 'value';
type Visit = (schema: RawSchema, path: FieldPath, place: Place) => FieldError[];

/** Applies a check to a schema and everything below it, outside in. */
function walk(schema: RawSchema, path: FieldPath, place: Place, visit: Visit): FieldError[] {
  const errors = visit(schema, path, place);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...walk(property, path.child('properties').key(name), 'field', visit));
  if (typeof schema.additionalProperties === 'object')
    errors.push(...walk(schema.additionalProperties, path.child('additionalProperties'), 'value', visit));
  if (schema.items) errors.push(...walk(schema.items, path.child('items'), 'item', visit));
  return errors;
}

const LIST_TYPES = ['atomic', 'map', 'set'];

/** What holds of any schema (ValidateCustomResourceDefinitionOpenAPISchema). */
const validateOpenApi: Visit = (schema, path) => {
  const errors: FieldError[] = [];
  if (schema.uniqueItems)
    errors.push(
      fieldErrors.forbidden(
        path.child('uniqueItems'),
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  if (typeof schema.additionalProperties === 'boolean' && !schema.additionalProperties)
    errors.push(
      fieldErrors.forbidden(path.child('additionalProperties'), 'additionalProperties cannot be set to false'),
    );
  if (schema.properties && schema.additionalProperties !== undefined)
    errors.push(
      fieldErrors.forbidden(
        path.child('additionalProperties'),
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  if (schema.type === 'array' && !schema.items)
    errors.push(fieldErrors.required(path.child('items'), 'must be specified'));
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType !== undefined) {
    if (schema.type !== 'array')
      errors.push(
        fieldErrors.invalid(
          path.child('type'),
          schema.type ?? '',
          'must be array if x-kubernetes-list-type is specified',
        ),
      );
    if (!LIST_TYPES.includes(listType))
      errors.push(fieldErrors.notSupported(path.child('x-kubernetes-list-type'), listType, LIST_TYPES));
    if (listType === 'map' && keys.length === 0)
      errors.push(
        fieldErrors.required(
          path.child('x-kubernetes-list-map-keys'),
          'must not be empty if x-kubernetes-list-type is map',
        ),
      );
  }
  return errors;
};

const MISSING_TYPE: Readonly<Record<Place, string>> = {
  root: 'must not be empty at the root',
  field: NOT_EMPTY,
  item: 'must not be empty for specified array items',
  value: NOT_EMPTY,
};

/** What makes a schema structural (apiserver/schema.ValidateStructural). */
const validateStructural: Visit = (schema, path, place) => {
  const errors: FieldError[] = [];
  const { type } = schema;
  const either = schema['x-kubernetes-int-or-string'] === true;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (!type) {
    if (!either && !open) errors.push(fieldErrors.required(path.child('type'), MISSING_TYPE[place]));
  } else if (!TYPES.includes(type)) errors.push(fieldErrors.notSupported(path.child('type'), type, TYPES));
  else if (place === 'root' && type !== 'object')
    errors.push(fieldErrors.invalid(path.child('type'), type, 'must be object at the root'));
  return errors;
};

/** A version's schema: well-formed, structural, and with CEL rules that compile and can be paid for. */
export function validateStructuralSchema(schema: RawSchema, path: FieldPath): FieldError[] {
  const errors = [...walk(schema, path, 'root', validateOpenApi), ...walk(schema, path, 'root', validateStructural)];
  return errors.length > 0 ? errors : validateRules(schema, path);
}
