import { parseAnsiQuoted } from './ansi-quote.js';
import type { ParameterPart, Subscript, WordPart } from './script-node.js';
import type { ScriptReader } from './script-reader.js';
import { parseDoubleQuoted, parseParts, parseText, type WordContext } from './word-parser.js';

const NAME = /[A-Za-z_]\w*/y;
const SPECIAL = '@*#?-$!0123456789';

function readName(reader: ScriptReader): string {
  NAME.lastIndex = reader.pos;
  const name = NAME.exec(reader.text)?.[0] ?? '';
  reader.pos += name.length;
  return name;
}

/** What a `$` starts, or undefined when it is an ordinary character. The reader stands on the `$`. */
export function parseDollar(reader: ScriptReader, context: WordContext): WordPart | undefined {
  const next = reader.at(1);
  const quoted = context !== 'plain';
  if (next === '(') return parseParenthesis(reader);
  if (next === '{') return parseBraces(reader, context);
  if (next === '[' && reader.options.flavour === 'bash') return parseOldArithmetic(reader);
  if (next === "'" && !quoted) return { type: 'quoted', text: parseAnsiQuoted(reader) };
  if (next === '"' && !quoted) {
    reader.pos++;
    return parseDoubleQuoted(reader);
  }
  const start = reader.pos;
  if (next !== '' && SPECIAL.includes(next)) {
    reader.pos += 2;
    return { type: 'parameter', name: next, source: `$${next}` };
  }
  reader.pos++;
  const name = readName(reader);
  if (name === '') {
    reader.pos = start;
    return undefined;
  }
  return { type: 'parameter', name, source: `$${name}` };
}

function parseParenthesis(reader: ScriptReader): WordPart {
  const start = reader.pos;
  if (reader.at(2) === '(') {
    const arithmetic = tryArithmetic(reader, 3);
    if (arithmetic) return arithmetic;
    reader.pos = start;
  }
  reader.pos += 2;
  const list = reader.parseSubstitution(reader);
  return { type: 'command', list, source: reader.text.slice(start + 2, reader.pos - 1) };
}

/** Arithmetic up to `))`; undefined when the parentheses close otherwise (a subshell in a substitution). */
export function tryArithmetic(reader: ScriptReader, opening: number): WordPart | undefined {
  reader.pos += opening;
  let depth = 0;
  let closed = false;
  const parts = parseParts(reader, 'arithmetic', (char) => {
    if (char === '(') depth++;
    if (char !== ')') return false;
    if (depth > 0) {
      depth--;
      return false;
    }
    closed = reader.at(1) === ')';
    return true;
  });
  if (!closed) return undefined;
  reader.pos += 2;
  return { type: 'arithmetic', parts };
}

function parseOldArithmetic(reader: ScriptReader): WordPart {
  const start = reader.pos;
  reader.pos += 2;
  const parts = parseParts(reader, 'arithmetic', (char) => char === ']');
  if (reader.ended) reader.fail({ kind: 'unmatched', quote: ']' }, start);
  reader.pos++;
  return { type: 'arithmetic', parts };
}

/** The text up to the closing bracket that belongs to the one before the reader's place; quotes are stepped over. */
export function readSubscript(reader: ScriptReader): Subscript | undefined {
  const start = reader.pos;
  let depth = 0;
  for (let i = start; i < reader.text.length; i++) {
    const char = reader.text[i];
    if (char === '\\') i++;
    else if (char === "'" || char === '"') {
      const end = reader.text.indexOf(char, i + 1);
      if (end < 0) return undefined;
      i = end;
    } else if (char === '[') depth++;
    else if (char === ']' && depth-- === 0) {
      const text = reader.text.slice(start, i);
      reader.pos = i + 1;
      return { text, parts: parseText(reader.inner(text, reader.lineAt(start)), 'plain') };
    }
  }
  return undefined;
}

function parseBraces(reader: ScriptReader, context: WordContext): ParameterPart {
  const start = reader.pos;
  reader.pos += 2;
  const head = parseParameterHead(reader);
  const source = (): string => reader.text.slice(start, reader.pos);
  if (head && reader.char === '}') {
    reader.pos++;
    return { type: 'parameter', ...head, source: source() };
  }
  const rest = head ? parseOperation(reader, context) : undefined;
  if (!head || !rest || reader.char !== '}') {
    skipToBrace(reader, start);
    return { type: 'parameter', name: '', bad: true, source: source() };
  }
  reader.pos++;
  return { type: 'parameter', ...head, ...rest, source: source() };
}

