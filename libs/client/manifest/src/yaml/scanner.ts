import { BYTE_ORDER_MARK, SPACE, TAB, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters.js';
import { scanBlockScalar } from './scan-block.js';
import { atDocumentIndicator, scanPlainScalar } from './scan-plain.js';
import { scanQuotedScalar } from './scan-quoted.js';
import { scanAnchor, scanDirective, scanTag } from './scan-tag.js';
import { SourceReader } from './source-reader.js';
import { newToken, type Token, type TokenType } from './token.js';
import { scannerProblem, type Mark } from './yaml-problem.js';

interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly tokenNumber: number;
  readonly mark: Mark;
}

/** How deep collections may be nested (goyaml allows 10000; JavaScript's stack does not). */
export const MAX_DEPTH = 1000;

const CANNOT_START_PLAIN = new Set('-?:,[]{}#&*!|>\'"%@`');

/** Turns a text into tokens, as libyaml's scanner does in the form that goyaml v2 has it. */
export class Scanner {
  private readonly reader: SourceReader;
  private tokens: Token[] = [];
  private head = 0;
  private tokensParsed = 0;
  private indent = -1;
  private readonly indents: number[] = [];
  private flowLevel = 0;
  private simpleKeyAllowed = true;
  private readonly simpleKeys: SimpleKey[] = [];
  /** Level of a possible simple key, by its token's number. */
  private readonly simpleKeyLevels = new Map<number, number>();

  constructor(text: string) {
    this.reader = new SourceReader(text);
    const mark = this.reader.mark();
    this.simpleKeys.push({ possible: false, required: false, tokenNumber: 0, mark });
    this.tokens.push(newToken('stream-start', mark, mark));
  }

  /** The next token, which stays. */
  peek(): Token {
    while (this.needsMore()) this.fetchNext();
    return this.tokens[this.head];
  }

  skip(): void {
    this.peek();
    this.head++;
    this.tokensParsed++;
    if (this.head > 256) {
      this.tokens = this.tokens.slice(this.head);
      this.head = 0;
    }
  }

  private needsMore(): boolean {
    if (this.head === this.tokens.length) return true;
    const level = this.simpleKeyLevels.get(this.tokensParsed);
    return level !== undefined && this.isValid(this.simpleKeys[level]);
  }

  private insert(token: Token, number?: number): void {
    if (number === undefined) this.tokens.push(token);
    else this.tokens.splice(this.head + number - this.tokensParsed, 0, token);
  }

  private fetchNext(): void {
    const reader = this.reader;
    this.skipToNextToken();
    this.unrollIndent(reader.column);
    const code = reader.peek();
    if (code === 0) {
      this.fetchStreamEnd();
      return;
    }
    if (reader.column === 0 && reader.is('%')) {
      this.closeBlocks();
      this.insert(scanDirective(reader));
      return;
    }
    if (atDocumentIndicator(reader)) {
      this.closeBlocks();
      this.insertIndicator(reader.is('-') ? 'document-start' : 'document-end', 3);
      return;
    }
    this.fetchContent(String.fromCharCode(code));
  }

  private fetchContent(character: string): void {
    const reader = this.reader;
    const blankFollows = isBlankOrEnd(reader.peek(1));
    const inFlow = this.flowLevel > 0;
    if (character === '[') this.fetchFlowStart('flow-sequence-start');
    else if (character === '{') this.fetchFlowStart('flow-mapping-start');
    else if (character === ']') this.fetchFlowEnd('flow-sequence-end');
    else if (character === '}') this.fetchFlowEnd('flow-mapping-end');
    else if (character === ',') this.fetchFlowEntry();
    else if (character === '-' && blankFollows) this.fetchBlockEntry();
    else if (character === '?' && (inFlow || blankFollows)) this.fetchKey();
    else if (character === ':' && (inFlow || blankFollows)) this.fetchValue();
    else if (character === '*') this.fetchScanned(() => scanAnchor(reader, 'alias'));
    else if (character === '&') this.fetchScanned(() => scanAnchor(reader, 'anchor'));
    else if (character === '!') this.fetchScanned(() => scanTag(reader));
    else if ((character === '|' || character === '>') && !inFlow) {
      this.removeSimpleKey();
      this.simpleKeyAllowed = true;
      this.insert(scanBlockScalar(reader, this.indent, character === '|'));
    } else if (character === "'" || character === '"')
      this.fetchScanned(() => scanQuotedScalar(reader, character === "'"));
    else if (this.startsPlain(character)) this.fetchPlain();
    else throw scannerProblem('found character that cannot start any token', reader.mark(), reader.mark());
  }

  private startsPlain(character: string): boolean {
    const code = this.reader.peek();
    if (!isBlankOrEnd(code) && !CANNOT_START_PLAIN.has(character)) return true;
    const next = this.reader.peek(1);
    if (character === '-') return next !== SPACE && next !== TAB;
    return this.flowLevel === 0 && (character === '?' || character === ':') && !isBlankOrEnd(next);
  }

