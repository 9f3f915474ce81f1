/*
 * Shell patterns (glob(7), bash's extended globs). In a pattern's text a backslash makes the next character
 * ordinary. Matching never backtracks over more than one star at a time, so a hostile pattern stays cheap.
 */

type Token =
  | { readonly type: 'char'; readonly char: string }
  | { readonly type: 'any' }
  | { readonly type: 'star' }
  | { readonly type: 'set'; readonly matches: (char: string) => boolean }
  | { readonly type: 'group'; readonly operator: string; readonly alternatives: readonly (readonly Token[])[] };

export interface Pattern {
  readonly tokens: readonly Token[];
  /** No special characters: this text only. */
  readonly plain: string | undefined;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[\p{L}]/u,
  digit: /[0-9]/,
  alnum: /[\p{L}0-9]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /[ \t\n\v\f\r]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[^\x00-\x1f\x7f]/,
  graph: /[^\x00-\x20\x7f]/,
  cntrl: /[\x00-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
  word: /[\p{L}0-9_]/u,
};

/** Makes every character of a text ordinary. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]+@!()|^-]/g, '\\$&');
}

/** Whether a pattern has any special character. */
export function hasPatternCharacters(pattern: string): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') i++;
    else if (char === '*' || char === '?' || char === '[') return true;
    else if ('+@!'.includes(char) && pattern[i + 1] === '(') return true;
  }
  return false;
}

