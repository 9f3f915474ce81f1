import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { inGoOrder, parseApiVersion, schemaFor, type SchemaNode } from '@seatrial/schema';
import type { ApiResponse } from '../contract/request.js';

const OBJECT = ['kind', 'apiVersion', 'metadata'];
const METADATA = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];
const MANAGED_FIELDS = ['manager', 'operation', 'apiVersion', 'time', 'fieldsType', 'fieldsV1', 'subresource'];

function ordered(object: JsonObject, order: readonly string[]): JsonObject {
  const first = order
    .filter((key) => object[key] !== undefined)
    .map((key): [string, JsonValue | undefined] => [key, object[key]]);
  return { ...Object.fromEntries(first), ...object };
}

function orderedObject(object: JsonObject, schema: SchemaNode | undefined): JsonObject {
  if (schema) return inGoOrder(object, schema) as JsonObject;
  const { metadata } = object;
  if (!isJsonObject(metadata)) return object;
  const { managedFields } = metadata;
  const fields = Array.isArray(managedFields)
    ? { managedFields: managedFields.map((entry) => (isJsonObject(entry) ? ordered(entry, MANAGED_FIELDS) : entry)) }
    : {};
  return ordered({ ...object, metadata: { ...ordered(metadata, METADATA), ...fields } }, OBJECT);
}

const builtInSchema = (apiVersion: JsonValue | undefined, kind: string): SchemaNode | undefined =>
  schemaFor({ ...parseApiVersion(typeof apiVersion === 'string' ? apiVersion : ''), kind });

/**
 * A response with its members in the order of Go's structs, as the API server writes them: of kinds that it has no
 * struct for those of the metadata.
 */
export function inStructOrder(body: ApiResponse['body']): JsonObject {
  const object = body as unknown as JsonObject;
  const { apiVersion } = object;
  const kind = typeof object.kind === 'string' ? object.kind : '';
  if (!Array.isArray(object.items)) return orderedObject(object, builtInSchema(apiVersion, kind));
  const schema = builtInSchema(apiVersion, kind.replace(/List$/, ''));
  return {
    ...ordered(object, OBJECT),
    items: object.items.map((item) => (isJsonObject(item) ? orderedObject(item, schema) : item)),
  };
}

/** A list as Go writes one of a type of its own: the items do not say again what they are. */
export function withoutItemTypes(body: ApiResponse['body']): ApiResponse['body'] {
  const list = body as unknown as JsonObject;
  if (!Array.isArray(list.items)) return body;
  const items = list.items.map((item) => {
    if (!isJsonObject(item)) return item;
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = item;
    return rest;
  });
  return { ...list, items };
}
