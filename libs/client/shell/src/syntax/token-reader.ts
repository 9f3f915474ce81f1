import { readSubscript } from './dollar-parser.js';
import type { ArrayElementNode, AssignmentNode, Subscript, WordNode } from './script-node.js';
import type { PendingHereDocument, ScriptReader } from './script-reader.js';
import { isMetacharacter, parseParts, parseText, parseWord, startsProcessSubstitution } from './word-parser.js';

interface Span {
  readonly start: number;
  readonly end: number;
}

export type Token = Span &
  (
    | { readonly kind: 'word'; readonly word: WordNode; readonly assignment?: AssignmentNode }
    | { readonly kind: 'operator'; readonly text: string }
    | { readonly kind: 'descriptor'; readonly number?: number; readonly variable?: string; readonly text: string }
    | { readonly kind: 'newline' }
    | { readonly kind: 'end' }
  );

const OPERATORS = ['<<-', '<<<', '&>>', ';;&', '&&', '||', ';;', ';&', '|&', '<<', '>>', '>&', '<&', '<>', '>|', '&>', '<', '>', '|', '&', ';', '(', ')']; // prettier-ignore
const NOT_IN_ASH = new Set(['<<<', '&>>', ';;&', ';&', '|&', '&>']);
const DESCRIPTOR = /(?:(\d+)|\{([A-Za-z_]\w*(?:\[[^\]{}]*\])?)\})(?=[<>])/y;
const ASSIGNMENT = /([A-Za-z_]\w*)(\[)?/y;

/** Splits a script into tokens, one ahead, so that the grammar can say how the next one is read. */
export class TokenReader {
  private ahead: Token | undefined;

  constructor(readonly reader: ScriptReader) {}

  peek(): Token {
    return (this.ahead ??= this.read());
  }

  next(): Token {
    const token = this.peek();
    this.ahead = undefined;
    return token;
  }

  /** Puts the reader back in front of the token that was looked at. */
  rewind(): void {
    if (this.ahead) this.reader.pos = this.ahead.start;
    this.ahead = undefined;
  }

  isOperator(text: string): boolean {
    const token = this.peek();
    return token.kind === 'operator' && token.text === text;
  }

  /** Whether the next token is this unquoted word. */
  isWord(text: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.word.text === text;
  }

  skipNewlines(): void {
    while (this.peek().kind === 'newline') this.next();
  }

  /** Fails on the next token, as bash words it. `expecting` is what ash says it waits for at the end. */
  unexpected(expecting?: string): never {
    const token = this.peek();
    if (token.kind === 'end') this.reader.failAtEnd(expecting);
    this.reader.fail({ kind: 'unexpected-token', token: tokenText(token) }, token.start);
  }

  private read(): Token {
    const { reader } = this;
    reader.skipBlanks();
    const start = reader.pos;
    if (reader.ended) {
      this.readHereDocuments();
      return { kind: 'end', start, end: start };
    }
    if (reader.char === '\n') {
      reader.pos++;
      this.readHereDocuments();
      return { kind: 'newline', start, end: start + 1 };
    }
    DESCRIPTOR.lastIndex = start;
    const descriptor = DESCRIPTOR.exec(reader.text);
    if (descriptor && !(descriptor[2] && reader.options.flavour === 'ash')) {
      const [text, number, variable] = descriptor;
      reader.pos += text.length;
      const end = reader.pos;
      return number === undefined
        ? { kind: 'descriptor', variable, text, start, end }
        : { kind: 'descriptor', number: Number(number), text, start, end };
    }
    if (isMetacharacter(reader.char) && !startsProcessSubstitution(reader)) return this.readOperator(start);
    return this.readWord(start);
  }

  private readOperator(start: number): Token {
    const { reader } = this;
    const ash = reader.options.flavour === 'ash';
    const text = OPERATORS.find((operator) => reader.startsWith(operator) && !(ash && NOT_IN_ASH.has(operator)));
    reader.pos += text?.length ?? 1;
    return { kind: 'operator', text: text ?? '', start, end: reader.pos };
  }

  private readWord(start: number): Token {
    const { reader } = this;
    const assignment = this.tryAssignment();
    if (assignment) {
      const end = reader.pos;
      const text = reader.text.slice(start, end);
      const word = { parts: assignment.wordParts, text, line: reader.lineAt(start) };
      return { kind: 'word', word, assignment: assignment.node, start, end };
    }
    reader.pos = start;
    const word = parseWord(reader);
    return { kind: 'word', word, start, end: reader.pos };
  }

  private tryAssignment(): { node: AssignmentNode; wordParts: WordNode['parts'] } | undefined {
    const { reader } = this;
    const start = reader.pos;
    ASSIGNMENT.lastIndex = start;
    const found = ASSIGNMENT.exec(reader.text);
    if (!found) return undefined;
    reader.pos += found[0].length;
    let subscript: Subscript | undefined;
    if (found[2]) {
      if (reader.options.flavour === 'ash') return undefined;
      subscript = readSubscript(reader);
      if (!subscript) return undefined;
    }
    const append = reader.startsWith('+=') && reader.options.flavour !== 'ash';
    if (!append && reader.char !== '=') return undefined;
    reader.pos += append ? 2 : 1;
    const head = reader.text.slice(start, reader.pos);
    const node = { name: found[1], append, ...(subscript ? { subscript } : {}) };
    const text = (): string => reader.text.slice(start, reader.pos);
    if (reader.char === '(' && !subscript && reader.options.flavour !== 'ash') {
      const elements = this.readArray();
      return { node: { ...node, text: text(), value: [], elements }, wordParts: [] };
    }
    const value = parseParts(reader, 'plain', (char) => isMetacharacter(char) && !startsProcessSubstitution(reader));
    return { node: { ...node, text: text(), value }, wordParts: [{ type: 'literal', text: head }, ...value] };
  }

  private readArray(): ArrayElementNode[] {
    const { reader } = this;
    const start = reader.pos++;
    const elements: ArrayElementNode[] = [];
    for (;;) {
      reader.skipBlanks();
      if (reader.ended) reader.fail({ kind: 'unmatched', quote: ')' }, start);
      if (reader.char === '\n') reader.pos++;
      else if (reader.char === ')') {
        reader.pos++;
        return elements;
      } else if (isMetacharacter(reader.char) && !startsProcessSubstitution(reader)) {
        const token = this.readOperator(reader.pos);
        reader.fail({ kind: 'unexpected-token', token: tokenText(token) }, token.start);
      } else elements.push(this.readElement());
    }
  }

  private readElement(): ArrayElementNode {
    const { reader } = this;
    const start = reader.pos;
    if (reader.char === '[') {
      reader.pos++;
      const subscript = readSubscript(reader);
      const append = reader.startsWith('+=');
      if (subscript && (append || reader.startsWith('='))) {
        reader.pos += append ? 2 : 1;
        return { subscript, append, value: parseWord(reader) };
      }
      reader.pos = start;
    }
    return { value: parseWord(reader) };
  }

  private readHereDocuments(): void {
    for (const pending of this.reader.pending.splice(0)) this.readHereDocument(pending);
  }

  private readHereDocument(pending: PendingHereDocument): void {
    const { reader } = this;
    const start = reader.pos;
    const line = reader.lineAt(start);
    let body = '';
    let closed = false;
    while (!reader.ended && !closed) {
      const lineEnd = reader.text.indexOf('\n', reader.pos);
      const end = lineEnd < 0 ? reader.text.length : lineEnd;
      const raw = reader.text.slice(reader.pos, end);
      const text = pending.stripTabs ? raw.replace(/^\t+/, '') : raw;
      reader.pos = Math.min(end + 1, reader.text.length);
      if (text === pending.delimiter) closed = true;
      else body += `${text}${lineEnd < 0 ? '' : '\n'}`;
    }
    if (!closed) {
      const last = reader.lineAt(reader.text.length) - (reader.text.endsWith('\n') ? 1 : 0);
      reader.options.onCutHereDocument?.(Math.max(last, pending.line), pending.line, pending.delimiter);
    }
    pending.redirection.source = body;
    pending.redirection.delimiter = pending.delimiter;
    pending.redirection.body = pending.quoted
      ? [{ type: 'quoted', text: body }]
      : parseText(reader.inner(body, line), 'here-document');
  }
}

/** A token as bash names it in a syntax error. */
export function tokenText(token: Token): string {
  switch (token.kind) {
    case 'word':
      return token.word.text;
    case 'operator':
    case 'descriptor':
      return token.text;
    case 'newline':
      return 'newline';
    case 'end':
      return '';
  }
}
