import { goQuote, isJsonObject, utf8Length, type GoNumbers } from '@seatrial/kernel';
import { copyingCost, type Charge } from '../step-budget.js';
import { nodeText, type ArgumentNode, type CommandNode, type PipeNode, type TemplateTree } from './node.js';
import { TemplateProblem } from './template-problem.js';
import {
  FunctionFailure,
  TemplateStruct,
  isTrue,
  typeName,
  type FunctionTable,
  type ParameterType,
  type TemplateFunction,
  type TemplateValue,
} from './value.js';

/** What a missing key of a map gives: no value, a nil, or an error (text/template's option). */
export type MissingKey = 'default' | 'zero' | 'error';

export interface Environment {
  readonly templates: ReadonlyMap<string, TemplateTree>;
  readonly functions: FunctionTable;
  readonly missingKey: MissingKey;
  readonly charge: Charge;
  readonly numbers: GoNumbers;
  /** How deep templates run within each other now, across nested evaluations. */
  depth: number;
}

interface Variable {
  readonly name: string;
  value: TemplateValue;
  /** It is an element of a list or map, which Go knows as an interface. */
  isElement: boolean;
}

type Located =
  ArgumentNode | CommandNode | { readonly type: 'template'; readonly position: number; readonly text: string };

/** No value came down the pipeline. */
const MISSING = Symbol('missing');

/** Evaluates pipelines, as text/template/exec.go does: commands, fields, functions and their arguments. */
export class PipelineEvaluator {
  protected readonly variables: Variable[];
  protected at: Located | undefined;
  protected dotIsElement = false;

  constructor(
    protected readonly tree: TemplateTree,
    protected readonly data: TemplateValue,
    protected readonly environment: Environment,
  ) {
    this.variables = [{ name: '$', value: data, isElement: false }];
  }

  protected fail(message: string, causes: readonly string[] = []): never {
    const { source, name, text } = this.tree;
    if (!this.at) throw new TemplateProblem(`template: ${source}: ${message}`, causes);
    const before = text.slice(0, this.at.position);
    const line = before.split('\n').length;
    const column = utf8Length(before.slice(before.lastIndexOf('\n') + 1));
    const context = this.at.type === 'template' ? this.at.text : nodeText(this.at);
    const place = `${source}:${String(line)}:${String(column)}`;
    throw new TemplateProblem(`template: ${place}: executing ${goQuote(name)} at <${context}>: ${message}`, causes);
  }

  protected bind(name: string, value: TemplateValue, assign: boolean, isElement = false): void {
    if (!assign) this.variables.push({ name, value, isElement });
    else Object.assign(this.variable(name), { value, isElement });
  }

  protected variable(name: string): Variable {
    const found = this.variables.findLast((variable) => variable.name === name);
    return found ?? this.fail(`undefined variable: ${name}`);
  }

  /** In a range (`declares` false) the variables stand for its elements. */
  protected pipeline(dot: TemplateValue, pipe: PipeNode, declares = true): TemplateValue {
    this.at = pipe;
    let value: TemplateValue = MISSING;
    for (const command of pipe.commands) {
      value = this.command(dot, command, value);
      // A nil in an interface becomes no value.
      if (value === null) value = undefined;
    }
    for (const name of declares ? pipe.variables : []) this.bind(name, value, pipe.assign);
    return value;
  }

  protected command(dot: TemplateValue, command: CommandNode, final: TemplateValue): TemplateValue {
    const [first, ...rest] = command.words;
    const hasArguments = rest.length > 0 || final !== MISSING;
    switch (first.type) {
      case 'field':
        this.at = first;
        return this.fields(dot, dot, first, first.path, rest, final);
      case 'chain':
        return this.chain(dot, first, rest, final);
      case 'identifier':
        return this.namedFunction(dot, first.name, command, rest, final);
      case 'pipe':
        this.demandNoArguments(first, hasArguments);
        return this.pipeline(dot, first);
      case 'variable':
        this.at = first;
        if (first.path.length > 0)
          return this.fields(dot, this.variable(first.name).value, first, first.path, rest, final);
        this.demandNoArguments(first, hasArguments);
        return this.variable(first.name).value;
      case 'nil':
        this.at = first;
        return this.fail('nil is not a command');
      default:
        this.at = first;
        this.demandNoArguments(first, hasArguments);
        return this.constant(dot, first);
    }
  }

