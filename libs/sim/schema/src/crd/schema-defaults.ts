import { deepClone, isJsonObject, type JsonValue } from '@seatrial/kernel';
import type { SchemaNode } from '../schema/schema-node.js';

/** Fills a custom resource's defaults in place (apiextensions structural defaulting); nulls of fields that may not be null count as absent. */
export function applySchemaDefaults(value: JsonValue | undefined, schema: SchemaNode): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) for (const item of value) applySchemaDefaults(item, items);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, field] of schema.fields) {
    if (!field.structural) continue;
    if (value[name] === null && !field.nullable && field.default !== undefined) Reflect.deleteProperty(value, name);
    if (value[name] === undefined && field.default !== undefined) value[name] = deepClone(field.default);
    if (value[name] !== undefined) applySchemaDefaults(value[name], field);
  }
  if (schema.values) for (const item of Object.values(value)) applySchemaDefaults(item, schema.values);
}
