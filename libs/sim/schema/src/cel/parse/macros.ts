import { children, type CelExpr, type CelProblem, type ComprehensionExpr } from './expression.js';
import type { CelValue } from '../evaluate/values.js';

/*
 * Macros (cel-go parser/macro.go, cel/library.go, ext/comprehensions.go, ext/lists.go). What they make stands where the
 * call's parenthesis does.
 */

/** The accumulator of comprehensions. */
export const ACCUMULATOR = '@result';
const OLD_ACCUMULATOR = '__result__';
const UNUSED = '#unused';
const MAP_INSERT = 'cel.@mapInsert';

type Expansion = CelExpr | CelProblem;
type Expand = (at: number, target: CelExpr, args: readonly CelExpr[]) => Expansion;

/** Whether an expansion went wrong. */
export const isProblem = (expansion: Expansion): expansion is CelProblem => 'message' in expansion;

const ident = (offset: number, name: string): CelExpr => ({ kind: 'ident', offset, name });
const literal = (offset: number, value: CelValue): CelExpr => ({ kind: 'literal', offset, value });
const list = (offset: number, ...elements: CelExpr[]): CelExpr => ({
  kind: 'list',
  offset,
  elements,
  optional: new Set(),
});
const call = (offset: number, name: string, ...args: CelExpr[]): CelExpr => ({
  kind: 'call',
  offset,
  name,
  target: undefined,
  args,
});
const memberCall = (offset: number, name: string, target: CelExpr, ...args: CelExpr[]): CelExpr => ({
  kind: 'call',
  offset,
  name,
  target,
  args,
});

type Loop = Pick<ComprehensionExpr, 'init' | 'condition' | 'step' | 'result'>;

const BODIES: Readonly<Record<string, (at: number, body: readonly CelExpr[], key: string) => Loop>> = {
  all: (at, [predicate]) => ({
    init: literal(at, true),
    condition: call(at, '@not_strictly_false', ident(at, ACCUMULATOR)),
    step: call(at, '_&&_', ident(at, ACCUMULATOR), predicate),
    result: ident(at, ACCUMULATOR),
  }),
  exists: (at, [predicate]) => ({
    init: literal(at, false),
    condition: call(at, '@not_strictly_false', call(at, '!_', ident(at, ACCUMULATOR))),
    step: call(at, '_||_', ident(at, ACCUMULATOR), predicate),
    result: ident(at, ACCUMULATOR),
  }),
  exists_one: (at, [predicate]) => ({
    init: literal(at, 0n),
    condition: literal(at, true),
    step: call(
      at,
      '_?_:_',
      predicate,
      call(at, '_+_', ident(at, ACCUMULATOR), literal(at, 1n)),
      ident(at, ACCUMULATOR),
    ),
    result: call(at, '_==_', ident(at, ACCUMULATOR), literal(at, 1n)),
  }),
  list: (at, body) => collect(at, list(at), body, (item) => call(at, '_+_', ident(at, ACCUMULATOR), list(at, item))),
  transformMap: (at, body, key) =>
    collect(at, { kind: 'map', offset: at, entries: [] }, body, (item) =>
      call(at, MAP_INSERT, ident(at, ACCUMULATOR), ident(at, key), item),
    ),
  transformMapEntry: (at, body) =>
    collect(at, { kind: 'map', offset: at, entries: [] }, body, (item) =>
      call(at, MAP_INSERT, ident(at, ACCUMULATOR), item),
    ),
};

/** A comprehension that puts something into a list or map for each item, or for those that pass a filter. */
function collect(at: number, init: CelExpr, body: readonly CelExpr[], put: (item: CelExpr) => CelExpr): Loop {
  const [filter, item] = body.length > 1 ? body : [undefined, body[0]];
  const step = put(item);
  return {
    init,
    condition: literal(at, true),
    step: filter ? call(at, '_?_:_', filter, step, ident(at, ACCUMULATOR)) : step,
    result: ident(at, ACCUMULATOR),
  };
}

function comprehension(at: number, range: CelExpr, names: readonly string[], loop: Loop): CelExpr {
  const [variable, variable2] = names;
  return { kind: 'comprehension', offset: at, range, variable, variable2, accumulator: ACCUMULATOR, ...loop };
}

const OVERWRITES = 'iteration variable overwrites accumulator variable';
const isAccumulator = (name: string): boolean => name === ACCUMULATOR || name === OLD_ACCUMULATOR;

function oneVariable(body: string, complaint: string): Expand {
  return (at, target, [variable, ...rest]) => {
    if (variable.kind !== 'ident') return { offset: variable.offset, message: complaint };
    if (isAccumulator(variable.name)) return { offset: variable.offset, message: OVERWRITES };
    return comprehension(at, target, [variable.name], BODIES[body](at, rest, variable.name));
  };
}

