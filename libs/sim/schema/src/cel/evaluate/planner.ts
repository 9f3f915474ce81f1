import { TYPE_NAMES } from '../check/declarations.js';
import type {
  CallExpr,
  CelExpr,
  ComprehensionExpr,
  ListExpr,
  MapExpr,
  SelectExpr,
  StructExpr,
} from '../parse/expression.js';
import { functionOf } from './call-function.js';
import { LiteralMap } from './cel-maps.js';
import { isConversion } from './conversions.js';
import { ListBuilder } from './list-builder.js';
import {
  alternative,
  attribute,
  checkPattern,
  conditional,
  constant,
  foldedConversion,
  logical,
  memberSet,
  membership,
  noRange,
  type Frame,
  type Plan,
  type Run,
} from './plan.js';
import { isPresent, qualify } from './qualify.js';
import { costOfCall } from './runtime-cost.js';
import {
  CelDuration,
  CelError,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  isError,
  isList,
  isMap,
  shownValue,
  type CelValue,
} from './values.js';

/*
 * Expressions as closures (cel-go interpreter/planner.go, with the optimizations and costs that Kubernetes turns on:
 * constant lists, maps and conversions are worked out once and cost nothing).
 */

type Scope = ReadonlyMap<string, number>;

const LIST_COST = 10;
const MAP_COST = 30;
const STRUCT_COST = 40;

class Planner {
  slots = 0;

  plan(node: CelExpr, scope: Scope): Plan {
    switch (node.kind) {
      case 'literal':
        return constant(node.value);
      case 'ident':
        return this.name(node.reference ?? node.name, scope);
      case 'select':
        return this.select(node, scope);
      case 'call':
        return this.call(node, scope);
      case 'list':
        return this.list(node, scope);
      case 'map':
        return this.map(node, scope);
      case 'struct':
        return this.struct(node);
      case 'comprehension':
        return this.comprehension(node, scope);
    }
  }

  private name(name: string, scope: Scope): Plan {
    const slot = scope.get(name);
    if (slot !== undefined) return attribute(({ slots }) => slots[slot]);
    const type = TYPE_NAMES.get(name);
    if (type) return constant(new CelTypeValue(name));
    return attribute((frame) => frame.variable(name));
  }

  private select(node: SelectExpr, scope: Scope): Plan {
    if (node.reference !== undefined) return this.name(node.reference, scope);
    const operand = this.plan(node.operand, scope);
    const base = operand.attribute ?? operand.run;
    const { field } = node;
    if (node.testOnly) return { run: (frame) => isPresent(base(frame), field, frame.meter) };
    return attribute((frame) => qualify(base(frame), field, false, frame.meter), operand.conditional);
  }

  private index(target: Plan, key: Plan, optional: boolean): Plan {
    const base = target.attribute ?? target.run;
    const read = key.attribute ?? key.run;
    return attribute((frame) => qualify(base(frame), read(frame), optional, frame.meter), target.conditional);
  }

  private call(node: CallExpr, scope: Scope): Plan {
    const args = [...(node.target ? [node.target] : []), ...node.args].map((arg) => this.plan(arg, scope));
    switch (node.name) {
      case '_&&_':
        return { run: logical(args, false) };
      case '_||_':
        return { run: logical(args, true) };
      case '_?_:_':
        return conditional(args);
      case '_[_]':
      case '_[?_]':
        return this.index(args[0], args[1], node.name === '_[?_]');
      case '_?._':
        return this.index(args[0], args[1], true);
      default:
        break;
    }
    if (node.target && (node.name === 'or' || node.name === 'orValue')) return alternative(node.name, args);
    return this.function(node, args);
  }

  private function(node: CallExpr, args: readonly Plan[]): Plan {
    const overloads = node.overloads ?? [];
    const overload = overloads.length === 1 ? overloads[0] : '';
    const apply = functionOf(node.name, overloads);
    if (isConversion(node.name) && args[0].constant) return foldedConversion(apply, args[0].constant.value);
    if (overload === 'in_list' && args[1].constant) {
      const members = memberSet(args[1].constant.value);
      if (members) return membership(args[0], members);
    }
    checkPattern(node.name, args);
    const cost = costOfCall(node.name, overload);
    const strict = node.name !== '@not_strictly_false';
    const runs = args.map(({ run }) => run);
    const early = runs.length > 2;
    const finish = (frame: Frame, values: readonly CelValue[]): CelValue => {
      const failed = strict ? values.find(isError) : undefined;
      const result = failed ?? apply(values, frame.meter);
      frame.meter.charge(cost(values, result));
      return result;
    };
    return {
      run: (frame) => {
        const values: CelValue[] = [];
        for (const run of runs) {
          const value = run(frame);
          if (early && isError(value)) return value;
          values.push(value);
        }
        return finish(frame, values);
      },
    };
  }

