import { sameType, type CelType } from '../check/cel-type.js';
import type { CelExpr } from '../parse/expression.js';
import { ONE, UNBOUNDED, UNKNOWN, add, fixed, multiply, scale, type Estimate } from './size-estimate.js';

/*
 * What calls may cost at most (k8s.io/apiserver/pkg/cel/library/cost.go EstimateCallCost, cel-go ext/lists.go and
 * ext/sets.go). The estimates are a part of the API: they decide which rules a CustomResourceDefinition may hold.
 */

/** A part of an expression as estimates see it. */
export interface CostNode {
  readonly expr: CelExpr | undefined;
  readonly type: CelType;
  readonly path: readonly string[] | undefined;
  /** Its size as far as the expression tells. */
  readonly size: Estimate | undefined;
}

export interface CallEstimate {
  readonly cost: Estimate;
  readonly size?: Estimate;
}

/** The size of a node that only its schema tells. */
export type EstimateSize = (node: CostNode) => Estimate | undefined;

interface Call {
  readonly overload: string;
  readonly target: CostNode | undefined;
  readonly args: readonly CostNode[];
  readonly sizeOf: (node: CostNode) => Estimate;
  readonly elementOf: (node: CostNode) => CostNode | undefined;
}

const TEXT = 0.1;
const REGEX = 0.25;
const LIST_BASE = fixed(10);
const CHECK = fixed(350_000);
const MAX_NAME_REGEX = 128;
const MAX_FORMAT = 64;
const REQUIREMENT = 50;
const ADDRESS: Estimate = { min: 4, max: 16 };

type Rule = (call: Call) => CallEstimate | undefined;

const nominal: Rule = () => ({ cost: ONE });

const firstArgument =
  (factor: number, sized = false): Rule =>
  ({ args, sizeOf }) => {
    if (args.length === 0) return undefined;
    const size = sizeOf(args[0]);
    return { cost: scale(size, factor), ...(sized && { size }) };
  };

const selector: Rule = ({ args, sizeOf }) => {
  if (args.length !== 1) return undefined;
  const length = sizeOf(args[0]);
  const requirements = scale(scale(length, 0.5), REQUIREMENT);
  return { cost: add(add(LIST_BASE, scale(length, TEXT)), requirements) };
};

const overList: Rule = ({ target, sizeOf, elementOf }) => {
  if (!target) return undefined;
  const element = elementOf(target);
  if (!element) return { cost: scale(sizeOf(target), TEXT) };
  const textual = element.type.kind === 'string' || element.type.kind === 'bytes';
  return { cost: multiply(sizeOf(target), textual ? add(ONE, scale(sizeOf(element), TEXT)) : ONE) };
};

const overText: Rule = ({ target, sizeOf }) => {
  if (!target) return undefined;
  const size = sizeOf(target);
  return { cost: scale(size, TEXT), size };
};

const search: Rule = ({ target, args, sizeOf }) => {
  if (!target || args.length === 0) return undefined;
  const size = sizeOf(target);
  const cost = multiply(scale(add(size, ONE), TEXT), scale(sizeOf(args[0]), REGEX));
  return { cost, size: { min: 0, max: size.max } };
};

/** How often at most, and with how much of the old text left, a replacement happens: of the one bound. */
function replacements(
  size: number,
  empty: boolean,
  keeps: boolean,
  step: number,
): readonly [count: number, kept: number] {
  if (empty) return [size < UNBOUNDED ? size + 1 : size, size];
  return keeps ? [0, size] : [Math.ceil(size / step), 0];
}

const replace: Rule = ({ target, args, sizeOf }) => {
  if (!target || args.length < 2) return undefined;
  const size = sizeOf(target);
  const [from, to] = args.map(sizeOf);
  const [most, mostKept] = replacements(size.max, from.min === 0, to.max <= from.min, from.min);
  const [least, leastKept] = replacements(size.min, from.max === 0, from.max <= to.min, from.max);
  const replaced = multiply({ min: least, max: most }, to);
  return { cost: scale(size, 2 * TEXT), size: add(replaced, { min: leastKept, max: mostKept }) };
};

const intLiteral = (node: CostNode | undefined): bigint | undefined =>
  node?.expr?.kind === 'literal' && typeof node.expr.value === 'bigint' ? node.expr.value : undefined;

const split: Rule = ({ target, args, sizeOf }) => {
  if (!target) return undefined;
  const size = sizeOf(target);
  const limit = intLiteral(args.at(1));
  const max = limit === undefined ? size.max : limit < 0n ? UNBOUNDED : Number(limit);
  return { cost: scale(size, 2 * TEXT), size: { min: 0, max } };
};

const join: Rule = ({ target, args, sizeOf, elementOf }) => {
  if (!target) return undefined;
  const count = sizeOf(target);
  const element = elementOf(target);
  let size = element ? multiply(count, sizeOf(element)) : fixed(0);
  if (args.length > 0) {
    const separators = { min: Math.max(0, count.min - 1), max: Math.max(0, count.max - 1) };
    size = add(size, multiply(sizeOf(args[0]), separators));
  }
  return { cost: scale(size, TEXT), size };
};

const ip: Rule = (call) => (call.overload === 'cidr_ip' ? { cost: ONE } : firstArgument(TEXT)(call));

