const DIGIT = /^[0-9]$/;
const WORD = /^\w$/;
const SPACE = /^\s$/;
const BLANK = /^[ \t]$/;

type Test = (char: string) => boolean;

const SHORTHANDS: Readonly<Record<string, Test>> = {
  d: (char) => DIGIT.test(char),
  D: (char) => !DIGIT.test(char),
  w: (char) => WORD.test(char),
  W: (char) => !WORD.test(char),
  s: (char) => SPACE.test(char),
  S: (char) => !SPACE.test(char),
  h: (char) => BLANK.test(char),
  H: (char) => !BLANK.test(char),
  N: (char) => char !== '\n',
};

/** `\d`, `\w`…; undefined for other letters. */
export function shorthand(letter: string): Test | undefined {
  return Object.hasOwn(SHORTHANDS, letter) ? SHORTHANDS[letter] : undefined;
}

const NAMED: Readonly<Record<string, RegExp>> = {
  alpha: /^[A-Za-z\u00aa-\uffff]$/,
  digit: /^[0-9]$/,
  alnum: /^[A-Za-z0-9\u00aa-\uffff]$/,
  upper: /^[A-Z]$/,
  lower: /^[a-z]$/,
  space: /^[ \t\n\v\f\r]$/,
  blank: /^[ \t]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  print: /^[ -~\u00a0-\uffff]$/,
  graph: /^[!-~\u00a1-\uffff]$/,
  cntrl: /^[\0-\x1f\x7f]$/,
  xdigit: /^[0-9A-Fa-f]$/,
  word: /^\w$/,
};

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', e: '\u001b', b: '\b' };

/** A bracket expression whose `[` stands before `start`; undefined when it has no end. */
export function parseClass(
  source: string,
  start: number,
  ignoreCase: boolean,
): { test: Test; end: number } | undefined {
  let pos = start;
  const negated = source[pos] === '^';
  if (negated) pos++;
  const tests: Test[] = [];
  for (let first = true; ; first = false) {
    const char = source[pos];
    if (char === undefined) return undefined;
    if (char === ']' && !first) break;
    const named = /^\[:(\^?)(\w+):\]/.exec(source.slice(pos, pos + 16));
    if (named && named[2] in NAMED) {
      const pattern = NAMED[named[2]];
      const wanted = named[1] === '';
      tests.push((candidate) => pattern.test(candidate) === wanted);
      pos += named[0].length;
      continue;
    }
    const item = classItem(source, pos);
    pos = item.end;
    if (item.test) {
      tests.push(item.test);
      continue;
    }
    if (source[pos] !== '-' || source[pos + 1] === ']' || source[pos + 1] === undefined) {
      tests.push((candidate) => candidate === item.char);
      continue;
    }
    const last = classItem(source, pos + 1);
    pos = last.end;
    tests.push((candidate) => candidate >= item.char && candidate <= last.char);
  }
  const accepts = (char: string): boolean => tests.some((test) => test(char));
  const test: Test = ignoreCase
    ? (char) => (accepts(char.toLowerCase()) || accepts(char.toUpperCase())) !== negated
    : (char) => accepts(char) !== negated;
  return { test, end: pos + 1 };
}

function classItem(source: string, pos: number): { char: string; end: number; test?: Test } {
  const char = source[pos];
  if (char !== '\\') return { char, end: pos + 1 };
  const next = source[pos + 1] ?? '\\';
  const test = shorthand(next);
  if (test) return { char: '', end: pos + 2, test };
  const hex = /^x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(source.slice(pos + 1, pos + 12));
  if (hex)
    return {
      char: String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2], 16) % 0x110000),
      end: pos + 1 + hex[0].length,
    };
  return { char: ESCAPES[next] ?? next, end: pos + 2 };
}
