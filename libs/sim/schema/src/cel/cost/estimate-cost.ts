import { isOptionalType, type CelType, DYN } from '../check/cel-type.js';
import type { CallExpr, CelExpr, ComprehensionExpr } from '../parse/expression.js';
import { codePoints } from '../evaluate/values.js';
import { estimateCall, type CallEstimate, type CostNode, type EstimateSize } from './call-estimate.js';
import {
  NOTHING,
  ONE,
  UNBOUNDED,
  UNKNOWN,
  add,
  fixed,
  multiply,
  scale,
  sum,
  union,
  type Estimate,
} from './size-estimate.js';

/* The most an expression may cost (cel-go checker/cost.go v0.26, presence tests free). */

interface EntrySize {
  readonly list: boolean;
  readonly key: Estimate;
  readonly value: Estimate;
}

interface LocalVariable {
  readonly path: readonly string[];
  readonly size: Estimate | undefined;
  readonly entry: EntrySize | undefined;
}

const TEXT = 0.1;
const REGEX = 0.25;
const LIST_BASE = fixed(10);
const MAP_BASE = fixed(30);
const STRUCT_BASE = fixed(40);
const EMPTY: Estimate = { min: UNBOUNDED, max: 0 };
const SCALARS: ReadonlySet<string> = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);
const SELECTABLE: ReadonlySet<string> = new Set(['map', 'object', 'parameter']);

const isScalar = (type: CelType): boolean =>
  SCALARS.has(type.kind) || (isOptionalType(type) && isScalar(type.parameters[0]));

const entryUnion = (a: EntrySize | undefined, b: EntrySize | undefined): EntrySize | undefined =>
  a && b && { list: a.list, key: union(a.key, b.key), value: union(a.value, b.value) };

function inlineSize(node: CelExpr): Estimate | undefined {
  switch (node.kind) {
    case 'literal':
      if (typeof node.value === 'string') return fixed(codePoints(node.value));
      return node.value instanceof Uint8Array ? fixed(node.value.length) : ONE;
    case 'list':
      return fixed(node.elements.length);
    case 'map':
      return fixed(node.entries.length);
    default:
      return undefined;
  }
}

const typeOf = (node: CelExpr): CelType => node.type ?? DYN;

class Coster {
  private readonly paths = new Map<CelExpr, readonly string[]>();
  private readonly sizes = new Map<CelExpr, Estimate>();
  private readonly entries = new Map<CelExpr, EntrySize>();
  private readonly locals = new Map<string, LocalVariable[]>();

  constructor(private readonly fromSchema: EstimateSize) {}