function twoVariables(body: string): Expand {
  return (at, target, [first, second, ...rest]) => {
    for (const variable of [first, second])
      if (variable.kind !== 'ident') return { offset: variable.offset, message: 'argument must be a simple name' };
    const [a, b] = [first, second].map((variable) => (variable.kind === 'ident' ? variable.name : ''));
    if (a === b) return { offset: second.offset, message: `duplicate variable name: ${a}` };
    for (const [index, name] of [a, b].entries())
      if (isAccumulator(name)) return { offset: [first, second][index].offset, message: OVERWRITES };
    return comprehension(at, target, [a, b], BODIES[body](at, rest, a));
  };
}

/** An expression with a name bound to a value, without a loop. */
const bind = (at: number, name: string, value: CelExpr, body: CelExpr): CelExpr => ({
  kind: 'comprehension',
  offset: at,
  range: list(at),
  variable: UNUSED,
  variable2: undefined,
  accumulator: name,
  init: value,
  condition: literal(at, false),
  step: ident(at, name),
  result: body,
});

/** A copy of its own, so that what the checker notes of one place is not noted of the other. */
function copy(node: CelExpr): CelExpr {
  switch (node.kind) {
    case 'select':
      return { ...node, operand: copy(node.operand) };
    case 'call':
      return { ...node, target: node.target && copy(node.target), args: node.args.map(copy) };
    case 'list':
      return { ...node, elements: node.elements.map(copy) };
    default:
      return children(node).length === 0 ? { ...node } : node;
  }
}

function optionalMap(name: string, wrap: boolean): Expand {
  return (at, target, [variable, body]) => {
    if (variable.kind !== 'ident')
      return { offset: variable.offset, message: `${name}() variable name must be a simple identifier` };
    const mapped = bind(at, variable.name, memberCall(at, 'value', copy(target)), body);
    return call(
      at,
      '_?_:_',
      memberCall(at, 'hasValue', target),
      wrap ? call(at, 'optional.of', mapped) : mapped,
      call(at, 'optional.none'),
    );
  };
}

const SORT_INPUT = '@__sortBy_input__';

const sortBy: Expand = (at, target, args) => {
  if (target.kind === 'literal' || target.kind === 'map' || target.kind === 'struct')
    return {
      offset: target.offset,
      message: 'sortBy can only be applied to a list, identifier, comprehension, call or select expression',
    };
  const keys = oneVariable('list', 'argument is not an identifier')(at, ident(at, SORT_INPUT), args);
  if (isProblem(keys)) return keys;
  return bind(at, SORT_INPUT, target, memberCall(at, '@sortByAssociatedKeys', ident(at, SORT_INPUT), keys));
};

const filter: Expand = (at, target, [variable, predicate]) => {
  const item = variable.kind === 'ident' ? ident(variable.offset, variable.name) : variable;
  return oneVariable('list', 'argument is not an identifier')(at, target, [variable, predicate, item]);
};

/** Macros on a receiver, by name and number of arguments. */
const RECEIVER: Readonly<Record<string, Expand | undefined>> = {
  'all:2': oneVariable('all', 'argument must be a simple name'),
  'all:3': twoVariables('all'),
  'exists:2': oneVariable('exists', 'argument must be a simple name'),
  'exists:3': twoVariables('exists'),
  'existsOne:3': twoVariables('exists_one'),
  'exists_one:2': oneVariable('exists_one', 'argument must be a simple name'),
  'exists_one:3': twoVariables('exists_one'),
  'filter:2': filter,
  'map:2': oneVariable('list', 'argument is not an identifier'),
  'map:3': oneVariable('list', 'argument is not an identifier'),
  'optFlatMap:2': optionalMap('optFlatMap', false),
  'optMap:2': optionalMap('optMap', true),
  'sortBy:2': sortBy,
  'transformList:3': twoVariables('list'),
  'transformList:4': twoVariables('list'),
  'transformMap:3': twoVariables('transformMap'),
  'transformMap:4': twoVariables('transformMap'),
  'transformMapEntry:3': twoVariables('transformMapEntry'),
  'transformMapEntry:4': twoVariables('transformMapEntry'),
};

/** What a call stands for; undefined when it is a call. */
export function expandMacro(
  at: number,
  name: string,
  target: CelExpr | undefined,
  args: readonly CelExpr[],
): Expansion | undefined {
  if (target) {
    const key = `${name}:${args.length}`;
    return Object.hasOwn(RECEIVER, key) ? RECEIVER[key]?.(at, target, args) : undefined;
  }
  if (name !== 'has' || args.length !== 1) return undefined;
  const [select] = args;
  if (select.kind !== 'select' || select.testOnly)
    return { offset: select.offset, message: 'invalid argument to has() macro' };
  return { kind: 'select', offset: at, operand: select.operand, field: select.field, testOnly: true };
}