  protected demandNoArguments(node: ArgumentNode, hasArguments: boolean): void {
    if (hasArguments) this.fail(`can't give argument to non-function ${nodeText(node)}`);
  }

  protected constant(
    dot: TemplateValue,
    node: Extract<ArgumentNode, { type: 'dot' | 'bool' | 'number' | 'string' }>,
  ): TemplateValue {
    return node.type === 'dot' ? dot : node.value;
  }

  protected chain(
    dot: TemplateValue,
    node: Extract<ArgumentNode, { type: 'chain' }>,
    rest: readonly ArgumentNode[],
    final: TemplateValue,
  ): TemplateValue {
    this.at = node;
    if (node.node.type === 'nil') this.fail(`indirection through explicit nil in ${nodeText(node)}`);
    // What has no value, or is nil, has no fields, and nobody minds (exec.go, evalField of an invalid receiver).
    const value = this.argument(dot, 'any', node.node) ?? undefined;
    return this.fields(dot, value, node, node.path, rest, final);
  }

  protected fields(
    dot: TemplateValue,
    start: TemplateValue,
    node: ArgumentNode,
    path: readonly string[],
    rest: readonly ArgumentNode[],
    final: TemplateValue,
  ): TemplateValue {
    let [value, isElement] = [start, this.startsAtElement(node)];
    path.forEach((name, i) => {
      const last = i === path.length - 1;
      const given = typeof value === 'bigint' && (i > 0 || node.type !== 'variable'); // an int64 of --set
      const type = isElement ? 'interface {}' : given ? 'int64' : typeName(value, this.environment.numbers);
      isElement = !(value instanceof TemplateStruct);
      value = this.field(dot, value, type, node, name, last ? rest : [], last ? final : MISSING);
    });
    return value;
  }

  /** Whether what a path starts at has an interface's type. */
  protected startsAtElement(node: ArgumentNode): boolean {
    if (node.type === 'variable') return this.variable(node.name).isElement;
    return node.type === 'field' && this.dotIsElement;
  }

  /** `type` is the receiver's as Go knows it. */
  protected field(
    dot: TemplateValue,
    receiver: TemplateValue,
    type: string,
    node: ArgumentNode,
    name: string,
    rest: readonly ArgumentNode[],
    final: TemplateValue,
  ): TemplateValue {
    const { missingKey } = this.environment;
    if (receiver === undefined) {
      if (missingKey === 'error') this.fail(`nil data; no entry for key ${goQuote(name)}`);
      return undefined;
    }
    if (receiver === null) this.fail(`nil pointer evaluating interface {}.${name}`);
    if (receiver instanceof TemplateStruct) {
      const method = receiver.method(name);
      if (method) return this.call(dot, name, method, node, rest, final);
      const found = receiver.field(name);
      if (!found) this.fail(`can't evaluate field ${name} in type ${type}`);
      if (rest.length > 0 || final !== MISSING) this.fail(`${name} has arguments but cannot be invoked as function`);
      return found.value;
    }
    if (!isJsonObject(receiver)) this.fail(`can't evaluate field ${name} in type ${type}`);
    if (rest.length > 0 || final !== MISSING) this.fail(`${name} is not a method but has arguments`);
    if (Object.hasOwn(receiver, name) && receiver[name] !== undefined) return receiver[name];
    if (missingKey === 'error') this.fail(`map has no entry for key ${goQuote(name)}`);
    return missingKey === 'zero' ? null : undefined;
  }

  protected namedFunction(
    dot: TemplateValue,
    name: string,
    command: CommandNode,
    rest: readonly ArgumentNode[],
    final: TemplateValue,
  ): TemplateValue {
    this.at = command.words[0];
    if (name === 'and' || name === 'or') return this.shortCircuit(dot, name, rest, final);
    const table = this.environment.functions;
    if (!Object.hasOwn(table, name)) this.fail(`${goQuote(name)} is not a defined function`);
    return this.call(dot, name, table[name], command, rest, final);
  }

