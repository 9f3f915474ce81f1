import type { Coroutine } from '@seatrial/kernel';
import { assignArray, assignElement, assignScalar, makeIndexed } from '../evaluation/assign.js';
import { tryArithmetic } from '../expansion/arithmetic-expansion.js';
import { functionVariable } from '../evaluation/exported-function.js';
import { declarationOf, quoteForTrace, singleQuote } from '../evaluation/quote.js';
import type { Shell } from '../evaluation/shell.js';
import { trace } from '../evaluation/trace.js';
import type { Variable } from '../evaluation/variables.js';
import { printFunction } from '../syntax/print-function.js';
import { complainAs, defineBuiltin, type ArrayWord, type Builtin, type BuiltinContext } from './builtin.js';

interface Declaration {
  readonly name: string;
  readonly set: ReadonlySet<string>;
  readonly unset: ReadonlySet<string>;
  readonly operands: readonly { readonly text: string; readonly array?: ArrayWord }[];
}

function parseDeclaration(name: string, args: readonly string[], context: BuiltinContext): Declaration {
  const set = new Set<string>();
  const unset = new Set<string>();
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index];
    if (arg === '--') {
      index++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    for (const letter of arg.slice(1)) (arg.startsWith('-') ? set : unset).add(letter);
  }
  const operands = args.slice(index).map((text, offset) => {
    const array = context.arrays.get(index + offset);
    return array ? { text, array } : { text };
  });
  return { name, set, unset, operands };
}

const OPERAND = /^([A-Za-z_]\w*)(?:\[(.*?)\])?(?:(\+?=)([^]*))?$/;

function applyAttributes(variable: Variable, declaration: Declaration): void {
  const { set, unset } = declaration;
  if (set.has('x')) variable.exported = true;
  if (unset.has('x')) delete variable.exported;
  if (set.has('i')) variable.integer = true;
  if (unset.has('i')) delete variable.integer;
  if (set.has('l')) variable.letterCase = 'lower';
  if (set.has('u')) variable.letterCase = 'upper';
  if (unset.has('l') || unset.has('u')) delete variable.letterCase;
  if (set.has('n')) variable.reference = true;
  if (set.has('a')) makeIndexed(variable);
  if (set.has('A')) variable.associative ??= new Map();
}

function* declareOne(
  shell: Shell,
  declaration: Declaration,
  operand: Declaration['operands'][number],
  local: boolean,
): Coroutine<number> {
  const found = OPERAND.exec(operand.text);
  if (!found) {
    const shown =
      shell.flavour === 'ash'
        ? `${operand.text.split('=')[0]}: bad variable name`
        : `\`${operand.text}': not a valid identifier`;
    return yield* complainAs(shell, declaration.name, shown, shell.flavour === 'ash' ? 2 : 1);
  }
  const [, name, subscript, operator, value] = found;
  const { variables } = shell.state;
  const outer = (): Variable => (declaration.set.has('n') ? ownVariable(shell, name) : variables.ensure(name));
  const variable = local ? variables.makeLocal(name) : outer();
  const wasReadonly = variable.readonly;
  applyAttributes(variable, declaration);
  if (operand.array) assignArray(shell, name, operand.array.elements, operand.array.append);
  else if (operator !== undefined)
    yield* assignOperand(shell, declaration, { name, subscript, append: operator === '+=', value }, variable);
  if (declaration.set.has('r')) variable.readonly = true;
  if (wasReadonly) variable.readonly = true;
  return 0;
}

function ownVariable(shell: Shell, name: string): Variable {
  const variable = shell.state.variables.getOwn(name) ?? {};
  shell.state.variables.set(name, variable);
  return variable;
}

function* assignOperand(
  shell: Shell,
  declaration: Declaration,
  operand: { name: string; subscript: string | undefined; append: boolean; value: string },
  variable: Variable,
): Coroutine<void> {
  const { name, subscript, append, value } = operand;
  if (declaration.set.has('n')) {
    variable.value = value;
    return;
  }
  if (subscript === undefined) {
    assignScalar(shell, name, value, append);
    return;
  }
  if (variable.associative) {
    assignElement(shell, name, subscript, value, append);
    return;
  }
  const index = tryArithmetic(shell, subscript);
  if ('error' in index) yield* shell.complain(index.error);
  else assignElement(shell, name, Number(index.value), value, append);
}

function matchesFilter(variable: Variable | undefined, set: ReadonlySet<string>): boolean {
  if (!variable) return false;
  if (set.has('x') && !variable.exported) return false;
  if (set.has('r') && !variable.readonly) return false;
  if (set.has('i') && !variable.integer) return false;
  if (set.has('a') && !variable.indexed) return false;
  return !set.has('A') || variable.associative !== undefined;
}

function* printAll(shell: Shell, set: ReadonlySet<string>): Coroutine<number> {
  for (const name of shell.state.variables.names())
    if (matchesFilter(shell.state.variables.getOwn(name), set)) yield* shell.out(`${declarationOf(shell, name)}\n`);
  return 0;
}