  cost(node: CelExpr): Estimate {
    switch (node.kind) {
      case 'literal':
        return NOTHING;
      case 'ident': {
        const name = node.reference ?? node.name;
        this.paths.set(node, this.local(name)?.path ?? [name]);
        return ONE;
      }
      case 'select': {
        if (node.reference !== undefined) {
          this.paths.set(node, [node.reference]);
          return ONE;
        }
        const operand = this.cost(node.operand);
        if (node.testOnly) return operand;
        this.paths.set(node, [...this.path(node.operand), node.field]);
        return SELECTABLE.has(typeOf(node.operand).kind) ? add(operand, ONE) : operand;
      }
      case 'call':
        return this.call(node);
      case 'list': {
        const cost = add(sum(node.elements.map((element) => this.cost(element))), LIST_BASE);
        const value = this.unionOf(node.elements);
        this.entries.set(node, { list: true, key: ONE, value });
        return cost;
      }
      case 'map': {
        const cost = sum(node.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]));
        const key = this.unionOf(node.entries.map((entry) => entry.key));
        const value = this.unionOf(node.entries.map((entry) => entry.value));
        this.entries.set(node, { list: false, key, value });
        return add(cost, MAP_BASE);
      }
      case 'struct':
        return add(sum(node.fields.map(({ value }) => this.cost(value))), STRUCT_BASE);
      case 'comprehension':
        return this.comprehension(node);
    }
  }

  private local(name: string): LocalVariable | undefined {
    return this.locals.get(name)?.at(-1);
  }

  private push(name: string, variable: LocalVariable): void {
    const stack = this.locals.get(name);
    if (stack) stack.push(variable);
    else this.locals.set(name, [variable]);
  }

  private pop(name: string): void {
    this.locals.get(name)?.pop();
  }

  private path(node: CelExpr): readonly string[] {
    if (node.kind === 'ident') {
      const variable = this.local(node.reference ?? node.name);
      if (variable) return variable.path;
    }
    return this.paths.get(node) ?? [];
  }

  private unionOf(nodes: readonly CelExpr[]): Estimate {
    return nodes.length === 0 ? NOTHING : nodes.reduce((all, node) => union(all, this.sizeOrUnknown(node)), EMPTY);
  }

  private node(expr: CelExpr): CostNode {
    const path = this.path(expr);
    const hidden = path.length === 0 || path[0] === '@result' || path[0] === '__result__';
    return { expr, path: hidden ? undefined : path, type: typeOf(expr), size: this.size(expr) };
  }

  private size(node: CelExpr): Estimate | undefined {
    const known = this.sizes.get(node) ?? inlineSize(node);
    if (known) return known;
    const given = this.fromSchema({ expr: node, path: this.path(node), type: typeOf(node), size: undefined });
    if (given) {
      this.sizes.set(node, given);
      return given;
    }
    if (isScalar(typeOf(node))) return ONE;
    return node.kind === 'ident' ? this.local(node.reference ?? node.name)?.size : undefined;
  }

  private sizeOrUnknown(node: CelExpr): Estimate {
    return this.size(node) ?? UNKNOWN;
  }

  private entry(node: CelExpr): EntrySize | undefined {
    const known = this.entries.get(node);
    if (known || node.kind !== 'ident') return known;
    return this.local(node.reference ?? node.name)?.entry;
  }

  private call(node: CallExpr): Estimate {
    const { name, args, target, overloads = [] } = node;
    if (name === 'dyn') {
      const cost = add(this.cost(args[0]), ONE);
      this.copySizes(node, args[0]);
      return cost;
    }
    const costs = args.map((arg) => this.cost(arg));
    const nodes = args.map((arg) => this.node(arg));
    if (overloads.length === 0) return NOTHING;
    const targetCost = target ? this.cost(target) : NOTHING;
    const targetNode = target && this.node(target);
    let cost = EMPTY;
    let size: Estimate | undefined;
    for (const overload of overloads) {
      const own = this.function(node, overload, targetNode, nodes, costs);
      cost = union(cost, own.cost);
      if (own.size) size = size ? union(size, own.size) : own.size;
      if (overload === 'index_list' || overload === 'index_map') {
        size = this.entry(args[0])?.value;
        this.paths.set(node, [...this.path(args[0]), overload === 'index_list' ? '@items' : '@values']);
      }
      size ??= this.size(node);
    }
    if (size) this.sizes.set(node, size);
    return add(targetCost, cost);
  }

  private copySizes(to: CelExpr, from: CelExpr): void {
    const size = this.size(from);
    if (size) this.sizes.set(to, size);
    const entry = this.entry(from);
    if (entry) this.entries.set(to, entry);
  }

  private function(
    node: CallExpr,
    overload: string,
    target: CostNode | undefined,
    args: readonly CostNode[],
    costs: readonly Estimate[],
  ): CallEstimate {
    const all = sum(costs);
    const given = estimateCall(node.name, overload, target, args, this.fromSchema);
    if (given) return { ...given, cost: add(given.cost, all) };
    switch (overload) {
      case 'logical_and':
      case 'logical_or':
        return { cost: { min: costs[0].min, max: add(costs[0], costs[1]).max } };
      case 'conditional':
        return this.conditional(node, costs);
      default: {
        const own = this.standard(node, overload, target, args) ?? { cost: ONE };
        return { ...own, cost: add(own.cost, all) };
      }
    }
  }

  private conditional(node: CallExpr, [test, yes, no]: readonly Estimate[]): CallEstimate {
    const [, whenTrue, whenFalse] = node.args;
    const entry = entryUnion(this.entry(whenTrue), this.entry(whenFalse));
    if (entry) this.entries.set(node, entry);
    const size = union(this.sizeOrUnknown(whenTrue), this.sizeOrUnknown(whenFalse));
    return { cost: add(test, union(yes, no)), size };
  }

  /** cel-go's own estimates, without what the arguments cost. */
  private standard(
    node: CallExpr,
    overload: string,
    target: CostNode | undefined,
    args: readonly CostNode[],
  ): CallEstimate | undefined {
    const [first, second] = args.map(({ size }) => size ?? UNKNOWN);
    const own = target?.size ?? UNKNOWN;
    switch (overload) {
      case 'string_format':
        return { cost: scale(own, TEXT) };
      case 'string_to_bytes':
        return { cost: scale(first, TEXT), size: { min: first.min, max: first.max * 4 } };
      case 'bytes_to_string':
        return { cost: scale(first, TEXT), size: { min: Math.floor(first.min / 4), max: first.max } };
      case 'strings_quote':
        return { cost: scale(first, TEXT), size: { min: first.min + 2, max: first.max * 2 + 2 } };
      case 'starts_with_string':
      case 'ends_with_string':
        return { cost: scale(first, TEXT) };
      case 'in_list':
        return { cost: scale(second, 1) };
      case 'matches_string':
        return { cost: multiply(scale(add(own, ONE), TEXT), scale(first, REGEX)) };
      case 'contains_string':
        return { cost: multiply(scale(own, TEXT), scale(first, TEXT)) };
      case 'add_string':
      case 'add_bytes':
      case 'add_list':
        return this.concatenation(node, overload, add(first, second));
      default:
        return /^(?:(?:less|greater)(?:_equals)?_(?:string|bytes)|equals|not_equals)$/.test(overload)
          ? { cost: scale(smaller(first, second), TEXT) }
          : undefined;
    }
  }

  private concatenation(node: CallExpr, overload: string, size: Estimate): CallEstimate {
    const entry = entryUnion(this.entry(node.args[0]), this.entry(node.args[1]));
    if (entry) this.entries.set(node, entry);
    return { cost: overload === 'add_list' ? ONE : scale(size, TEXT), size };
  }

  /** `optMap` and `sortBy` bind a name without a loop. */
  private bind(node: ComprehensionExpr): Estimate {
    const before = add(this.cost(node.range), this.cost(node.init));
    this.pushLocal(node);
    const cost = add(before, this.cost(node.result));
    this.pop(node.accumulator);
    this.copySizes(node, node.result);
    return cost;
  }

  private pushLocal({ accumulator, init }: ComprehensionExpr): void {
    this.push(accumulator, { path: this.path(init), size: this.size(init), entry: this.entry(init) });
  }

  private comprehension(node: ComprehensionExpr): Estimate {
    const { range, init } = node;
    const bound = node.condition.kind === 'literal' && node.condition.value === false;
    if (bound && range.kind === 'list' && range.elements.length === 0) return this.bind(node);
    let cost = add(this.cost(range), this.cost(init));
    this.pushLocal(node);
    this.pushVariables(node);
    const each = add(this.cost(node.step), this.cost(node.condition));
    this.pop(node.variable);
    if (node.variable2 !== undefined) this.pop(node.variable2);
    cost = add(cost, this.cost(node.result));
    this.pop(node.accumulator);
    const count = this.sizeOrUnknown(range);
    if (init.kind === 'literal') this.sizes.set(node, this.sizeOrUnknown(init));
    else if (init.kind === 'list' || init.kind === 'map') {
      this.sizes.set(node, count);
      const entry = this.entry(node.step);
      if (entry) this.entries.set(node, entry);
    }
    return add(cost, multiply(count, each));
  }

  private pushVariables({ range, variable, variable2 }: ComprehensionExpr): void {
    const entry = this.entry(range);
    const list = entry ? entry.list : typeOf(range).kind === 'list';
    const path = this.path(range);
    const items = { path: [...path, list ? '@items' : '@values'], size: entry?.value, entry: undefined };
    const keys = { path: [...path, list ? '@indices' : '@keys'], size: entry?.key, entry: undefined };
    this.push(variable, variable2 === undefined && list ? items : keys);
    if (variable2 !== undefined) this.push(variable2, items);
  }
}

/** What comparing two texts costs: no more than the shorter has. */
function smaller(a: Estimate, b: Estimate): Estimate {
  const max = Math.min(a.max, b.max);
  return { min: max > 0 ? 1 : 0, max };
}

/** The least and most a checked expression may cost; `fromSchema` knows the sizes of variables' parts. */
export function estimateCost(root: CelExpr, fromSchema: EstimateSize): Estimate {
  return new Coster(fromSchema).cost(root);
}