const contained =
  (parsed: string, extra: Estimate): Rule =>
  ({ overload, args, sizeOf }) => {
    const parse = overload === parsed ? scale(sizeOf(args[0]), TEXT) : fixed(0);
    return { cost: add(add(scale(add(ADDRESS, ADDRESS), TEXT), extra), parse) };
  };

const validate: Rule = ({ args, sizeOf }) => ({
  cost: scale(scale(sizeOf(args[0]), TEXT), MAX_NAME_REGEX * REGEX),
});

const CHEAP_EQUALITY = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  ...['Authorizer', 'PathCheck', 'GroupCheck', 'ResourceCheck', 'Decision'].map(
    (name) => `kubernetes.authorization.${name}`,
  ),
]);

const equality: Rule = ({ args: [left, right] }) => {
  if (!sameType(left.type, right.type)) return undefined;
  if (CHEAP_EQUALITY.has(left.type.name)) return { cost: ONE };
  if (left.type.name === 'kubernetes.NamedFormat') return { cost: scale({ min: 1, max: MAX_FORMAT }, TEXT) };
  if (left.type.name !== 'kubernetes.URL') return undefined;
  return { cost: scale({ min: 1, max: right.size?.max ?? 1 }, TEXT) };
};

const table = (names: string, rule: Rule): Record<string, Rule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));

const BY_NAME: Readonly<Record<string, Rule | undefined>> = {
  ...table(
    'serviceAccount path group resource subresource namespace name allowed reason error errored masked prefixLength ' +
      'family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast format.named sign ' +
      'asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch getScheme ' +
      'getHostname getHost getPort getEscapedPath getQuery',
    nominal,
  ),
  ...table('fieldSelector labelSelector', selector),
  ...table('isSorted sum max min indexOf lastIndexOf', overList),
  ...table('lowerAscii upperAscii substring trim', overText),
  ...table('find findAll', search),
  ...table('cidr isIP isCIDR quantity isQuantity semver isSemver', firstArgument(TEXT)),
  '_==_': equality,
  check: () => ({ cost: CHECK }),
  containsCIDR: contained('cidr_contains_cidr_string', add(scale(ADDRESS, TEXT), ONE)),
  containsIP: contained('cidr_contains_ip_string', fixed(0)),
  ip,
  'ip.isCanonical': firstArgument(2 * TEXT),
  join,
  replace,
  split,
  url: firstArgument(TEXT, true),
  validate,
};

const allocating = (factor: number, size: Estimate): CallEstimate => ({
  cost: add(add(scale(size, factor), ONE), LIST_BASE),
  size,
});

const literalOr = (node: CostNode, fallback: number): number => {
  const value = intLiteral(node);
  return value === undefined ? fallback : value < 0n ? 0 : Number(value);
};

const sorting = (overload: string): number => (/list_(string|bytes)_/.test(overload) ? 2 + TEXT : 2);

const sets =
  (factor: number): Rule =>
  ({ args, sizeOf }) => ({ cost: add(scale(multiply(sizeOf(args[0]), sizeOf(args[1])), factor), ONE) });

const squared = (size: Estimate): Estimate => multiply(size, size);

const BY_OVERLOAD: Readonly<Record<string, Rule | undefined>> = {
  list_distinct: ({ target, sizeOf }) => (target ? allocating(2, squared(sizeOf(target))) : undefined),
  list_flatten: ({ target, sizeOf }) => (target ? allocating(1, sizeOf(target)) : undefined),
  list_flatten_int: ({ target, args, sizeOf }) =>
    target ? allocating(literalOr(args[0], UNBOUNDED), sizeOf(target)) : undefined,
  list_reverse: ({ target, sizeOf }) => (target ? allocating(1, sizeOf(target)) : undefined),
  list_sets_contains_list: sets(1),
  list_sets_equivalent_list: sets(2),
  list_sets_intersects_list: sets(1),
  list_slice: ({ target, args, sizeOf }) => {
    if (!target) return undefined;
    const length = literalOr(args[1], sizeOf(target).max) - literalOr(args[0], 0);
    return allocating(1, fixed(length < 0 ? UNBOUNDED : length));
  },
  lists_range: ({ args }) => allocating(1, fixed(literalOr(args[0], UNBOUNDED))),
};

/** What Kubernetes and the libraries estimate of a call; undefined where cel-go's own estimate holds. */
export function estimateCall(
  name: string,
  overload: string,
  target: CostNode | undefined,
  args: readonly CostNode[],
  fromSchema: EstimateSize,
): CallEstimate | undefined {
  const sizeOf = (node: CostNode): Estimate => node.size ?? fromSchema(node) ?? UNKNOWN;
  const elementOf = ({ type, path }: CostNode): CostNode | undefined =>
    type.parameters.length === 0
      ? undefined
      : { expr: undefined, type: type.parameters[0], path: path && [...path, '@items'], size: undefined };
  const call: Call = { overload, target, args, sizeOf, elementOf };
  if (/_sort$/.test(overload) && target) return allocating(sorting(overload), squared(sizeOf(target)));
  if (/_sortByAssociatedKeys$/.test(overload) && args.length > 0)
    return allocating(sorting(overload), squared(sizeOf(args[0])));
  const rule = Object.hasOwn(BY_OVERLOAD, overload)
    ? BY_OVERLOAD[overload]
    : Object.hasOwn(BY_NAME, name)
      ? BY_NAME[name]
      : undefined;
  return rule?.(call);
}