function* printFunctions(shell: Shell, declaration: Declaration): Coroutine<number> {
  const wanted = declaration.operands.map((operand) => operand.text);
  const names = wanted.length > 0 ? wanted : [...shell.state.functions.keys()].sort((a, b) => (a < b ? -1 : 1));
  let status = 0;
  for (const name of names) {
    const node = shell.state.functions.get(name);
    if (!node) status = 1;
    else if (declaration.set.has('F')) yield* shell.out(wanted.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
    else yield* shell.out(`${printFunction(node)}\n`);
  }
  return status;
}

function* runDeclaration(shell: Shell, declaration: Declaration, local: boolean): Coroutine<number> {
  if (declaration.set.has('f') || declaration.set.has('F')) return yield* printFunctions(shell, declaration);
  if (declaration.operands.length === 0) return yield* printAll(shell, declaration.set);
  let status = 0;
  for (const operand of declaration.operands) {
    if (declaration.set.has('p')) {
      const text = declarationOf(shell, operand.text);
      if (text === '') status = yield* complainAs(shell, declaration.name, `${operand.text}: not found`);
      else yield* shell.out(`${text}\n`);
    } else status = (yield* declareOne(shell, declaration, operand, local)) || status;
  }
  return status;
}

function declareBuiltin(name: string): Builtin {
  return defineBuiltin({
    name,
    *run(shell, args, context) {
      const declaration = parseDeclaration(name, args, context);
      const unknown = [...declaration.set, ...declaration.unset].find((letter) => !'aAfFgiIlnprtux'.includes(letter));
      if (unknown !== undefined) {
        yield* complainAs(shell, name, `-${unknown}: invalid option`);
        const usage = `[-aAfFgiIlnrtux] [name[=value] ...] or ${name} -p [-aAfFilnrtux] [name ...]`;
        yield* shell.write(2, `${name}: usage: ${name} ${usage}\n`);
        return 2;
      }
      const local = shell.state.variables.inFunction && !declaration.set.has('g') && !declaration.set.has('p');
      return yield* runDeclaration(shell, declaration, local);
    },
  });
}

const local = defineBuiltin({
  name: 'local',
  ash: true,
  *run(shell, args, context) {
    if (!shell.state.variables.inFunction)
      return yield* complainAs(
        shell,
        'local',
        shell.flavour === 'ash' ? 'not in a function' : 'can only be used in a function',
      );
    return yield* runDeclaration(shell, parseDeclaration('local', args, context), true);
  },
});

function attributeBuiltin(name: 'export' | 'readonly', letter: 'x' | 'r'): Builtin {
  return defineBuiltin({
    name,
    ash: true,
    *run(shell, args, context) {
      const parsed = parseDeclaration(name, args, context);
      if (parsed.set.has('n')) {
        for (const operand of parsed.operands) delete shell.state.variables.get(operand.text)?.exported;
        return 0;
      }
      if (parsed.set.has('f'))
        return yield* exportFunctions(
          shell,
          name,
          parsed.operands.map(({ text }) => text),
        );
      if (parsed.operands.length > 0) {
        for (const { text } of shell.option('xtrace') ? parsed.operands : []) yield* traceOperand(shell, text);
        const set = new Set([...parsed.set, letter]);
        set.delete('p');
        return yield* runDeclaration(shell, { ...parsed, set }, false);
      }
      if (shell.flavour === 'bash') return yield* printAll(shell, new Set([letter]));
      for (const variable of shell.state.variables.names())
        if (matchesFilter(shell.state.variables.getOwn(variable), new Set([letter])))
          yield* shell.out(`${name} ${variable}=${singleQuote(shell.state.variables.read(variable) ?? '')}\n`);
      return 0;
    },
  });
}

/** `export -f`: a function goes to other shells in a variable of its own (bash's variables.c). */
function* exportFunctions(shell: Shell, builtin: string, names: readonly string[]): Coroutine<number> {
  let status = 0;
  for (const name of names) {
    const node = shell.state.functions.get(name);
    if (!node) status = yield* complainAs(shell, builtin, `${name}: not a function`);
    else if (builtin === 'export')
      shell.state.variables.set(functionVariable(name), {
        value: printFunction(node).replace(/^\S+ \(\) \n/, '() '),
        exported: true,
      });
  }
  return status;
}

/** `export A=1` under `set -x` shows the assignment once more. */
function* traceOperand(shell: Shell, text: string): Coroutine<void> {
  const equals = text.indexOf('=');
  if (equals > 0)
    yield* trace(
      shell,
      `${text.slice(0, equals)}=${text.length > equals + 1 ? quoteForTrace(text.slice(equals + 1)) : ''}`,
    );
}

const unset = defineBuiltin({
  name: 'unset',
  ash: true,
  *run(shell, args) {
    const functions = args[0] === '-f';
    const names = args.filter((arg, index) => index > 0 || !/^-[fvn]$/.test(arg));
    let status = 0;
    for (const name of names) status = (yield* unsetOne(shell, name, functions)) || status;
    return status;
  },
});

function* unsetOne(shell: Shell, name: string, functions: boolean): Coroutine<number> {
  const { variables } = shell.state;
  if (functions) {
    shell.state.functions.delete(name);
    variables.delete(functionVariable(name));
    return 0;
  }
  const element = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(name);
  const variable = variables.get(element ? element[1] : name);
  if (variable?.readonly)
    return yield* complainAs(
      shell,
      'unset',
      `${name}: ${shell.flavour === 'ash' ? 'is read only' : 'cannot unset: readonly variable'}`,
    );
  if (!element) {
    if (!variable && shell.flavour === 'bash') shell.state.functions.delete(name);
    variables.dynamic.delete(name);
    variables.delete(variables.resolve(name));
    return 0;
  }
  const key = element[2];
  if (variable?.associative) variable.associative.delete(key);
  else if (variable?.indexed) {
    const index = tryArithmetic(shell, key);
    if (!('value' in index)) return 1;
    const number = Number(index.value);
    variable.indexed.delete(number < 0 ? Math.max(-1, ...variable.indexed.keys()) + 1 + number : number);
  }
  return 0;
}

export const DECLARATION_BUILTINS: readonly Builtin[] = [
  declareBuiltin('declare'),
  attributeBuiltin('export', 'x'),
  local,
  attributeBuiltin('readonly', 'r'),
  declareBuiltin('typeset'),
  unset,
];
