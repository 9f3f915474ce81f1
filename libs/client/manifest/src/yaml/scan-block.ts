import { SPACE, TAB, isBlank, isBreak, isBreakOrEnd, isDigit } from './characters.js';
import type { SourceReader } from './source-reader.js';
import { newToken, type Token } from './token.js';
import { scannerProblem, type Mark } from './yaml-problem.js';

/** Skips blanks and a comment, and demands the end of the line. */
export function expectLineEnd(reader: SourceReader, context: Mark): void {
  while (isBlank(reader.peek())) reader.skip();
  if (reader.is('#')) while (!isBreakOrEnd(reader.peek())) reader.skip();
  if (!isBreakOrEnd(reader.peek()))
    throw scannerProblem('did not find expected comment or line break', reader.mark(), context);
  if (isBreak(reader.peek())) reader.readLine();
}

interface Header {
  chomping: '' | '+' | '-';
  increment: number;
}

function scanHeader(reader: SourceReader, start: Mark): Header {
  const header: Header = { chomping: '', increment: 0 };
  for (let part = 0; part < 2; part++) {
    if (header.chomping === '' && (reader.is('+') || reader.is('-'))) header.chomping = reader.read() as '+' | '-';
    else if (header.increment === 0 && isDigit(reader.peek())) {
      if (reader.is('0')) throw scannerProblem('found an indentation indicator equal to 0', reader.mark(), start);
      header.increment = Number(reader.read());
    }
  }
  expectLineEnd(reader, start);
  return header;
}

/** A literal (`|`) or folded (`>`) scalar; stands at the indicator. */
export function scanBlockScalar(reader: SourceReader, parentIndent: number, literal: boolean): Token {
  const start = reader.mark();
  reader.skip();
  const { chomping, increment } = scanHeader(reader, start);
  let indent = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  let end = reader.mark();
  const breaks = (): string => {
    const scanned = scanBreaks(reader, indent, parentIndent, start);
    indent = scanned.indent;
    end = scanned.end;
    return scanned.breaks;
  };
  const pieces: string[] = [];
  let leadingBreak = '';
  let trailingBreaks = breaks();
  let leadingBlank = false;
  while (reader.column === indent && reader.peek() !== 0) {
    const blank = isBlank(reader.peek());
    if (!literal && !leadingBlank && !blank && leadingBreak === '\n') {
      if (trailingBreaks === '') pieces.push(' ');
    } else pieces.push(leadingBreak);
    pieces.push(trailingBreaks);
    leadingBlank = blank;
    pieces.push(reader.readWhile((code) => !isBreakOrEnd(code)));
    leadingBreak = isBreak(reader.peek()) ? reader.readLine() : '';
    trailingBreaks = breaks();
  }
  if (chomping !== '-') pieces.push(leadingBreak);
  if (chomping === '+') pieces.push(trailingBreaks);
  return newToken('scalar', start, end, pieces.join(''));
}

interface Breaks {
  readonly indent: number;
  readonly end: Mark;
  readonly breaks: string;
}

/** Indentation and empty lines; an indentation that is not known yet (0) is found here. */
function scanBreaks(reader: SourceReader, indent: number, parentIndent: number, start: Mark): Breaks {
  let end = reader.mark();
  let breaks = '';
  let deepest = 0;
  for (;;) {
    const inside = (): boolean => indent === 0 || reader.column < indent;
    while (inside() && reader.peek() === SPACE) reader.skip();
    deepest = Math.max(deepest, reader.column);
    if (inside() && reader.peek() === TAB) {
      const problem = 'found a tab character where an indentation space is expected';
      throw scannerProblem(problem, reader.mark(), start);
    }
    if (!isBreak(reader.peek())) break;
    breaks += reader.readLine();
    end = reader.mark();
  }
  return { indent: indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent, end, breaks };
}