/** Drops the backslashes. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\([^]?)/g, '$1');
}

const cache = new Map<string, Pattern>();
const CACHE_SIZE = 500;

export function compilePattern(text: string, options: { extended?: boolean; ignoreCase?: boolean } = {}): Pattern {
  const key = `${options.extended ? 'x' : '-'}${options.ignoreCase ? 'i' : '-'}${text}`;
  const cached = cache.get(key);
  if (cached) return cached;
  const tokens = parseTokens(
    { text: options.ignoreCase ? text.toLowerCase() : text, pos: 0, extended: options.extended ?? false },
    '',
  );
  const plain = tokens.every((token) => token.type === 'char')
    ? tokens.map((token) => (token.type === 'char' ? token.char : '')).join('')
    : undefined;
  const pattern = { tokens, plain };
  if (cache.size > CACHE_SIZE) cache.clear();
  cache.set(key, pattern);
  return pattern;
}

interface PatternReader {
  readonly text: string;
  pos: number;
  readonly extended: boolean;
}

function parseTokens(reader: PatternReader, stop: string): Token[] {
  const tokens: Token[] = [];
  while (reader.pos < reader.text.length && !stop.includes(reader.text[reader.pos])) tokens.push(parseToken(reader));
  return tokens;
}

function parseToken(reader: PatternReader): Token {
  const char = reader.text[reader.pos];
  if (reader.extended && '?*+@!'.includes(char) && reader.text[reader.pos + 1] === '(') {
    const group = parseGroup(reader);
    if (group) return group;
  }
  reader.pos++;
  if (char === '*') return { type: 'star' };
  if (char === '?') return { type: 'any' };
  if (char === '[') return parseSet(reader);
  if (char === '\\' && reader.pos < reader.text.length) return { type: 'char', char: reader.text[reader.pos++] };
  return { type: 'char', char };
}

function parseGroup(reader: PatternReader): Token | undefined {
  const start = reader.pos;
  const operator = reader.text[start];
  reader.pos += 2;
  const alternatives: Token[][] = [];
  for (;;) {
    alternatives.push(parseTokens(reader, '|)'));
    const end = reader.text[reader.pos++];
    if (end === ')') return { type: 'group', operator, alternatives };
    if (end === undefined) {
      reader.pos = start;
      return undefined;
    }
  }
}

/** The reader stands behind the `[`; without a closing bracket it is an ordinary character. */
function parseSet(reader: PatternReader): Token {
  const start = reader.pos;
  const negated = reader.text[reader.pos] === '!' || reader.text[reader.pos] === '^';
  if (negated) reader.pos++;
  const tests: ((char: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    const char = reader.text[reader.pos];
    if (char === undefined) {
      reader.pos = start;
      return { type: 'char', char: '[' };
    }
    if (char === ']' && !first) {
      reader.pos++;
      return { type: 'set', matches: (candidate) => tests.some((test) => test(candidate)) !== negated };
    }
    tests.push(parseSetItem(reader));
  }
}

function parseSetItem(reader: PatternReader): (char: string) => boolean {
  const named = /\[:(\w+):\]/y;
  named.lastIndex = reader.pos;
  const found = named.exec(reader.text);
  const expression = found && CLASSES[found[1]];
  if (found && expression) {
    reader.pos += found[0].length;
    return (char) => expression.test(char);
  }
  const from = setCharacter(reader);
  const next = reader.text[reader.pos + 1];
  if (reader.text[reader.pos] !== '-' || next === ']' || next === undefined) return (char) => char === from;
  reader.pos++;
  const to = setCharacter(reader);
  return (char) => char >= from && char <= to;
}

function setCharacter(reader: PatternReader): string {
  if (reader.text[reader.pos] === '\\' && reader.pos + 1 < reader.text.length) reader.pos++;
  return reader.text[reader.pos++];
}

/** Whether the pattern matches the whole text. */
export function matchPattern(pattern: Pattern, text: string): boolean {
  if (pattern.plain !== undefined) return pattern.plain === text;
  return matchTokens(pattern.tokens, 0, text, 0, text.length);
}

function matchTokens(tokens: readonly Token[], tokenStart: number, text: string, start: number, end: number): boolean {
  let t = tokenStart;
  let i = start;
  let starToken = -1;
  let starText = -1;
  for (;;) {
    const token = tokens[t];
    if (token?.type === 'group') {
      if (matchGroup(token, tokens, t, text, i, end)) return true;
    } else if (token?.type === 'star') {
      starToken = t++;
      starText = i;
      continue;
    } else if (token === undefined ? i === end : i < end && matchesChar(token, text[i])) {
      if (token === undefined) return true;
      t++;
      i++;
      continue;
    }
    if (starToken < 0 || starText >= end) return false;
    t = starToken + 1;
    i = ++starText;
  }
}

function matchesChar(token: Exclude<Token, { type: 'star' | 'group' }>, char: string): boolean {
  if (token.type === 'char') return token.char === char;
  return token.type === 'any' || token.matches(char);
}

function matchGroup(
  group: Extract<Token, { type: 'group' }>,
  tokens: readonly Token[],
  at: number,
  text: string,
  start: number,
  end: number,
): boolean {
  const { operator, alternatives } = group;
  const restMatches = (from: number): boolean => matchTokens(tokens, at + 1, text, from, end);
  if ((operator === '?' || operator === '*') && restMatches(start)) return true;
  for (let middle = operator === '!' ? start : start; middle <= end; middle++) {
    const any = alternatives.some((alternative) => matchTokens(alternative, 0, text, start, middle));
    if (operator === '!') {
      if (!any && restMatches(middle)) return true;
      continue;
    }
    if (!any || (middle === start && operator !== '@' && operator !== '+')) continue;
    if (restMatches(middle)) return true;
    if ((operator === '*' || operator === '+') && middle > start && matchGroup(group, tokens, at, text, middle, end))
      return true;
  }
  return false;
}

/** Length of the shortest or longest prefix that matches, or -1. */
export function matchPrefix(pattern: Pattern, text: string, longest: boolean): number {
  for (let step = 0; step <= text.length; step++) {
    const length = longest ? text.length - step : step;
    if (matchTokens(pattern.tokens, 0, text, 0, length)) return length;
  }
  return -1;
}

/** Start of the shortest or longest suffix that matches, or -1. */
export function matchSuffix(pattern: Pattern, text: string, longest: boolean): number {
  for (let step = 0; step <= text.length; step++) {
    const start = longest ? step : text.length - step;
    if (matchTokens(pattern.tokens, 0, text, start, text.length)) return start;
  }
  return -1;
}

/** The longest match that starts at `start`: its end, or -1. */
export function matchAt(pattern: Pattern, text: string, start: number): number {
  for (let end = text.length; end >= start; end--) if (matchTokens(pattern.tokens, 0, text, start, end)) return end;
  return -1;
}
