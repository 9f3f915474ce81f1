import { compareStrings, isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { goFieldOrder } from './go-structs.js';
import type { SchemaNode } from './schema-node.js';

/**
 * A built-in object with its members in the order of its Go structs, as encoding/json writes them. Where `opened` has
 * an object, the writer had a map of the members there, which are sorted (evanphx/json-patch: what a patch touches).
 */
export function inGoOrder(value: JsonValue, node: SchemaNode | undefined, opened?: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const inside = isJsonObject(opened) ? opened : {};
    return value.map((item, index) => inGoOrder(item, node?.items, inside[String(index)]));
  }
  if (!isJsonObject(value)) return value;
  const struct = node?.type === 'object' && !isJsonObject(opened);
  const order = struct ? [...goFieldOrder(node.packageName, node.structName)] : [];
  const rest = Object.keys(value)
    .filter((key) => !order.includes(key))
    .sort(compareStrings);
  const sorted: JsonObject = {};
  for (const key of [...order, ...rest]) {
    const member = value[key];
    if (member === undefined) continue;
    const inner = isJsonObject(opened) ? opened[key] : undefined;
    sorted[key] = inGoOrder(member, node?.field(key) ?? node?.values, inner);
  }
  return sorted;
}
