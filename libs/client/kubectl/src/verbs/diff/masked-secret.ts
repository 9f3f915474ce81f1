import { isJsonObject, jsonEqual, type JsonObject } from '@seatrial/kernel';
import { objectAt } from '../../resource/resource-info.js';

const MASK = '***';

function masked(data: JsonObject, other: JsonObject | undefined, label: string): JsonObject {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const there = other !== undefined && Object.hasOwn(other, key);
      return [key, there && !jsonEqual(value, other[key]) ? `${MASK} (${label})` : MASK];
    }),
  );
}

/** A Secret's values are not shown: `*** (before)` and `*** (after)` where they differ (diff.Masker). */
export function maskSecrets(
  live: JsonObject | undefined,
  merged: JsonObject | undefined,
): readonly [JsonObject | undefined, JsonObject | undefined] {
  const isSecret = (object: JsonObject | undefined): boolean => object?.kind === 'Secret' && object.apiVersion === 'v1';
  if (!isSecret(live) && !isSecret(merged)) return [live, merged];
  const before = objectAt(live, 'data');
  const after = objectAt(merged, 'data');
  return [
    live && isJsonObject(before) ? { ...live, data: masked(before, after, 'before') } : live,
    merged && isJsonObject(after) ? { ...merged, data: masked(after, before, 'after') } : merged,
  ];
}
