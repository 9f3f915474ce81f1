import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { inGoOrder, parseApiVersion, schemaFor, type SchemaNode } from '@seatrial/schema';
import type { ApiResponse } from '../contract/request.js';

/** Answers of the API's machinery, which are in the order of their structs already. */
const MACHINERY: ReadonlySet<unknown> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

/** Groups that other servers answer for, with structs of their own (k8s.io/metrics). */
const AGGREGATED = /^([a-z]+\.)?metrics\.k8s\.io\//;

/** Kind, version and metadata first, as every struct of an API has them; the rest as it stands. */
function embedded(object: JsonObject): JsonObject {
  const { kind, apiVersion, metadata, items, ...rest } = object;
  const types = { ...(kind === undefined ? {} : { kind }), ...(apiVersion === undefined ? {} : { apiVersion }) };
  const meta = schemaFor({ group: '', version: 'v1', kind: 'Pod' })?.field('metadata');
  return {
    ...types,
    ...(metadata === undefined ? {} : { metadata: inGoOrder(metadata, meta) }),
    ...rest,
    ...(Array.isArray(items) ? { items: items.map((item) => (isJsonObject(item) ? embedded(item) : item)) } : {}),
  };
}

function structOf({ apiVersion, kind }: JsonObject): SchemaNode | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  return schemaFor({ ...parseApiVersion(apiVersion), kind });
}

/**
 * A response with its members as the API server writes them: those of Go structs in their order, maps by key, custom
 * resources wholly by key.
 */
export function inStructOrder(body: ApiResponse['body']): JsonObject {
  const object = body as unknown as JsonObject;
  if (MACHINERY.has(object.kind) || !isJsonObject(object.metadata)) return object;
  if (AGGREGATED.test(typeof object.apiVersion === 'string' ? object.apiVersion : '')) return embedded(object);
  return inGoOrder(object, structOf(object)) as JsonObject;
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