  private list({ elements, optional }: ListExpr, scope: Scope): Plan {
    const plans = elements.map((element) => this.plan(element, scope));
    if (optional.size === 0 && plans.every((plan) => plan.constant))
      return constant(plans.map((plan) => plan.constant?.value ?? null));
    return {
      run: (frame) => {
        frame.meter.charge(LIST_COST);
        const values: CelValue[] = [];
        for (const [index, { run }] of plans.entries()) {
          const value = run(frame);
          if (isError(value)) return value;
          if (!optional.has(index)) values.push(value);
          else if (!(value instanceof CelOptional))
            return new CelError(`cannot initialize optional list element from non-optional value ${shownValue(value)}`);
          else if (value.value !== undefined) values.push(value.value);
        }
        return values;
      },
    };
  }

  private map({ entries }: MapExpr, scope: Scope): Plan {
    const plans = entries.map(({ key, value, optional }) => ({
      key: this.plan(key, scope),
      value: this.plan(value, scope),
      optional,
    }));
    const known: [CelValue, CelValue][] = [];
    for (const { key, value, optional } of plans)
      if (!optional && key.constant && value.constant) known.push([key.constant.value, value.constant.value]);
    if (known.length === plans.length) return constant(LiteralMap.of(known));
    return {
      run: (frame) => {
        frame.meter.charge(MAP_COST);
        const values: [CelValue, CelValue][] = [];
        for (const { key, value, optional } of plans) {
          const name = key.run(frame);
          if (isError(name)) return name;
          const item = value.run(frame);
          if (isError(item)) return item;
          if (!optional) values.push([name, item]);
          else if (!(item instanceof CelOptional))
            return new CelError(
              `cannot initialize optional entry '${shownValue(name)}' from non-optional value ${shownValue(item)}`,
            );
          else if (item.value !== undefined) values.push([name, item.value]);
        }
        return LiteralMap.of(values);
      },
    };
  }

  /** Only messages without fields: those of CEL's own types. */
  private struct({ typeName, fields }: StructExpr): Plan {
    const value =
      fields.length > 0
        ? new CelError(`unsupported message: ${typeName}`)
        : typeName.endsWith('Duration')
          ? new CelDuration(0n)
          : new CelTimestamp(0n);
    return {
      run: ({ meter }) => {
        meter.charge(STRUCT_COST);
        return value;
      },
    };
  }

  private comprehension(node: ComprehensionExpr, scope: Scope): Plan {
    const range = this.plan(node.range, scope).run;
    const collects = node.init.kind === 'list' && node.init.elements.length === 0;
    const init = collects ? (): CelValue => new ListBuilder() : this.plan(node.init, scope).run;
    const [accumulator, first, second] = [this.slots++, this.slots++, this.slots++];
    const outer = new Map(scope).set(node.accumulator, accumulator);
    const inner = new Map(outer).set(node.variable, first);
    if (node.variable2 !== undefined) inner.set(node.variable2, second);
    const condition = this.plan(node.condition, inner).run;
    const step = this.plan(node.step, inner).run;
    const result = this.plan(node.result, outer).run;
    const two = node.variable2 !== undefined;
    return {
      run: (frame) => {
        const over = range(frame);
        if (isError(over)) return over;
        const { slots } = frame;
        const loop = (key: CelValue, value: CelValue): boolean => {
          slots[first] = two || !isList(over) ? key : value;
          slots[second] = value;
          if (condition(frame) !== true) return false;
          slots[accumulator] = step(frame);
          return true;
        };
        if (!isList(over) && !isMap(over)) return noRange(over, two);
        slots[accumulator] = init(frame);
        if (isList(over)) {
          for (let index = 0; index < over.length; index++) if (!loop(BigInt(index), over[index])) break;
        } else for (const key of over.keys()) if (!loop(key, two ? (over.get(key) ?? null) : null)) break;
        const built = slots[accumulator];
        if (built instanceof ListBuilder) slots[accumulator] = built.finish();
        return result(frame);
      },
    };
  }
}

/** Makes a checked expression ready to run; throws {@link PlanProblem}. */
export function planCel(root: CelExpr): { readonly run: Run; readonly slots: number } {
  const planner = new Planner();
  const { run } = planner.plan(root, new Map());
  return { run, slots: planner.slots };
}
