import type { ServedResource } from '@seatrial/apiserver';
import type { JsonObject, Result } from '@seatrial/kernel';
import { fail, ok } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import {
  conflictingChanges,
  createMergePatch,
  createThreeWayMergePatch,
  createThreeWayStrategicPatch,
  createTwoWayStrategicPatch,
} from '@seatrial/merge';
import { schemaFor, type SchemaNode } from '@seatrial/schema';

/** The schema that strategic merge patches of a kind follow; undefined for custom resources, which have none. */
export const strategicSchema = (mapping: ServedResource): SchemaNode | undefined =>
  mapping.custom ? undefined : schemaFor({ group: mapping.group, version: mapping.version, kind: mapping.kind });

export interface CreatedPatch {
  readonly type: 'strategic' | 'merge';
  readonly patch: JsonObject;
}

/** The patch that turns one object into another, of the type its kind takes. */
export function twoWayPatch(
  mapping: ServedResource,
  original: JsonObject,
  modified: JsonObject,
): Result<CreatedPatch, string> {
  const schema = strategicSchema(mapping);
  if (!schema) return ok({ type: 'merge', patch: createMergePatch(original, modified) });
  const patch = createTwoWayStrategicPatch(original, modified, schema);
  return patch.ok ? ok({ type: 'strategic', patch: patch.value }) : patch;
}

/**
 * kubectl apply's three-way patch, of the type its kind takes. Without `overwrite` (apply --overwrite=false) a strategic patch
 * must not change what was changed otherwise since the last apply; `current` then has its managedFields.
 */
export function threeWayPatch(
  mapping: ServedResource,
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  overwrite = true,
): Result<CreatedPatch, string> {
  const schema = strategicSchema(mapping);
  if (!schema) return ok({ type: 'merge', patch: createThreeWayMergePatch(original, modified, current) });
  const patch = createThreeWayStrategicPatch(original, modified, current, schema);
  if (!patch.ok) return patch;
  if (!overwrite) {
    const changed = conflictingChanges(patch.value, original, current, schema);
    if (!changed.ok) return changed;
    if (changed.value)
      return fail(
        `patch:\n${toYaml(patch.value)}\nconflicts with changes made from original to current:\n${toYaml(changed.value)}\n`,
      );
  }
  return ok({ type: 'strategic', patch: patch.value });
}
