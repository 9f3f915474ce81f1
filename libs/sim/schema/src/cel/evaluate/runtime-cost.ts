import { NamedFormat } from '../library/format.library.js';
import { CelNative, CelOptional, isList, isMap, sizeOf, type CelValue } from './values.js';

/*
 * What calls cost while they run (cel-go interpreter/runtimecost.go costCall, ext/lists.go and ext/sets.go trackers,
 * k8s.io/apiserver/pkg/cel/library/cost.go CallCost).
 */

const TEXT = 0.1;
const REGEX = 0.25;
const LIST_BASE = 10;
const CHECK = 350_000;
const REQUIREMENT = 50;

function size(value: CelValue): number {
  const own = value instanceof CelNative ? value.size : sizeOf(value);
  if (own !== undefined) return own;
  return value instanceof CelOptional && value.value !== undefined ? size(value.value) : 1;
}

const text = (units: number, factor = TEXT): number => Math.ceil(units * factor);
const regex = (length: number, pattern: number): number => text(1 + length) * Math.ceil(pattern * REGEX);

/** Of looking at everything in a value. */
function traversal(value: CelValue): number {
  if (typeof value === 'string') return Math.floor(new TextEncoder().encode(value).length * TEXT);
  if (value instanceof Uint8Array) return Math.floor(value.length * TEXT);
  if (isList(value)) return value.reduce((sum: number, item) => sum + traversal(item), 0);
  if (!isMap(value)) return 1;
  return value.keys().reduce((sum: number, key) => sum + traversal(key) + traversal(value.get(key) ?? null), 0);
}

function selfCompare(list: CelValue): number {
  const [first] = isList(list) ? list : [];
  const factor = typeof first === 'string' || first instanceof Uint8Array ? 2 + TEXT : 2;
  return Math.floor(size(list) ** 2 * factor) + 1 + LIST_BASE;
}

const setProduct = ([a, b]: readonly CelValue[], factor: number): number => 1 + size(a) * size(b) * factor;

type Cost = (args: readonly CelValue[], result: CelValue) => number;

const one: Cost = () => 1;
const traverse: Cost = ([value]) => text(size(value));
const traverseTwice: Cost = ([value]) => text(size(value), 2 * TEXT);
const wholeTraversal: Cost = ([value]) => traversal(value);
const search: Cost = ([value, pattern]) => regex(size(value), size(pattern));
const selector: Cost = ([, selected]) =>
  LIST_BASE + text(size(selected)) + Math.ceil(Math.ceil(size(selected) * 0.5) * REQUIREMENT);

/** By overload, before anything else. */
const BY_OVERLOAD: Readonly<Record<string, Cost | undefined>> = {
  list_distinct: ([list]) => selfCompare(list),
  list_flatten: ([list]) => size(list) + 1 + LIST_BASE,
  list_flatten_int: ([list, depth]) => size(list) * Number(depth) + 1 + LIST_BASE,
  list_reverse: (_args, result) => size(result) + 1 + LIST_BASE,
  list_sets_contains_list: (args) => setProduct(args, 1),
  list_sets_equivalent_list: (args) => setProduct(args, 2),
  list_sets_intersects_list: (args) => setProduct(args, 1),
  list_slice: (_args, result) => size(result) + 1 + LIST_BASE,
  lists_range: (_args, result) => size(result) + 1 + LIST_BASE,
};

const contained =
  (parsed: string): ((overload: string) => Cost) =>
  (overload) =>
  ([range, other]) =>
    text(2 * size(range)) + (overload === parsed ? text(size(other)) : 0);

const containsIp = contained('cidr_contains_ip_string');
const containsCidr = contained('cidr_contains_cidr_string');

/** By name (Kubernetes' estimator). */
const BY_NAME: Readonly<Record<string, Cost | undefined>> = {
  check: () => CHECK,
  ...Object.fromEntries(
    (
      'serviceAccount path group resource subresource namespace name allowed reason error errored masked prefixLength ' +
      'family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast format.named sign ' +
      'asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch getScheme ' +
      'getHostname getHost getPort getEscapedPath getQuery'
    )
      .split(' ')
      .map((name) => [name, one]),
  ),
  ...Object.fromEntries(
    ['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, wholeTraversal]),
  ),
  ...Object.fromEntries(
    'url lowerAscii upperAscii substring trim cidr isIP isCIDR quantity isQuantity semver isSemver'
      .split(' ')
      .map((name) => [name, traverse]),
  ),
  fieldSelector: selector,
  find: search,
  findAll: search,
  'ip.isCanonical': traverseTwice,
  join: (_args, result) => text(size(result), 2 * TEXT),
  labelSelector: selector,
  replace: traverseTwice,
  split: traverseTwice,
  validate: ([format, value]) => regex(size(value), format instanceof NamedFormat ? format.regexSize : 0),
};

const smaller: Cost = ([a, b]) => text(Math.min(size(a), size(b)));
const sized: Readonly<Record<string, Cost | undefined>> = {
  ...Object.fromEntries(
    ['less', 'greater', 'less_equals', 'greater_equals'].flatMap((name) => [
      [`${name}_string`, smaller],
      [`${name}_bytes`, smaller],
    ]),
  ),
  add_bytes: ([a, b]) => text(size(a) + size(b)),
  add_string: ([a, b]) => text(size(a) + size(b)),
  bytes_to_string: traverse,
  contains_string: ([a, b]) => text(size(a)) * text(size(b)),
  ends_with_string: traverse,
  equals: smaller,
  in_list: ([, list]) => size(list),
  matches_string: search,
  not_equals: smaller,
  starts_with_string: traverse,
  string_format: traverse,
  string_to_bytes: traverse,
  strings_quote: traverse,
};

const lookUp = (table: Readonly<Record<string, Cost | undefined>>, key: string): Cost | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** How the cost of a call is worked out; `overload` is empty where several are left. */
export function costOfCall(name: string, overload: string): Cost {
  if (/_sort$/.test(overload)) return ([list]) => selfCompare(list);
  if (/_sortByAssociatedKeys$/.test(overload)) return ([, keys]) => selfCompare(keys);
  const own = lookUp(BY_OVERLOAD, overload);
  if (own) return own;
  if (name === 'ip') return overload === 'cidr_ip' ? one : traverse;
  if (name === 'containsIP') return containsIp(overload);
  if (name === 'containsCIDR') return (args, result) => containsCidr(overload)(args, result) + text(size(args[0])) + 1;
  const named = lookUp(BY_NAME, name);
  if (named) return named;
  if (name === '_==_') return (args, result) => (args[0] instanceof CelNative ? 1 : smaller(args, result));
  return lookUp(sized, overload) ?? one;
}