type ParameterHead = Pick<ParameterPart, 'name' | 'subscript' | 'indirect' | 'length' | 'prefixMatch'>;

function parseParameterHead(reader: ScriptReader): ParameterHead | undefined {
  const { char } = reader;
  const next = reader.at(1);
  if (char === '#' && next !== '}' && !isLengthOfHash(reader)) {
    reader.pos++;
    const head = parsePlainHead(reader);
    return head && reader.char === '}' ? { ...head, length: true } : undefined;
  }
  if (char === '!' && next !== '}' && !':-=?+#%/^,@*'.includes(next)) {
    reader.pos++;
    const head = parsePlainHead(reader);
    const match = reader.char;
    if (head && !head.subscript && (match === '*' || match === '@') && reader.at(1) === '}') {
      reader.pos++;
      return { ...head, prefixMatch: match };
    }
    return head && { ...head, indirect: true };
  }
  return parsePlainHead(reader);
}

/** `${#-…}` and the like work on `$#`; `${#-}`, `${#?}` are lengths. */
function isLengthOfHash(reader: ScriptReader): boolean {
  const next = reader.at(1);
  if ('%:=+/'.includes(next)) return true;
  return (next === '#' || next === '-' || next === '?') && reader.at(2) !== '}';
}

function parsePlainHead(reader: ScriptReader): ParameterHead | undefined {
  const name = readName(reader);
  if (name !== '') {
    if (reader.char !== '[') return { name };
    reader.pos++;
    const subscript = readSubscript(reader);
    return subscript && { name, subscript };
  }
  const digits = /\d+/y;
  digits.lastIndex = reader.pos;
  const number = digits.exec(reader.text)?.[0];
  if (number !== undefined) {
    reader.pos += number.length;
    return { name: number };
  }
  if (reader.char === '' || !SPECIAL.includes(reader.char)) return undefined;
  return { name: reader.text[reader.pos++] };
}

const OPERATORS = [':-', ':=', ':?', ':+', '##', '%%', '//', '/#', '/%', '^^', ',,', '-', '=', '?', '+', '#', '%', '/', '^', ',', ':', '@']; // prettier-ignore
const PATTERN_OPERATORS = new Set(['#', '##', '%', '%%', '/', '//', '/#', '/%', '^', '^^', ',', ',,']);

type Operation = Pick<ParameterPart, 'operator' | 'operand' | 'secondOperand'>;

function parseOperation(reader: ScriptReader, context: WordContext): Operation | undefined {
  const operator = OPERATORS.find((candidate) => reader.startsWith(candidate));
  if (operator === undefined) return undefined;
  if (reader.options.flavour === 'ash' && /^[\^,@]/.test(operator))
    reader.fail({ kind: 'other', text: 'bad substitution' });
  reader.pos += operator.length;
  if (operator === ':') return parseSubstring(reader);
  const quoted = context !== 'plain' && !PATTERN_OPERATORS.has(operator) ? 'double-operand' : 'plain';
  const stopAtSlash = operator.startsWith('/');
  const operand = parseParts(reader, quoted, (char) => char === '}' || (stopAtSlash && char === '/'));
  if (!stopAtSlash || reader.char !== '/') return { operator, operand };
  reader.pos++;
  const secondOperand = parseParts(reader, context === 'plain' ? 'plain' : 'double-operand', (char) => char === '}');
  return { operator, operand, secondOperand };
}

function parseSubstring(reader: ScriptReader): Operation {
  const operand = parseArithmeticUpTo(reader, ':');
  if (reader.char !== ':') return { operator: ':', operand };
  reader.pos++;
  return { operator: ':', operand, secondOperand: parseArithmeticUpTo(reader, '') };
}

function parseArithmeticUpTo(reader: ScriptReader, end: string): WordPart[] {
  let depth = 0;
  let questions = 0;
  return parseParts(reader, 'arithmetic', (char) => {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === '?') questions++;
    if (char === '}' && depth <= 0) return true;
    return char === end && depth <= 0 && questions-- <= 0;
  });
}

function skipToBrace(reader: ScriptReader, start: number): void {
  reader.pos = start + 2;
  parseParts(reader, 'plain', (char) => char === '}');
  if (reader.ended) reader.fail({ kind: 'unmatched', quote: '}' }, start);
  reader.pos++;
}
