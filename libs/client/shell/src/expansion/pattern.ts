/*
 * Shell patterns (glob(7), bash's extended globs). In a pattern's text a backslash makes the next character
 * ordinary.
 */

export type Token =
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
