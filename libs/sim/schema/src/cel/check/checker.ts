import type {
  CallExpr,
  CelExpr,
  CelProblem,
  ComprehensionExpr,
  ListExpr,
  MapExpr,
  SelectExpr,
  StructExpr,
} from '../parse/expression.js';
import {
  BOOL,
  DYN,
  ERROR,
  INT,
  STRING,
  isDyn,
  isDynOrError,
  isOptionalType,
  listType,
  mapType,
  optionalType,
  parameterType,
  sameType,
  unwrapOptional,
  type CelType,
} from './cel-type.js';
import { literalType, qualifiedName, typed } from './expression-type.js';
import { TYPE_NAMES, findFunction, type Overload } from './declarations.js';
import { Substitution, mostGeneral } from './substitution.js';

/* The type checker (cel-go checker/checker.go v0.26, with dynamic aggregate literals). */

/** The variables an expression may name. */
export type Variables = ReadonlyMap<string, CelType>;

/** Messages that are types of CEL's own. */
const MESSAGES: ReadonlySet<string> = new Set(['google.protobuf.Duration', 'google.protobuf.Timestamp']);

class Checker {
  readonly problems: CelProblem[] = [];
  private readonly substitution = new Substitution();
  private readonly scopes: Map<string, CelType>[] = [];
  private readonly checked: CelExpr[] = [];
  private nextVariable = 0;

  constructor(private readonly variables: Variables) {}

  run(root: CelExpr): CelType {
    this.check(root);
    for (const node of this.checked) node.type = this.substitution.apply(typed(node), true);
    return typed(root);
  }

  private complain(offset: number, message: string): CelType {
    this.problems.push({ offset, message });
    return ERROR;
  }

  private mismatch(node: CelExpr, expected: CelType, actual: CelType): CelType {
    return this.complain(node.offset, `expected type '${expected.text}' but found '${actual.text}'`);
  }

  private undeclared(offset: number, name: string): CelType {
    return this.complain(offset, `undeclared reference to '${name}' (in container '')`);
  }

  private assign(from: CelType, to: CelType): boolean {
    return this.substitution.assign([from], [to]);
  }

  private newVariable(): CelType {
    return parameterType(`_var${this.nextVariable++}`);
  }

  private check(node: CelExpr): CelType {
    const type = this.typeOf(node);
    node.type = type;
    this.checked.push(node);
    return type;
  }

  private typeOf(node: CelExpr): CelType {
    switch (node.kind) {
      case 'literal':
        return literalType(node.value);
      case 'ident':
        return this.named(node, node.name) ?? this.undeclared(node.offset, node.name);
      case 'select':
        return this.select(node);
      case 'call':
        return node.name === '_?._' ? this.optionalSelect(node) : this.call(node);
      case 'list':
        return this.list(node);
      case 'map':
        return this.map(node);
      case 'struct':
        return this.struct(node);
      case 'comprehension':
        return this.comprehension(node);
    }
  }

