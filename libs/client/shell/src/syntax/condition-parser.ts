import type { ConditionNode, WordNode } from './script-node.js';
import type { ScriptReader } from './script-reader.js';
import { parseParts } from './word-parser.js';

const BINARY = new Set(['=', '==', '!=', '=~', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']); // prettier-ignore
const UNARY = /^-[a-hknoprstuvwxzGLNORS]$/;

/** The rest of `[[ … ]]`; the reader stands behind the opening brackets. */
export function parseCondition(reader: ScriptReader): ConditionNode {
  const inner = new ConditionParser(reader);
  const node = inner.parseOr();
  inner.expectEnd();
  return node;
}

class ConditionParser {
  constructor(private readonly reader: ScriptReader) {}

  private skip(): void {
    this.reader.skipBlanks();
    while (this.reader.char === '\n') {
      this.reader.pos++;
      this.reader.skipBlanks();
    }
  }

  private atEnd(): boolean {
    this.skip();
    return this.reader.startsWith(']]') && /[\s;&|)<>]|^$/.test(this.reader.at(2));
  }

  expectEnd(): void {
    if (!this.atEnd()) this.failHere('conditional binary operator expected');
    this.reader.pos += 2;
  }

  private failHere(text: string): never {
    if (this.reader.ended) this.reader.failAtEnd();
    const token = /\S+/y;
    token.lastIndex = this.reader.pos;
    this.reader.fail({ kind: 'condition', text, token: token.exec(this.reader.text)?.[0] ?? '' });
  }

  parseOr(): ConditionNode {
    let left = this.parseAnd();
    for (;;) {
      this.skip();
      if (!this.reader.startsWith('||')) return left;
      this.reader.pos += 2;
      left = { type: 'or', left, right: this.parseAnd() };
    }
  }

  private parseAnd(): ConditionNode {
    let left = this.parseTerm();
    for (;;) {
      this.skip();
      if (!this.reader.startsWith('&&')) return left;
      this.reader.pos += 2;
      left = { type: 'and', left, right: this.parseTerm() };
    }
  }

  private parseTerm(): ConditionNode {
    return this.reader.nested(() => {
      this.skip();
      const { reader } = this;
      if (reader.char === '!' && /[\s(]/.test(reader.at(1))) {
        reader.pos++;
        return { type: 'not', operand: this.parseTerm() };
      }
      if (reader.char === '(') {
        reader.pos++;
        const node = this.parseOr();
        this.skip();
        if (!reader.startsWith(')')) this.failHere("expected `)'");
        reader.pos++;
        return node;
      }
      return this.parsePrimary();
    });
  }

  private parsePrimary(): ConditionNode {
    if (this.atEnd()) this.reader.fail({ kind: 'condition', text: "syntax error near `]]'" });
    const first = this.parseOperand();
    this.skip();
    if (UNARY.test(first.text) && !this.startsOperator()) {
      if (this.atEnd())
        this.reader.fail({ kind: 'condition', text: "unexpected argument `]]' to conditional unary operator" });
      return { type: 'unary', operator: first.text, operand: this.parseOperand() };
    }
    if (this.atEnd() || this.reader.startsWith('&&') || this.reader.startsWith('||') || this.reader.char === ')')
      return { type: 'word', word: first };
    const operator = this.readOperator();
    if (operator === undefined) this.failHere('conditional binary operator expected');
    this.skip();
    if (this.atEnd())
      this.reader.fail({ kind: 'condition', text: "unexpected argument `]]' to conditional binary operator" });
    const right = operator === '=~' ? this.parseRegularExpression() : this.parseOperand();
    return { type: 'binary', operator, left: first, right };
  }

  private operatorText(): string {
    const token = /[^\s]+/y;
    token.lastIndex = this.reader.pos;
    return token.exec(this.reader.text)?.[0] ?? '';
  }

  private startsOperator(): boolean {
    return BINARY.has(this.operatorText());
  }

  private readOperator(): string | undefined {
    const text = this.operatorText();
    const operator = BINARY.has(text) ? text : text.startsWith('<') || text.startsWith('>') ? text[0] : undefined;
    if (operator !== undefined) this.reader.pos += operator.length;
    return operator;
  }

  private parseOperand(): WordNode {
    const { reader } = this;
    const start = reader.pos;
    let depth = 0;
    const parts = parseParts(reader, 'plain', (char) => {
      if (char === '(') depth++;
      if (char === ')' && depth-- === 0) return true;
      return /[\s;]/.test(char) || reader.startsWith('&&') || (depth === 0 && reader.startsWith('||'));
    });
    return { parts, text: reader.text.slice(start, reader.pos), line: reader.lineAt(start) };
  }

  private parseRegularExpression(): WordNode {
    const { reader } = this;
    const start = reader.pos;
    let depth = 0;
    const parts = parseParts(reader, 'plain', (char) => {
      if (char === '(' || char === '[') depth++;
      if ((char === ')' || char === ']') && depth > 0) {
        depth--;
        return false;
      }
      return /\s/.test(char) && depth === 0;
    });
    return { parts, text: reader.text.slice(start, reader.pos), line: reader.lineAt(start) };
  }
}
