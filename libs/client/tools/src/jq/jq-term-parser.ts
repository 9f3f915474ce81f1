import { locate, type JqToken } from './jq-lexer.js';
import { JqSyntaxError, type JqFunction, type JqNode, type JqPattern } from './jq-node.js';
import { JqTokenReader, RESERVED } from './jq-token-reader.js';

/** Parses terms: literals, strings, objects, accesses and the patterns of `as`. */
export abstract class JqTermParser extends JqTokenReader {
  protected abstract parsePipe(): JqNode;
  protected abstract parseDefinition(): JqFunction;
  protected abstract parseBinding(source: JqNode): JqNode;
  protected abstract parseObjectValue(): JqNode;
  /** The program within a string, that starts so far into the whole one. */
  protected abstract interpolated(source: string, offset: number): JqNode;

  /** Accesses behind a term; `binds` says whether `as` may follow. */
  protected parsePostfix(start: JqNode, binds = true): JqNode {
    let node = start;
    for (;;) {
      const { token } = this;
      if (token.kind === 'field') {
        this.index++;
        node = { type: 'index', target: node, key: { type: 'literal', value: token.name } };
      } else if (this.isOperator('.') && ['string'].includes(this.tokens[this.index + 1].kind)) {
        this.index++;
        node = { type: 'index', target: node, key: this.parseString(undefined) };
      } else if (this.isOperator('.') && this.nextIs('[')) this.index++;
      else if (this.accept('.')) this.unexpected(', expecting FORMAT or QQSTRING_START');
      else if (this.accept('[')) node = this.parseBracket(node);
      else if (this.accept('?')) node = optional(node);
      else if (binds && this.isWord('as')) {
        this.index++;
        return this.parseBinding(node);
      } else return node;
    }
  }

  protected parseBracket(target: JqNode): JqNode {
    if (this.accept(']')) return { type: 'iterate', target };
    if (this.accept(':')) {
      const to = this.parsePipe();
      this.expect(']');
      return { type: 'slice', target, to };
    }
    const key = this.parsePipe();
    if (this.accept(':')) {
      if (this.accept(']')) return { type: 'slice', target, from: key };
      const to = this.parsePipe();
      this.expect(']');
      return { type: 'slice', target, from: key, to };
    }
    this.expect(']');
    return { type: 'index', target, key };
  }

  protected parseTerm(): JqNode {
    const { token } = this;
    switch (token.kind) {
      case 'number':
        this.index++;
        return { type: 'literal', value: token.value };
      case 'string':
        return this.parseString(undefined);
      case 'format':
        this.index++;
        if (this.token.kind === 'string') return this.parseString(token.name);
        return { type: 'format', name: token.name };
      case 'field':
        this.index++;
        return { type: 'index', target: { type: 'identity' }, key: { type: 'literal', value: token.name } };
      case 'variable':
        this.index++;
        if (token.name === '__loc__')
          return {
            type: 'literal',
            value: { file: '<top-level>', line: this.whole.slice(0, token.at).split('\n').length },
          };
        return { type: 'variable', name: token.name, at: token.at + this.offset };
      case 'word':
        return this.parseWordTerm(token);
      case 'operator':
        return this.parseOperatorTerm(token.text);
      default:
        return this.unexpected();
    }
  }

  protected parseOperatorTerm(text: string): JqNode {
    this.index++;
    switch (text) {
      case '.':
        if (this.token.kind === 'string')
          return { type: 'index', target: { type: 'identity' }, key: this.parseString(undefined) };
        return { type: 'identity' };
      case '..':
        return { type: 'recurse' };
      case '(': {
        const node = this.parsePipe();
        this.expect(')');
        return node;
      }
      case '[': {
        if (this.accept(']')) return { type: 'array' };
        const body = this.parsePipe();
        this.expect(']');
        return { type: 'array', body };
      }
      case '{':
        return this.parseObject();
      default:
        this.index--;
        return this.unexpected();
    }
  }

  protected parseWordTerm(token: Extract<JqToken, { kind: 'word' }>): JqNode {
    if (token.text === 'def') {
      const definition = this.parseDefinition();
      return { type: 'function', definition, rest: this.parsePipe() };
    }
    if (RESERVED.has(token.text)) return this.unexpected();
    this.index++;
    if (token.text === 'break') return { type: 'break', name: this.variableName() };
    const args: JqNode[] = [];
    if (this.accept('(')) {
      do args.push(this.parsePipe());
      while (this.accept(';'));
      if (!this.accept(')')) this.unexpected(", expecting ';' or ')'");
    }
    return { type: 'call', name: token.text, args, at: token.at + this.offset };
  }

