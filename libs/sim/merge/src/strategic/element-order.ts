import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '@seatrial/kernel';

/** Where an item stands in a list: by merge key for objects, by value for scalars. -1 when it does not. */
export function indexOfItem(list: readonly JsonValue[], item: JsonValue, mergeKey: string): number {
  if (mergeKey === '' || !isJsonObject(item)) return list.findIndex((entry) => jsonEqual(entry, item));
  return list.findIndex((entry) => isJsonObject(entry) && jsonEqual(entry[mergeKey], item[mergeKey]));
}

function sortByOrder(items: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string): JsonValue[] {
  return items
    .map((item, position) => ({ item, position, rank: indexOfItem(order, item, mergeKey) }))
    .sort((a, b) => (a.rank < 0 || b.rank < 0 ? a.position - b.position : a.rank - b.rank))
    .map(({ item }) => item);
}

/**
 * Puts a merged list in order: items of the patch keep the patch's order, the others the server's, and the two are
 * merged by the server's order where it knows both (strategicpatch.normalizeElementOrder).
 */
export function normalizeElementOrder(
  merged: readonly JsonValue[],
  patchOrder: readonly JsonValue[],
  serverOrder: readonly JsonValue[],
  mergeKey: string,
): JsonValue[] {
  const inPatch = (item: JsonValue): boolean => indexOfItem(patchOrder, item, mergeKey) >= 0;
  const patchItems = sortByOrder(merged.filter(inPatch), patchOrder, mergeKey);
  const serverItems = sortByOrder(
    merged.filter((item) => !inPatch(item)),
    serverOrder,
    mergeKey,
  );
  const out: JsonValue[] = [];
  let left = 0;
  let right = 0;
  while (left < serverItems.length || right < patchItems.length) {
    if (left >= serverItems.length) out.push(patchItems[right++]);
    else if (right >= patchItems.length) out.push(serverItems[left++]);
    else {
      const serverAt = indexOfItem(serverOrder, serverItems[left], mergeKey);
      const patchAt = indexOfItem(serverOrder, patchItems[right], mergeKey);
      if (serverAt >= 0 && patchAt >= 0 && serverAt < patchAt) out.push(serverItems[left++]);
      else out.push(patchItems[right++]);
    }
  }
  return out;
}

/** An item reduced to its merge key. */
export const keyOnly = (item: JsonObject, mergeKey: string): JsonObject => ({ [mergeKey]: item[mergeKey] });
