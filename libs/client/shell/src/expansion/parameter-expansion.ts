import type { Coroutine } from '@seatrial/kernel';
import { assignElement, assignScalar } from '../evaluation/assign.js';
import { ExitJump } from '../evaluation/jumps.js';
import type { Shell } from '../evaluation/shell.js';
import { ScriptReader } from '../syntax/script-reader.js';
import type { ParameterPart, Subscript } from '../syntax/script-node.js';
import { parseText } from '../syntax/word-parser.js';
import { expandInto, expandText } from './expand-word.js';
import { applyOperator } from './parameter-operator.js';
import { arrayEntries, readParameter, subscriptKey, type ParameterValue } from './parameter-value.js';
import { expandTilde } from './tilde.js';
import type { WordSink } from './word-sink.js';

/** Puts the value of `$name` or `${…}` into a sink. */
export function* expandParameter(shell: Shell, part: ParameterPart, quoted: boolean, sink: WordSink): Coroutine<void> {
  if (part.bad) {
    yield* shell.discard(
      shell.flavour === 'bash' ? `${part.source}: bad substitution` : 'syntax error: bad substitution',
      shell.flavour === 'bash' ? 1 : 2,
    );
    return;
  }
  if (part.prefixMatch) {
    const names = shell.state.variables.names().filter((name) => name.startsWith(part.name));
    emit(shell, { list: true, values: names, star: part.prefixMatch === '*' }, quoted, sink);
    return;
  }
  if (part.indirect && (part.subscript?.text === '@' || part.subscript?.text === '*') && !part.operator) {
    const keys = arrayEntries(shell.state.variables.get(part.name)).map(([key]) => key);
    emit(shell, { list: true, values: keys, star: part.subscript.text === '*' }, quoted, sink);
    return;
  }
  const own = part.indirect ? shell.state.variables.getOwn(part.name) : undefined;
  if (own?.reference) {
    emit(shell, { list: false, value: own.value }, quoted, sink);
    return;
  }
  const target = part.indirect ? yield* followIndirection(shell, part) : part;
  const value = yield* readParameter(shell, target.name, target.subscript);
  if (part.length) {
    yield* expandLength(shell, part, value, quoted, sink);
    return;
  }
  const { operator } = part;
  if (operator === undefined || !/^:?[-=?+]$/.test(operator)) {
    yield* checkSet(shell, part, value);
    emit(shell, operator === undefined ? value : yield* applyOperator(shell, part, target.name, value), quoted, sink);
    return;
  }
  yield* expandConditional(shell, part, target, value, quoted, sink);
}

interface Target {
  readonly name: string;
  readonly subscript?: Subscript;
}

/** `${!name}`: what `name`'s value names. */
function* followIndirection(shell: Shell, part: ParameterPart): Coroutine<Target> {
  const value = yield* readParameter(shell, part.name, part.subscript);
  const text = value.list ? value.values.join(' ') : value.value;
  if (text === undefined) return yield* shell.discard(`${part.name}: invalid indirect expansion`);
  const found = /^(\w+|[@*#?$!-])(?:\[(.*)\])?$/.exec(text);
  if (!found) return yield* shell.discard(`${text}: invalid variable name`);
  if (found[2] === undefined) return { name: found[1] };
  const reader = new ScriptReader(found[2], { flavour: 'bash' }, () => ({ items: [] }));
  return { name: found[1], subscript: { text: found[2], parts: parseText(reader, 'plain') } };
}

function isSet(value: ParameterValue): boolean {
  return value.list ? value.values.length > 0 : value.value !== undefined;
}

function isNull(value: ParameterValue): boolean {
  return value.list ? value.values.join('') === '' && value.values.length < 2 : (value.value ?? '') === '';
}

function* checkSet(shell: Shell, part: ParameterPart, value: ParameterValue): Coroutine<void> {
  if (!shell.option('nounset') || value.list || value.value !== undefined) return;
  const name = part.subscript ? `${part.name}[${part.subscript.text}]` : part.name;
  yield* fatal(shell, /^\d+$/.test(name) ? `$${name}` : name, 'unbound variable');
}

function isUnsetArray(shell: Shell, part: ParameterPart): boolean {
  return part.subscript !== undefined && shell.state.variables.get(part.name) === undefined;
}

/** An expansion error that ends a shell which is not interactive. */
function* fatal(shell: Shell, name: string, text: string): Coroutine<never> {
  if (shell.flavour === 'ash') {
    yield* shell.complain(`${name}: ${text === 'unbound variable' ? 'parameter not set' : text}`);
    throw new ExitJump(2);
  }
  yield* shell.complain(`${name}: ${text}`);
  throw new ExitJump(shell.inputLetter === 'c' ? 127 : 1);
}

function* expandLength(
  shell: Shell,
  part: ParameterPart,
  value: ParameterValue,
  quoted: boolean,
  sink: WordSink,
): Coroutine<void> {
  if (!value.list) yield* checkSet(shell, part, value);
  else if (shell.option('nounset') && isUnsetArray(shell, part)) yield* fatal(shell, part.name, 'unbound variable');
  const length = value.list ? value.values.length : [...(value.value ?? '')].length;
  emit(shell, { list: false, value: String(length) }, quoted, sink);
}

/** `:-`, `:=`, `:?`, `:+` and their forms without colon. */
function* expandConditional(
  shell: Shell,
  part: ParameterPart,
  target: Target,
  value: ParameterValue,
  quoted: boolean,
  sink: WordSink,
): Coroutine<void> {
  const operator = part.operator ?? '';
  const kind = operator.at(-1);
  const missing = operator.startsWith(':') ? !isSet(value) || isNull(value) : !isSet(value);
  const operand = expandTilde(shell, part.operand ?? [], false);
  if (kind === '+') {
    if (!missing) yield* expandInto(shell, operand, quoted, sink);
    else if (quoted) sink.quoted('');
  } else if (!missing) emit(shell, value, quoted, sink);
  else if (kind === '-') {
    if (operand.length === 0 && quoted) sink.quoted('');
    yield* expandInto(shell, operand, quoted, sink);
  } else if (kind === '=') {
    const text = yield* expandText(shell, operand);
    if (!/^[A-Za-z_]/.test(target.name)) yield* shell.discard(`$${target.name}: cannot assign in this way`);
    if (target.subscript)
      assignElement(shell, target.name, yield* subscriptKey(shell, target.name, target.subscript), text, false);
    else assignScalar(shell, target.name, text, false);
    emit(shell, { list: false, value: text }, quoted, sink);
  } else {
    const text = yield* expandText(shell, operand);
    const preset = operator === ':?' ? 'parameter null or not set' : 'parameter not set';
    yield* fatal(shell, part.name, text === '' ? preset : text);
  }
}

function emit(shell: Shell, value: ParameterValue, quoted: boolean, sink: WordSink): void {
  const put = (text: string): void => {
    if (quoted) sink.quoted(text);
    else sink.split(text);
  };
  if (!value.list) {
    if (value.value !== undefined || quoted) put(value.value ?? '');
    return;
  }
  if (value.star && quoted) {
    sink.quoted(value.values.join(shell.fieldSeparators[0] ?? ''));
    return;
  }
  for (const [index, element] of value.values.entries()) {
    if (index > 0) sink.separate(quoted);
    put(element);
  }
}