  protected shortCircuit(
    dot: TemplateValue,
    name: 'and' | 'or',
    rest: readonly ArgumentNode[],
    final: TemplateValue,
  ): TemplateValue {
    if (rest.length === 0 && final === MISSING) this.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: TemplateValue;
    for (const node of rest) {
      value = this.argument(dot, 'any', node);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === MISSING ? value : final;
  }

  protected call(
    dot: TemplateValue,
    name: string,
    definition: TemplateFunction,
    node: ArgumentNode | CommandNode,
    rest: readonly ArgumentNode[],
    final: TemplateValue,
  ): TemplateValue {
    const { variadic } = definition;
    const parameters: readonly ParameterType[] =
      typeof definition.parameters === 'number'
        ? Array.from({ length: definition.parameters }, () => 'any' as const)
        : definition.parameters;
    const count = rest.length + (final === MISSING ? 0 : 1);
    if (variadic ? count < parameters.length : count !== parameters.length) {
      const want = `${variadic ? 'at least ' : ''}${String(parameters.length)}`;
      this.fail(`wrong number of args for ${name}: want ${want} got ${String(variadic ? rest.length : count)}`);
    }
    const type = (i: number): ParameterType => parameters[i] ?? variadic ?? 'any';
    const values = rest.map((argument, i) => this.argument(dot, type(i), argument));
    if (final !== MISSING) {
      const wanted = type(rest.length);
      values.push(this.checked(final, wanted));
    }
    this.environment.charge(1 + copyingCost(values));
    try {
      return (definition.call as (...all: TemplateValue[]) => TemplateValue)(...values);
    } catch (failure) {
      if (!(failure instanceof FunctionFailure)) throw failure;
      this.at = node;
      return this.fail(`error calling ${name}: ${failure.message}`, failure.causes);
    }
  }

  protected argument(dot: TemplateValue, type: ParameterType, node: ArgumentNode): TemplateValue {
    this.at = node;
    switch (node.type) {
      case 'dot':
        return this.checked(dot, type);
      case 'nil':
        if (type === 'any' || type === 'map' || type === 'list') return null;
        return this.fail(`cannot assign nil to ${GO_TYPES[type]}`);
      case 'pipe':
        return this.checked(this.pipeline(dot, node), type);
      case 'identifier':
        return this.checked(
          this.namedFunction(dot, node.name, { type: 'command', position: node.position, words: [node] }, [], MISSING),
          type,
        );
      case 'field':
        return this.checked(this.fields(dot, dot, node, node.path, [], MISSING), type);
      case 'variable':
        return this.checked(this.fields(dot, this.variable(node.name).value, node, node.path, [], MISSING), type);
      case 'chain':
        return this.checked(this.chain(dot, node, [], MISSING), type);
      default:
        return this.literal(node, type);
    }
  }

  protected literal(
    node: Extract<ArgumentNode, { type: 'bool' | 'number' | 'string' }>,
    type: ParameterType,
  ): TemplateValue {
    const fits = type === 'any' || LITERALS[type] === node.type;
    if (!fits || (type === 'int' && typeof node.value !== 'bigint')) {
      const wanted = { string: 'string', int: 'integer', bool: 'bool', map: '', list: '' }[type as 'string'] || '';
      this.fail(
        wanted
          ? `expected ${wanted}; found ${nodeText(node)}`
          : `can't handle ${nodeText(node)} for arg of type ${GO_TYPES[type]}`,
      );
    }
    return node.value;
  }

  protected checked(value: TemplateValue, type: ParameterType): TemplateValue {
    if (type === 'any') return value === undefined ? null : value;
    // A nil in an interface has that interface's type (exec.go validateType).
    if (value === null) return this.fail(`wrong type for value; expected ${GO_TYPES[type]}; got interface {}`);
    if (value === undefined) {
      if (type === 'map' || type === 'list') return null;
      return this.fail(`invalid value; expected ${GO_TYPES[type]}`);
    }
    const fits =
      type === 'map'
        ? isJsonObject(value)
        : type === 'list'
          ? Array.isArray(value)
          : type === 'int'
            ? typeof value === 'bigint'
            : typeof value === (type === 'bool' ? 'boolean' : type);
    if (!fits)
      this.fail(`wrong type for value; expected ${GO_TYPES[type]}; got ${typeName(value, this.environment.numbers)}`);
    return value;
  }
}

const GO_TYPES: Readonly<Record<ParameterType, string>> = {
  any: 'interface {}',
  string: 'string',
  int: 'int',
  bool: 'bool',
  map: 'map[string]interface {}',
  list: '[]interface {}',
};
const LITERALS: Readonly<Record<string, string>> = { string: 'string', int: 'number', bool: 'bool' };
