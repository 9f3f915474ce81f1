import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

const CLASSES: Readonly<Record<string, string>> = {
  digit: '0123456789',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  blank: '\t ',
  space: '\t\n\v\f\r ',
  punct: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  xdigit: '0123456789ABCDEFabcdef',
};
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', a: '\u0007', b: '\b', f: '\f', v: '\v' }; // prettier-ignore

function classMembers(name: string): string {
  if (name === 'alpha') return CLASSES.upper + CLASSES.lower;
  if (name === 'alnum') return CLASSES.digit + CLASSES.upper + CLASSES.lower;
  if (name === 'print') return ' ' + CLASSES.punct + CLASSES.digit + CLASSES.upper + CLASSES.lower;
  if (name === 'graph') return CLASSES.punct + CLASSES.digit + CLASSES.upper + CLASSES.lower;
  if (name === 'cntrl') return Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('') + '\x7f';
  return CLASSES[name] ?? '';
}

/** More than any first set has. */
const MOST_REPEATED = 65_536;

/** A range whose end lies before its start. */
class ReversedRange extends Error {}

/** The characters of a set in order; `[x*]` fills up to `length`. */
function expandSet(text: string, length = 0): string[] {
  const result: string[] = [];
  const characters = [...text];
  for (let i = 0; i < characters.length; i++) {
    const rest = characters.slice(i).join('');
    const named = /^\[:(\w+):\]/.exec(rest);
    const repeat = /^\[(.)\*(\d*)\]/.exec(rest);
    if (named) {
      result.push(...classMembers(named[1]));
      i += named[0].length - 1;
      continue;
    }
    if (repeat) {
      const count = repeat[2] === '' ? length - result.length : Math.min(MOST_REPEATED, Number(repeat[2]));
      for (let n = 0; n < count; n++) result.push(repeat[1]);
      i += repeat[0].length - 1;
      continue;
    }
    let char = characters[i];
    if (char === '\\') {
      const octal = /^\\([0-7]{1,3})/.exec(rest);
      if (octal) {
        char = String.fromCharCode(Number.parseInt(octal[1], 8));
        i += octal[1].length;
      } else if (i + 1 < characters.length) {
        i++;
        char = ESCAPES[characters[i]] ?? characters[i];
      }
    }
    if (characters[i + 1] === '-' && i + 2 < characters.length) {
      const end = characters[i + 2] === '\\' ? (ESCAPES[characters[i + 3]] ?? '\\') : characters[i + 2];
      if (end < char) throw new ReversedRange(`${char}-${end}`);
      for (let code = char.charCodeAt(0); code <= end.charCodeAt(0); code++) result.push(String.fromCharCode(code));
      i += 2;
    } else result.push(char);
  }
  return result;
}

function translation(
  first: readonly string[],
  second: readonly string[],
  complement: boolean,
): (char: string) => string {
  const last = second.at(-1) ?? '';
  if (complement) {
    const kept = new Set(first);
    return (char) => (kept.has(char) ? char : last);
  }
  const map = new Map<string, string>();
  for (const [index, char] of first.entries()) map.set(char, second[index] ?? last);
  return (char) => map.get(char) ?? char;
}

function* runTr(tool: Tool): Coroutine<number> {
  try {
    return yield* transform(tool);
  } catch (error) {
    if (!(error instanceof ReversedRange)) throw error;
    return yield* tool.die(`range-endpoints of '${error.message}' are in reverse collating sequence order`);
  }
}

function* transform(tool: Tool): Coroutine<number> {
  const { flags, operands } = yield* tool.options(
    '-c -C --complement, -d --delete, -s --squeeze-repeats, -t --truncate-set1',
    { stopAtOperand: true },
  );
  const [firstText, secondText] = operands;
  if (firstText === undefined) return yield* usage(tool, 'missing operand');
  const deletes = flags.has('d');
  const squeezes = flags.has('s');
  if (secondText === undefined && !deletes && !squeezes)
    return yield* usage(
      tool,
      `missing operand after ${tool.quote(firstText)}\nTwo strings must be given when translating.`,
    );
  if (operands.length > 2 || (deletes && !squeezes && operands.length > 1))
    return yield* usage(tool, `extra operand ${tool.quote(operands.at(-1) ?? '')}`);
  const wholeFirst = expandSet(firstText);
  const second = secondText === undefined ? [] : expandSet(secondText, wholeFirst.length);
  const first = flags.has('t') && !deletes ? wholeFirst.slice(0, second.length) : wholeFirst;
  const complement = flags.has('c');
  const inFirst = new Set(first);
  const isChosen = (char: string): boolean => inFirst.has(char) !== complement;
  const translate = !deletes && secondText !== undefined ? translation(first, second, complement) : undefined;
  const squeezed = new Set(secondText === undefined ? first : second);
  const isSqueezed = (char: string): boolean => (secondText === undefined ? isChosen(char) : squeezed.has(char));
  let previous = '';
  const { stdin } = tool.process;
  for (let piece = yield* stdin.read(); piece !== undefined; piece = yield* stdin.read()) {
    tool.charge(1 + piece.length);
    let result = '';
    for (const char of piece) {
      if (deletes && isChosen(char)) continue;
      const changed = translate ? translate(char) : char;
      if (squeezes && changed === previous && isSqueezed(changed)) continue;
      previous = changed;
      result += changed;
    }
    yield* tool.out(result);
  }
  return 0;
}

function* usage(tool: Tool, text: string): Coroutine<number> {
  return yield* tool.wrongCall(text);
}

export const tr = defineCommand({ name: 'tr', program: toolProgram(runTr) });