  private skipToNextToken(): void {
    const reader = this.reader;
    for (;;) {
      if (reader.column === 0 && reader.peek() === BYTE_ORDER_MARK) reader.skip();
      const tabs = this.flowLevel > 0 || !this.simpleKeyAllowed;
      reader.readWhile((code) => code === SPACE || (tabs && code === TAB));
      if (reader.is('#')) reader.readWhile((code) => !isBreakOrEnd(code));
      if (!isBreak(reader.peek())) return;
      reader.readLine();
      if (this.flowLevel === 0) this.simpleKeyAllowed = true;
    }
  }

  private isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.mark.line >= this.reader.line && key.mark.index + 1024 >= this.reader.index) return true;
    if (key.required) throw scannerProblem("could not find expected ':'", this.reader.mark(), key.mark);
    key.possible = false;
    return false;
  }

  private saveSimpleKey(): void {
    if (!this.simpleKeyAllowed) return;
    const tokenNumber = this.tokensParsed + this.tokens.length - this.head;
    const required = this.flowLevel === 0 && this.indent === this.reader.column;
    this.removeSimpleKey();
    const level = this.simpleKeys.length - 1;
    this.simpleKeys[level] = { possible: true, required, tokenNumber, mark: this.reader.mark() };
    this.simpleKeyLevels.set(tokenNumber, level);
  }

  private removeSimpleKey(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1];
    if (!key.possible) return;
    if (key.required) throw scannerProblem("could not find expected ':'", this.reader.mark(), key.mark);
    key.possible = false;
    this.simpleKeyLevels.delete(key.tokenNumber);
  }

  private rollIndent(column: number, type: TokenType, mark: Mark, number?: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > MAX_DEPTH)
      throw scannerProblem('exceeded max depth of 10000', this.reader.mark(), this.reader.mark());
    this.insert(newToken(type, mark, mark), number);
  }

  private unrollIndent(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      const mark = this.reader.mark();
      this.insert(newToken('block-end', mark, mark));
      this.indent = this.indents.pop() ?? -1;
    }
  }

  private closeBlocks(): void {
    this.unrollIndent(-1);
    this.removeSimpleKey();
    this.simpleKeyAllowed = false;
  }

  private fetchStreamEnd(): void {
    if (this.reader.column !== 0) this.reader.nextLine();
    this.closeBlocks();
    const mark = this.reader.mark();
    this.insert(newToken('stream-end', mark, mark));
  }

  private insertIndicator(type: TokenType, length = 1): void {
    const start = this.reader.mark();
    this.reader.skip(length);
    this.insert(newToken(type, start, this.reader.mark()));
  }

  private fetchScanned(scan: () => Token): void {
    this.saveSimpleKey();
    this.simpleKeyAllowed = false;
    this.insert(scan());
  }

  private fetchPlain(): void {
    this.saveSimpleKey();
    this.simpleKeyAllowed = false;
    const { token, multiline } = scanPlainScalar(this.reader, this.indent, this.flowLevel > 0);
    this.insert(token);
    if (multiline) this.simpleKeyAllowed = true;
  }

  private fetchFlowStart(type: TokenType): void {
    this.saveSimpleKey();
    const tokenNumber = this.tokensParsed + this.tokens.length - this.head;
    this.simpleKeys.push({ possible: false, required: false, tokenNumber, mark: this.reader.mark() });
    this.flowLevel++;
    if (this.flowLevel > MAX_DEPTH)
      throw scannerProblem('exceeded max depth of 10000', this.reader.mark(), this.reader.mark());
    this.simpleKeyAllowed = true;
    this.insertIndicator(type);
  }

  private fetchFlowEnd(type: TokenType): void {
    this.removeSimpleKey();
    if (this.flowLevel > 0) {
      this.flowLevel--;
      const key = this.simpleKeys.pop();
      if (key) this.simpleKeyLevels.delete(key.tokenNumber);
    }
    this.simpleKeyAllowed = false;
    this.insertIndicator(type);
  }

  private fetchFlowEntry(): void {
    this.removeSimpleKey();
    this.simpleKeyAllowed = true;
    this.insertIndicator('flow-entry');
  }

  private demandKeyAllowed(problem: string): void {
    if (!this.simpleKeyAllowed) throw scannerProblem(problem, this.reader.mark(), this.reader.mark());
  }

  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      this.demandKeyAllowed('block sequence entries are not allowed in this context');
      this.rollIndent(this.reader.column, 'block-sequence-start', this.reader.mark());
    }
    this.removeSimpleKey();
    this.simpleKeyAllowed = true;
    this.insertIndicator('block-entry');
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      this.demandKeyAllowed('mapping keys are not allowed in this context');
      this.rollIndent(this.reader.column, 'block-mapping-start', this.reader.mark());
    }
    this.removeSimpleKey();
    this.simpleKeyAllowed = this.flowLevel === 0;
    this.insertIndicator('key');
  }

  private fetchValue(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1];
    if (this.isValid(key)) {
      this.insert(newToken('key', key.mark, key.mark), key.tokenNumber);
      this.rollIndent(key.mark.column, 'block-mapping-start', key.mark, key.tokenNumber);
      key.possible = false;
      this.simpleKeyLevels.delete(key.tokenNumber);
      this.simpleKeyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        this.demandKeyAllowed('mapping values are not allowed in this context');
        this.rollIndent(this.reader.column, 'block-mapping-start', this.reader.mark());
      }
      this.simpleKeyAllowed = this.flowLevel === 0;
    }
    this.insertIndicator('value');
  }
}
