import type { SchemaNode } from '@seatrial/schema';

/* The directives of strategic merge patches (k8s.io/apimachinery/pkg/util/strategicpatch). */
export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const DELETE_FROM_PRIMITIVE_LIST = '$deleteFromPrimitiveList';
export const SET_ELEMENT_ORDER = '$setElementOrder';

/** A patch that does not fit; carries the text. */
export class StrategicPatchError extends Error {}

/** How a field is patched. */
export interface PatchMeta {
  readonly schema: SchemaNode | undefined;
  readonly merge: boolean;
  readonly replace: boolean;
  readonly retainKeys: boolean;
  readonly mergeKey: string;
}

const FREE: PatchMeta = { schema: undefined, merge: false, replace: false, retainKeys: false, mergeKey: '' };

/** A field's patch metadata; below what has no schema everything merges as plain maps and replaced lists. */
export function patchMeta(schema: SchemaNode | undefined, key: string): PatchMeta {
  if (!schema || schema.type === 'any') return FREE;
  const field = schema.field(key) ?? schema.values;
  if (!field) {
    throw new StrategicPatchError(
      `unable to find api field in struct ${schema.structName} for the json field ${JSON.stringify(key)}`,
    );
  }
  const strategies = field.patchStrategies;
  return {
    schema: field.type === 'array' ? field.items : field,
    merge: strategies.includes('merge'),
    replace: strategies.includes('replace'),
    retainKeys: strategies.includes('retainKeys'),
    mergeKey: field.patchMergeKey ?? '',
  };
}
