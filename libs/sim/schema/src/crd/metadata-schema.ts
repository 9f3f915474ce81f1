import type { RawSchema } from '../schema/raw-schema.js';
import type { SchemaNode } from '../schema/schema-node.js';

const written = new WeakMap<SchemaNode, RawSchema>();

/** Keeps what a definition says of `metadata` (of its name, as it may), whose type is given otherwise. */
export function keepMetadataSchema(schema: SchemaNode, raw: RawSchema | undefined): void {
  if (raw) written.set(schema, raw);
}

/** What a definition's schema says of its objects' metadata. */
export const metadataSchemaOf = (schema: SchemaNode | undefined): RawSchema | undefined =>
  schema && written.get(schema);
