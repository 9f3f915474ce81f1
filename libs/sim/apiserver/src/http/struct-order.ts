import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { inGoOrder, parseApiVersion, schemaFor, type SchemaNode } from '@seatrial/schema';
import type { ApiResponse } from '../contract/request.js';

/** Answers of the API's machinery, which are in the order of their structs already. */
const MACHINERY: ReadonlySet<unknown> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

/** Groups of other servers, whose objects are made in the order of their structs. */
const AGGREGATED = /^metrics\.k8s\.io\//;

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
  if (typeof object.apiVersion === 'string' && AGGREGATED.test(object.apiVersion)) {
    const { kind, apiVersion, ...rest } = object;
    return { kind, apiVersion, ...rest };
  }
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