  /** The type of a declared name; notes it on the node. */
  private named(node: CelExpr, name: string): CelType | undefined {
    const plain = name.startsWith('.') ? name.slice(1) : name;
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const type = this.scopes[i].get(plain);
      if (type) {
        node.reference = plain;
        return type;
      }
    }
    const type = this.variables.get(plain) ?? TYPE_NAMES.get(plain);
    if (type) node.reference = plain;
    return type;
  }

  private select(node: SelectExpr): CelType {
    const name = qualifiedName(node);
    const declared = name === undefined ? undefined : this.named(node, name);
    if (declared) return declared;
    const type = this.field(node.offset, node.operand, node.field, false);
    return node.testOnly ? BOOL : this.substitution.apply(type, false);
  }

  private optionalSelect(node: CallExpr): CelType {
    const [operand, field] = node.args;
    const name = field.kind === 'literal' && typeof field.value === 'string' ? field.value : '';
    const type = this.field(node.offset, operand, name, true);
    field.type = STRING;
    node.overloads = ['select_optional_field'];
    return this.substitution.apply(type, false);
  }

  private field(offset: number, operand: CelExpr, name: string, optional: boolean): CelType {
    const operandType = this.substitution.apply(this.check(operand), false);
    const target = unwrapOptional(operandType);
    const result = this.fieldOf(offset, target, name);
    return optional || isOptionalType(operandType) ? optionalType(result) : result;
  }

  private fieldOf(offset: number, target: CelType, name: string): CelType {
    switch (target.kind) {
      case 'map':
        return target.parameters[1];
      case 'object': {
        const type = target.fields?.get(name) ?? target.fields?.get(`__${name}__`);
        return type ?? this.complain(offset, `undefined field '${name}'`);
      }
      case 'parameter':
        this.assign(DYN, target);
        return DYN;
      default:
        if (!isDynOrError(target)) this.complain(offset, `type '${target.text}' does not support field selection`);
        return DYN;
    }
  }

  private call(node: CallExpr): CelType {
    for (const arg of node.args) this.check(arg);
    if (!node.target) {
      const plain = node.name.startsWith('.') ? node.name.slice(1) : node.name;
      const found = findFunction(plain);
      if (!found) return this.undeclared(node.offset, node.name);
      node.name = plain;
      return this.resolve(node, found);
    }
    const prefix = qualifiedName(node.target);
    const namespaced = prefix === undefined ? undefined : findFunction(`${prefix}.${node.name}`);
    if (namespaced) {
      node.name = `${prefix}.${node.name}`;
      node.target = undefined;
      return this.resolve(node, namespaced);
    }
    this.check(node.target);
    const found = findFunction(node.name);
    return found ? this.resolve(node, found) : this.undeclared(node.offset, node.name);
  }

  private resolve(node: CallExpr, overloads: readonly Overload[]): CelType {
    const { target, args } = node;
    const types = [...(target ? [target] : []), ...args].map(typed);
    if (node.name === '_&&_' || node.name === '_||_') return this.logical(node, overloads, types);
    let result: CelType | undefined;
    const fitting: string[] = [];
    for (const overload of overloads) {
      if (overload.member !== (target !== undefined)) continue;
      const fresh = this.instantiate(overload);
      if (!this.substitution.assign(types, fresh.args)) continue;
      fitting.push(overload.id);
      const own = this.substitution.apply(fresh.result, false);
      if (!result) result = own;
      else if (!isDyn(result) && !sameType(own, result)) result = DYN;
    }
    if (result) {
      node.overloads = fitting;
      return result;
    }
    const shown = types.map((type) => this.substitution.apply(type, true).text);
    const applied = target ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`;
    return this.complain(node.offset, `found no matching overload for '${node.name}' applied to '${applied}'`);
  }

  private logical(node: CallExpr, [overload]: readonly Overload[], types: readonly CelType[]): CelType {
    let fits = true;
    for (const [index, type] of types.entries())
      if (!this.assign(type, BOOL)) {
        this.mismatch(node.args[index], BOOL, type);
        fits = false;
      }
    if (!fits) return ERROR;
    node.overloads = [overload.id];
    return BOOL;
  }

  private instantiate({ args, result, parameters }: Overload): { readonly args: CelType[]; readonly result: CelType } {
    if (parameters.length === 0) return { args: [...args], result };
    const fresh = new Substitution();
    for (const name of parameters) fresh.add(parameterType(name), this.newVariable());
    return { args: args.map((arg) => fresh.apply(arg, false)), result: fresh.apply(result, false) };
  }

  /** Elements may be of several types here; that they must not is for the validators to say. */
  private join(previous: CelType | undefined, current: CelType): CelType {
    if (!previous) return current;
    return this.assign(previous, current) ? mostGeneral(previous, current) : DYN;
  }

  /** The type of an element that is left out when it is none. */
  private optionalElement(node: CelExpr): CelType {
    const type = typed(node);
    if (!isOptionalType(type) && !isDyn(type)) this.mismatch(node, optionalType(type), type);
    return unwrapOptional(type);
  }

  private list(node: ListExpr): CelType {
    let type: CelType | undefined;
    for (const [index, element] of node.elements.entries()) {
      const own = this.check(element);
      type = this.join(type, node.optional.has(index) ? this.optionalElement(element) : own);
    }
    return listType(type ?? this.newVariable());
  }

  private map(node: MapExpr): CelType {
    let keys: CelType | undefined;
    let values: CelType | undefined;
    for (const { key, value, optional } of node.entries) {
      keys = this.join(keys, this.check(key));
      const own = this.check(value);
      values = this.join(values, optional ? this.optionalElement(value) : own);
    }
    keys ??= this.newVariable();
    return mapType(keys, values ?? this.newVariable());
  }

  private struct(node: StructExpr): CelType {
    const declared = this.named(node, node.typeName);
    if (!declared) return this.undeclared(node.offset, node.typeName);
    let result = ERROR;
    if (MESSAGES.has(node.typeName)) result = declared.parameters[0];
    else if (declared.kind !== 'type') this.complain(node.offset, `'${declared.name}' is not a type`);
    else if (declared.parameters.at(0)?.kind === 'object') result = declared.parameters[0];
    else this.complain(node.offset, `'${declared.parameters.at(0)?.name ?? 'type'}' is not a message type`);
    for (const { name, value, offset, optional } of node.fields) {
      const own = this.check(value);
      const type = result === ERROR ? ERROR : this.fieldOf(offset, result, name);
      const given = optional ? this.optionalElement(value) : own;
      if (!this.assign(type, given))
        this.complain(
          offset,
          `expected type of field '${name}' is '${type.text}' but provided type is '${given.text}'`,
        );
    }
    return result;
  }

  private rangeTypes(range: CelExpr, two: boolean): readonly [CelType, CelType] {
    const type = this.substitution.apply(typed(range), false);
    switch (type.kind) {
      case 'list':
        return two ? [INT, type.parameters[0]] : [type.parameters[0], DYN];
      case 'map':
        return [type.parameters[0], type.parameters[1]];
      case 'dyn':
      case 'error':
      case 'parameter':
        this.assign(DYN, type);
        return [DYN, DYN];
      default:
        this.complain(
          range.offset,
          `expression of type '${type.text}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [ERROR, ERROR];
    }
  }

  private comprehension(node: ComprehensionExpr): CelType {
    this.check(node.range);
    const accumulated = this.check(node.init);
    this.scopes.push(new Map([[node.accumulator, accumulated]]));
    const [first, second] = this.rangeTypes(node.range, node.variable2 !== undefined);
    const loop = new Map([[node.variable, first]]);
    if (node.variable2 !== undefined) loop.set(node.variable2, second);
    this.scopes.push(loop);
    this.assertType(node.condition, BOOL);
    this.assertType(node.step, accumulated);
    this.scopes.pop();
    const result = this.check(node.result);
    this.scopes.pop();
    return this.substitution.apply(result, false);
  }

  private assertType(node: CelExpr, type: CelType): void {
    const actual = this.check(node);
    if (!this.assign(type, actual)) this.mismatch(node, type, actual);
  }
}

/** Checks the types of an expression and notes them on its nodes. */
export function checkTypes(
  root: CelExpr,
  variables: Variables,
): { readonly type: CelType; readonly problems: readonly CelProblem[] } {
  const checker = new Checker(variables);
  const type = checker.run(root);
  return { type, problems: checker.problems };
}
