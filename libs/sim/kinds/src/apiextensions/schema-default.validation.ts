import { isJsonObject, type JsonValue } from '@seatrial/kernel';
import {
  FieldPath,
  customResourceSchema,
  evaluateValidationRules,
  fieldErrors,
  validateSchemaValue,
  type FieldError,
  type RawSchema,
} from '@seatrial/schema';

const EMBEDDED = new Set(['apiVersion', 'kind', 'metadata']);

function hasUnknownFields(value: JsonValue, schema: RawSchema): boolean {
  if (Array.isArray(value))
    return value.some((item) => schema.items !== undefined && hasUnknownFields(item, schema.items));
  if (!isJsonObject(value)) return false;
  const { properties = {}, additionalProperties } = schema;
  if (additionalProperties === true) return false;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return Object.entries(value).some(([name, item]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const target = known ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (target) return item !== undefined && hasUnknownFields(item, target);
    return !open && !(schema['x-kubernetes-embedded-resource'] && EMBEDDED.has(name));
  });
}

/** Defaults fit their own schema and hold no unknown fields (structural defaulting.ValidateDefaults). */
export function validateDefaults(schema: RawSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { default: value } = schema;
  if (value !== undefined && value !== null) {
    const at = path.child('default');
    if (hasUnknownFields(value, schema)) errors.push(fieldErrors.invalid(at, value, 'must not have unknown fields'));
    const wrong = validateSchemaValue(value, schema, at);
    errors.push(...wrong);
    if (wrong.length === 0 && isJsonObject(value))
      errors.push(
        ...evaluateValidationRules(value, undefined, customResourceSchema(schema), []).map((error) => ({
          ...error,
          field: error.field === '<nil>' ? at.toString() : `${at.toString()}.${error.field}`,
        })),
      );
  }
  if (schema.items) errors.push(...validateDefaults(schema.items, path.child('items')));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...validateDefaults(property, path.child('properties').key(name)));
  return errors;
}
