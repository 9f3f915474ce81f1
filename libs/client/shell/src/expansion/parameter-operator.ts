import { InvariantError, type Coroutine } from '@seatrial/kernel';
import { decodeAnsi } from '../syntax/ansi-quote.js';
import type { Shell } from '../evaluation/shell.js';
import type { ParameterPart } from '../syntax/script-node.js';
import { attributeLetters, declarationOf, quoteForReuse } from '../evaluation/quote.js';
import { arithmeticValue } from './arithmetic-expansion.js';
import { expandPattern, expandQuotedText, expandText } from './expand-word.js';
import { matcherOf, matchPattern, matchPrefix, matchSuffix } from './match-pattern.js';
import { compilePattern, type Pattern } from './pattern.js';
import { arrayEntries, type ParameterValue } from './parameter-value.js';

/** `${name<operator>…}` for the operators that change a value: on a list, each element (or a slice of it). */
export function* applyOperator(
  shell: Shell,
  part: ParameterPart,
  name: string,
  value: ParameterValue,
): Coroutine<ParameterValue> {
  const operator = part.operator ?? '';
  if (operator === ':') return yield* slice(shell, part, name, value);
  if (operator === '@') return transform(shell, part, name, value);
  const change = yield* textChange(shell, part);
  if (value.list) return { ...value, values: value.values.map(change) };
  return { list: false, value: value.value === undefined ? undefined : change(value.value) };
}

function* textChange(shell: Shell, part: ParameterPart): Coroutine<(text: string) => string> {
  const operator = part.operator ?? '';
  const source = yield* expandPattern(shell, part.operand ?? []);
  const pattern = compilePattern(source, { extended: shell.state.shopt.has('extglob') });
  const charge = (steps: number): void => {
    shell.charge(steps);
  };
  const step = (text: string): void => {
    charge(1 + text.length);
  };
  switch (operator) {
    case '#':
    case '##':
      return (text) => {
        step(text);
        return text.slice(Math.max(0, matchPrefix(pattern, text, operator === '##', charge)));
      };
    case '%':
    case '%%':
      return (text) => {
        step(text);
        const start = matchSuffix(pattern, text, operator === '%%', charge);
        return start < 0 ? text : text.slice(0, start);
      };
    case '/':
    case '//':
    case '/#':
    case '/%': {
      const replacement = yield* expandText(shell, part.secondOperand ?? []);
      return (text) => {
        step(text);
        return replacePattern(text, pattern, replacement, operator, charge);
      };
    }
    default:
      return caseChange(operator, source === '' ? undefined : pattern);
  }
}

function replacePattern(
  text: string,
  pattern: Pattern,
  replacement: string,
  operator: string,
  charge: (steps: number) => void,
): string {
  if (operator === '/#') {
    const length = matchPrefix(pattern, text, true, charge);
    return length < 0 ? text : replacement + text.slice(length);
  }
  if (operator === '/%') {
    const start = matchSuffix(pattern, text, true, charge);
    return start < 0 ? text : text.slice(0, start) + replacement;
  }
  if (pattern.tokens.length === 0) return text;
  let result = '';
  const matchAt = matcherOf(pattern, text, charge);
  for (let i = 0; i < text.length;) {
    const end = matchAt(i);
    // What a star does not reach from here it does not reach from further on either.
    if (end < 0 && pattern.tokens[0].type === 'star') return result + text.slice(i);
    if (end <= i) {
      result += text[i++];
      continue;
    }
    result += replacement;
    i = end;
    if (operator === '/') return result + text.slice(i);
  }
  return result;
}

function caseChange(operator: string, pattern: Pattern | undefined): (text: string) => string {
  const upper = operator.startsWith('^');
  const change = (char: string): string => {
    if (pattern && !matchPattern(pattern, char)) return char;
    return upper ? char.toUpperCase() : char.toLowerCase();
  };
  const all = operator.length === 2;
  return (text) => [...text].map((char, index) => (all || index === 0 ? change(char) : char)).join('');
}

function* slice(shell: Shell, part: ParameterPart, name: string, value: ParameterValue): Coroutine<ParameterValue> {
  const from = Number(yield* arithmeticValue(shell, yield* expandQuotedText(shell, part.operand ?? [])));
  const length =
    part.secondOperand === undefined
      ? undefined
      : Number(yield* arithmeticValue(shell, yield* expandQuotedText(shell, part.secondOperand)));
  if (value.list) {
    if (length !== undefined && length < 0) yield* shell.discard(`${String(length)}: substring expression < 0`);
    return { ...value, values: sliceList(shell, name, value.values, from, length) };
  }
  const characters = [...(value.value ?? '')];
  const start = from < 0 ? characters.length + from : from;
  if (start < 0 || start > characters.length) return { list: false, value: '' };
  const end = length === undefined ? characters.length : length < 0 ? characters.length + length : start + length;
  if (end < start) yield* shell.discard(`${String(length)}: substring expression < 0`);
  return { list: false, value: characters.slice(start, end).join('') };
}

function sliceList(
  shell: Shell,
  name: string,
  values: readonly string[],
  from: number,
  length: number | undefined,
): readonly string[] {
  const positional = name === '@' || name === '*';
  // `$0` counts as the element before the first positional parameter.
  const all = positional ? [shell.state.name, ...values] : values;
  const start = from < 0 ? all.length + from : from;
  if (start < 0) return [];
  const variable = positional ? undefined : shell.state.variables.get(name);
  if (variable?.indexed) {
    const limit = from < 0 ? Math.max(-1, ...variable.indexed.keys()) + 1 + from : from;
    const entries = arrayEntries(variable).filter(([index]) => Number(index) >= limit);
    return entries.slice(0, length).map(([, element]) => element);
  }
  return all.slice(start, length === undefined ? undefined : start + length);
}

function transform(shell: Shell, part: ParameterPart, name: string, value: ParameterValue): ParameterValue {
  const first = part.operand?.[0];
  const kind = first?.type === 'literal' ? first.text : '';
  const variable = shell.state.variables.get(name);
  if (kind === 'a') return { list: false, value: variable ? attributeLetters(variable) : '' };
  if (kind === 'A') return { list: false, value: declarationOf(shell, name, true) };
  if ((kind === 'K' || kind === 'k') && value.list) {
    const pairs = arrayEntries(variable).flatMap(([key, element]) =>
      kind === 'K' ? [key, `"${element}"`] : [key, element],
    );
    const end = variable?.associative && pairs.length > 0 ? ' ' : '';
    return kind === 'K' ? { list: false, value: pairs.join(' ') + end } : { ...value, values: pairs };
  }
  const change = transformation(kind);
  if (value.list) return { ...value, values: value.values.map(change) };
  return { list: false, value: value.value === undefined ? undefined : change(value.value) };
}

function transformation(kind: string): (text: string) => string {
  switch (kind) {
    case 'Q':
    case 'K':
    case 'k':
      return quoteForReuse;
    case 'U':
      return (text) => text.toUpperCase();
    case 'u':
      return (text) => caseChange('^', undefined)(text);
    case 'L':
      return (text) => text.toLowerCase();
    case 'E':
      return decodeAnsi;
    case 'P':
      return (text) => text;
    default:
      throw new InvariantError(`unknown transformation ${kind}`);
  }
}