  protected parseString(format: string | undefined): JqNode {
    const { token } = this;
    if (token.kind !== 'string') return this.unexpected();
    this.index++;
    if (token.parts.length === 1 && typeof token.parts[0] === 'string')
      return { type: 'literal', value: token.parts[0] };
    const parts = token.parts.map((part) => {
      if (typeof part === 'string') return part;
      return this.interpolated(part.source, part.at + this.offset);
    });
    return { type: 'string', format, parts };
  }

  protected parseObject(): JqNode {
    const entries: { key: JqNode; value: JqNode }[] = [];
    while (!this.accept('}')) {
      entries.push(this.parseKeyAndValue());
    }
    return { type: 'object', entries };
  }

  protected parseKeyAndValue(): { key: JqNode; value: JqNode } {
    const start = this.index;
    try {
      const entry = this.parseEntry();
      if (!this.accept(',') && !this.isOperator('}')) this.unexpected(", expecting '}'");
      return entry;
    } catch (error) {
      const before = this.tokens
        .slice(start, this.index)
        .some((token) => token.kind === 'operator' && token.text === ':');
      const colon = this.tokens.slice(this.index).some((token) => token.kind === 'operator' && token.text === ':');
      if (!(error instanceof JqSyntaxError) || error.messages.length > 1 || before || !colon) throw error;
      const more = locate(
        this.whole,
        'May need parentheses around object key expression',
        this.tokens[start].at + this.offset,
      );
      throw new JqSyntaxError([...error.messages, ...more.messages]);
    }
  }

  protected parseEntry(): { key: JqNode; value: JqNode } {
    const { token } = this;
    let key: JqNode;
    let short: JqNode | undefined;
    if (token.kind === 'variable') {
      this.index++;
      key = { type: 'literal', value: token.name };
      short =
        token.name === '__loc__'
          ? { type: 'literal', value: { file: '<top-level>', line: 1 } }
          : { type: 'variable', name: token.name, at: token.at };
    } else if (token.kind === 'word') {
      this.index++;
      key = { type: 'literal', value: token.text };
    } else if (token.kind === 'string') key = this.parseString(undefined);
    else if (token.kind === 'format') {
      this.index++;
      key = this.token.kind === 'string' ? this.parseString(token.name) : { type: 'format', name: token.name };
    } else if (this.accept('(')) {
      key = this.parsePipe();
      this.expect(')');
    } else this.unexpected();
    if (!this.accept(':')) return { key, value: short ?? { type: 'index', target: { type: 'identity' }, key } };
    return { key, value: this.parseObjectValue() };
  }

  protected parsePattern(): JqPattern {
    const { token } = this;
    if (token.kind === 'variable') {
      this.index++;
      return { type: 'variable', name: token.name };
    }
    if (this.accept('[')) {
      const items: JqPattern[] = [];
      do items.push(this.parsePattern());
      while (this.accept(','));
      this.expect(']');
      return { type: 'array', items };
    }
    this.expect('{');
    const entries: { key: JqNode; variable?: string; pattern?: JqPattern }[] = [];
    do entries.push(this.parsePatternEntry());
    while (this.accept(','));
    this.expect('}');
    return { type: 'object', entries };
  }

  protected parsePatternEntry(): { key: JqNode; variable?: string; pattern?: JqPattern } {
    const { token } = this;
    if (token.kind === 'variable') {
      this.index++;
      const entry = { key: { type: 'literal' as const, value: token.name }, variable: token.name };
      return this.accept(':') ? { ...entry, pattern: this.parsePattern() } : entry;
    }
    let key: JqNode;
    if (token.kind === 'word') {
      this.index++;
      key = { type: 'literal', value: token.text };
    } else if (token.kind === 'string') key = this.parseString(undefined);
    else {
      this.expect('(');
      key = this.parsePipe();
      this.expect(')');
    }
    this.expect(':');
    return { key, pattern: this.parsePattern() };
  }
}

/** `term?`: only the last access may fail, not what leads to it. */
function optional(node: JqNode): JqNode {
  const accesses = node.type === 'index' || node.type === 'slice' || node.type === 'iterate';
  return accesses ? { ...node, optional: true } : { type: 'try', body: node };
}
