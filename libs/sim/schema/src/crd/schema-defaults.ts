import { deepClone, isJsonObject, type JsonValue } from '@seatrial/kernel';
import type { SchemaNode } from '../schema/schema-node.js';

/**
 * Fills a custom resource's defaults in place (apiextensions structural defaulting); nulls of fields that may not be
 * null count as absent, and are dropped where there is no default (PruneNonNullableNullsWithoutDefaults).
 */
export function applySchemaDefaults(value: JsonValue | undefined, schema: SchemaNode): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) value.forEach((item, index) => (value[index] = filled(item, items)));
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, field] of schema.fields) {
    if (!field.structural) continue;
    if (value[name] === null && !field.nullable) Reflect.deleteProperty(value, name);
    if (value[name] === undefined && field.default !== undefined) value[name] = deepClone(field.default);
    if (value[name] !== undefined) applySchemaDefaults(value[name], field);
  }
  const { values } = schema;
  if (!values) return;
  for (const [name, item] of Object.entries(value)) {
    if (item === null && !values.nullable && values.default === undefined) Reflect.deleteProperty(value, name);
    else if (item !== undefined) value[name] = filled(item, values);
  }
}

function filled(item: JsonValue, schema: SchemaNode): JsonValue {
  const value = item === null && !schema.nullable && schema.default !== undefined ? deepClone(schema.default) : item;
  applySchemaDefaults(value, schema);
  return value;
}
