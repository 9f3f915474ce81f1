import { isJsonObject, jsonEqual, setOwn, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { SchemaNode } from '@seatrial/schema';
import { childNode, granularity, inStep, itemElement, type Granularity } from './typed-value.js';

/** The live object with a configuration laid over it (typed.Merge). Unchanged parts are shared. */
export function mergeTyped(live: JsonValue | undefined, config: JsonValue, node: SchemaNode | undefined): JsonValue {
  const kind = granularity(config, node);
  if (live === undefined) return config;
  if (kind === 'leaf') return jsonEqual(live, config) ? live : config;
  if (Array.isArray(live) !== Array.isArray(config)) return config;
  if (Array.isArray(config) && Array.isArray(live)) return mergeLists(live, config, node, kind);
  if (!isJsonObject(live) || !isJsonObject(config)) return config;
  let result: JsonObject | undefined;
  for (const key of Object.keys(config)) {
    const value = config[key];
    if (value === undefined) continue;
    const before = Object.hasOwn(live, key) ? live[key] : undefined;
    const merged = mergeTyped(before, value, childNode(node, key));
    if (merged !== before) setOwn((result ??= { ...live }), key, merged);
  }
  return result ?? live;
}

/** Lists with the same items in the same places. */
function mergeInStep(live: JsonValue[], config: JsonValue[], node: SchemaNode | undefined): JsonValue[] {
  let result: JsonValue[] | undefined;
  for (let index = 0; index < live.length; index++) {
    const merged = mergeTyped(live[index], config[index], node?.items);
    if (merged !== live[index]) (result ??= [...live])[index] = merged;
  }
  return result ?? live;
}

/**
 * Lists whose items have keys: what both hold comes in the order of the configuration, what only the live one holds stays
 * before the item that it stood before (structured-merge-diff v6, merge.go visitListItems).
 */
function mergeLists(
  live: JsonValue[],
  config: JsonValue[],
  node: SchemaNode | undefined,
  kind: Granularity,
): JsonValue[] {
  if (kind === 'keyed-list' && inStep(live, config, node)) return mergeInStep(live, config, node);
  const left = live.map((item) => itemElement(item, node, kind));
  const right = config.map((item) => itemElement(item, node, kind));
  const theirs = new Map(right.map((element, index) => [element, config[index]]));
  // An item that is there twice is not merged with the wanted one, which takes its place.
  const ours = new Map<string, JsonValue | undefined>();
  for (const [index, element] of left.entries()) ours.set(element, ours.has(element) ? undefined : live[index]);
  const merge = (element: string): JsonValue => mergeTyped(ours.get(element), theirs.get(element) ?? null, node?.items);
  const result: JsonValue[] = [];
  const merged = new Set<string>();
  const shared = right.filter((element) => ours.has(element));
  let next = 0;
  for (let l = 0, r = 0; l < left.length || r < right.length;) {
    if (l < left.length && r < right.length) {
      if (left[l] === right[r]) {
        result.push(merge(left[l]));
        merged.add(left[l]);
        l++;
        r++;
        next++;
        continue;
      }
      if (theirs.has(left[l]) && next < shared.length && shared[next] !== left[l]) {
        l++;
        continue;
      }
    }
    if (l < left.length) {
      if (!theirs.has(left[l])) {
        result.push(live[l]);
        l++;
        continue;
      }
      if (merged.has(left[l])) l++;
    }
    if (r >= right.length) continue;
    result.push(merge(right[r]));
    merged.add(right[r]);
    if (shared[next] === right[r]) next++;
    r++;
  }
  return result.length === live.length && result.every((item, index) => item === live[index]) ? live : result;
}
