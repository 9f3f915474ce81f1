import { TAB, isBlank, isBlankOrEnd, isBreak } from './characters.js';
import type { SourceReader } from './source-reader.js';
import { newToken, type Token } from './token.js';
import { scannerProblem } from './yaml-problem.js';

/** Whitespace met inside a scalar, and what it folds to. */
class Folding {
  whitespace = '';
  private leadingBreak = '';
  private trailingBreaks = '';
  /** True once a line break was met. */
  broken = false;

  /** Takes blanks and breaks up to the next character of content. */
  gather(reader: SourceReader, beforeBlank?: () => void): void {
    for (let code = reader.peek(); isBlank(code) || isBreak(code); code = reader.peek()) {
      if (isBlank(code)) {
        beforeBlank?.();
        if (this.broken) reader.skip();
        else this.whitespace += reader.read();
      } else if (this.broken) this.trailingBreaks += reader.readLine();
      else {
        this.whitespace = '';
        this.leadingBreak = reader.readLine();
        this.broken = true;
      }
    }
  }

  /** What stands for the whitespace gathered so far, which is then forgotten. */
  take(): string {
    let text = this.whitespace;
    if (this.broken) {
      if (!this.leadingBreak.startsWith('\n')) text = this.leadingBreak + this.trailingBreaks;
      else text = this.leadingBreak !== '' && this.trailingBreaks === '' ? ' ' : this.trailingBreaks;
    }
    this.whitespace = '';
    this.leadingBreak = '';
    this.trailingBreaks = '';
    this.broken = false;
    return text;
  }
}

export { Folding };

/** `---` or `...` at the start of a line. */
export function atDocumentIndicator(reader: SourceReader): boolean {
  return reader.column === 0 && (reader.startsWith('---') || reader.startsWith('...')) && isBlankOrEnd(reader.peek(3));
}

const FLOW_INDICATORS = new Set(Array.from(',?[]{}').map((character) => character.charCodeAt(0)));
const COLON = 58;
const HASH = 35;

/** A plain scalar; `multiline` tells whether it ended after a line break, so that a simple key may follow. */
export function scanPlainScalar(
  reader: SourceReader,
  parentIndent: number,
  inFlow: boolean,
): { readonly token: Token; readonly multiline: boolean } {
  const start = reader.mark();
  let end = start;
  let text = '';
  const indent = parentIndent + 1;
  const folding = new Folding();
  const inContent = (code: number): boolean =>
    !isBlankOrEnd(code) && !(code === COLON && isBlankOrEnd(reader.peek(1))) && !(inFlow && FLOW_INDICATORS.has(code));
  for (;;) {
    if (atDocumentIndicator(reader) || reader.peek() === HASH) break;
    const piece = reader.readWhile(inContent);
    if (piece !== '') {
      text += folding.take() + piece;
      end = reader.mark();
    }
    if (!isBlank(reader.peek()) && !isBreak(reader.peek())) break;
    folding.gather(reader, () => {
      if (folding.broken && reader.column < indent && reader.peek() === TAB)
        throw scannerProblem('found a tab character that violates indentation', reader.mark(), start);
    });
    if (!inFlow && reader.column < indent) break;
  }
  return { token: newToken('scalar', start, end, text, '', true), multiline: folding.broken };
}
