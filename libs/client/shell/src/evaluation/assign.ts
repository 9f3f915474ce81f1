import { evaluateArithmetic } from '../arithmetic/arithmetic-evaluator.js';
import { ArithmeticFailure } from '../arithmetic/arithmetic-node.js';
import { arithmeticScope } from '../expansion/arithmetic-expansion.js';
import type { Shell } from './shell.js';
import type { Variable } from './variables.js';

/** An assignment that is refused; the message as bash words it (`x: readonly variable`). */
export class AssignmentFailure extends Error {
  override readonly name = 'AssignmentFailure';
}

function writable(shell: Shell, name: string): Variable {
  const { variables } = shell.state;
  const resolved = variables.resolve(name);
  const existing = variables.get(resolved);
  if (existing?.readonly)
    throw new AssignmentFailure(`${resolved}: ${shell.flavour === 'ash' ? 'is read only' : 'readonly variable'}`);
  const variable = existing ?? variables.ensure(resolved);
  if (shell.option('allexport')) variable.exported = true;
  return variable;
}

function integerOf(shell: Shell, text: string): bigint {
  try {
    return evaluateArithmetic(text, arithmeticScope(shell));
  } catch (error) {
    if (error instanceof ArithmeticFailure) throw new AssignmentFailure(`${text}: ${error.message}`);
    throw error;
  }
}

/** The value as the variable's attributes make it, joined to the old one for `+=`. */
function finalValue(shell: Shell, variable: Variable, old: string | undefined, value: string, append: boolean): string {
  if (variable.integer) {
    const base = append ? integerOf(shell, old ?? '0') : 0n;
    return String(BigInt.asIntN(64, base + integerOf(shell, value)));
  }
  const joined = append ? (old ?? '') + value : value;
  if (variable.letterCase === 'upper') return joined.toUpperCase();
  return variable.letterCase === 'lower' ? joined.toLowerCase() : joined;
}

/** `name=value`; on an array its element 0. Throws {@link AssignmentFailure}. */
export function assignScalar(shell: Shell, name: string, value: string, append: boolean): void {
  if (value.length > shell.usage.budget.outputBytes) shell.exceeded('outputBytes');
  const { variables } = shell.state;
  const dynamic = variables.dynamic.get(name);
  if (dynamic) {
    dynamic.set?.(value);
    return;
  }
  const variable = writable(shell, name);
  if (variable.indexed) {
    variable.indexed.set(0, finalValue(shell, variable, variable.indexed.get(0), value, append));
    return;
  }
  if (variable.associative) {
    variable.associative.set('0', finalValue(shell, variable, variable.associative.get('0'), value, append));
    return;
  }
  variable.value = finalValue(shell, variable, variable.value, value, append);
  if (name === 'PATH') shell.state.hash.clear();
  if (name === 'OPTIND') shell.state.getoptsOffset = 0;
}

/** Turns a plain variable into an indexed array that keeps its value as element 0. */
export function makeIndexed(variable: Variable): Map<number, string> {
  if (variable.indexed) return variable.indexed;
  variable.indexed = new Map(variable.value === undefined ? [] : [[0, variable.value]]);
  delete variable.value;
  return variable.indexed;
}

/** One past the largest index. */
export function nextIndex(indexed: ReadonlyMap<number, string>): number {
  let next = 0;
  for (const index of indexed.keys()) if (index >= next) next = index + 1;
  return next;
}

/** `name[key]=value`. Throws {@link AssignmentFailure}. */
export function assignElement(shell: Shell, name: string, key: string | number, value: string, append: boolean): void {
  const variable = writable(shell, name);
  if (typeof key === 'string') {
    variable.associative ??= new Map();
    variable.associative.set(key, finalValue(shell, variable, variable.associative.get(key), value, append));
    return;
  }
  const indexed = makeIndexed(variable);
  const index = key < 0 ? nextIndex(indexed) + key : key;
  if (index < 0) throw new AssignmentFailure(`${name}[${String(key)}]: bad array subscript`);
  indexed.set(index, finalValue(shell, variable, indexed.get(index), value, append));
}

/** `name=(…)`: elements with a key go there, others behind the last one. Throws {@link AssignmentFailure}. */
export function assignArray(
  shell: Shell,
  name: string,
  elements: readonly { readonly key?: string; readonly value: string; readonly append?: boolean }[],
  append: boolean,
): void {
  const variable = writable(shell, name);
  if (variable.associative) {
    if (!append) variable.associative = new Map();
    assignAssociative(shell, name, elements);
    return;
  }
  if (append) makeIndexed(variable);
  else {
    variable.indexed = new Map();
    delete variable.value;
  }
  let index = append ? nextIndex(variable.indexed ?? new Map<number, string>()) : 0;
  for (const element of elements) {
    if (element.key !== undefined) index = Number(integerOf(shell, element.key));
    assignElement(shell, name, index, element.value, element.append ?? false);
    index++;
  }
}

function assignAssociative(
  shell: Shell,
  name: string,
  elements: readonly { readonly key?: string; readonly value: string; readonly append?: boolean }[],
): void {
  const pairs: readonly { readonly key?: string; readonly value: string; readonly append?: boolean }[] = elements.some(
    (element) => element.key !== undefined,
  )
    ? elements
    : elements.flatMap((element, index) =>
        index % 2 === 0 ? [{ key: element.value, value: elements[index + 1]?.value ?? '' }] : [],
      );
  for (const element of pairs)
    if (element.key !== undefined) assignElement(shell, name, element.key, element.value, element.append ?? false);
}
