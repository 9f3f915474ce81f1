import { JqLexer, locate, type JqToken } from './jq-lexer.js';
import { JqSyntaxError, type JqFunction, type JqNode, type JqPattern } from './jq-node.js';

const RESERVED = new Set(['__loc__', 'and', 'as', 'catch', 'def', 'elif', 'else', 'end', 'foreach', 'if', 'import', 'include', 'label', 'module', 'or', 'reduce', 'then', 'try']); // prettier-ignore
const UPDATES = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=']);
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Operators that a program can start with. */
const STARTS = new Set(['.', '..', '(', '[', '{', '-']);
const MAX_DEPTH = 300;

/** Parses a program (jq 1.6's grammar). Throws {@link JqSyntaxError}. */
export function parseJq(source: string): JqNode {
  const parser = new JqParser(source);
  return parser.parseProgram();
}

/** Parses a list of definitions. */
export function parseJqDefinitions(source: string): JqFunction[] {
  return new JqParser(source).parseDefinitions();
}

class JqParser {
  private readonly tokens: readonly JqToken[];
  private index = 0;
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly offset = 0,
    private readonly whole = source,
  ) {
    this.tokens = new JqLexer(source).tokens;
  }

  private get token(): JqToken {
    return this.tokens[this.index];
  }

  private isOperator(text: string): boolean {
    return this.token.kind === 'operator' && this.token.text === text;
  }

  private isWord(text: string): boolean {
    return this.token.kind === 'word' && this.token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.isOperator(text) && !this.isWord(text)) return false;
    this.index++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) this.unexpected();
  }

  private unexpected(expecting = ''): never {
    const { token } = this;
    const name = tokenName(token);
    const message = `syntax error, unexpected ${name}${expecting} (Unix shell quoting issues?)`;
    throw locate(this.whole, message, token.at + this.offset);
  }

  parseProgram(): JqNode {
    if (this.atEnd()) return { type: 'identity' };
    if (this.atStray()) this.invalidStart();
    const { token } = this;
    if (token.kind === 'operator' && !STARTS.has(token.text)) this.unexpected(', expecting $end');
    const node = this.parsePipe();
    if (this.atStray()) this.invalidStart();
    if (!this.atEnd()) this.unexpected(', expecting $end');
    return node;
  }

  private atEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** A closing bracket without its opening, or a character that means nothing. */
  private atStray(): boolean {
    return this.token.kind === 'invalid' || ['}', ')', ']'].some((text) => this.isOperator(text));
  }

  private invalidStart(): never {
    const message = 'syntax error, unexpected INVALID_CHARACTER, expecting $end (Unix shell quoting issues?)';
    throw locate(this.whole, message, this.token.at + this.offset);
  }

  parseDefinitions(): JqFunction[] {
    const definitions: JqFunction[] = [];
    while (this.isWord('def')) definitions.push(this.parseDefinition());
    if (this.token.kind !== 'end') this.unexpected();
    return definitions;
  }

  private parseDefinition(): JqFunction {
    this.expect('def');
    const name = this.token.kind === 'word' ? this.token.text : this.unexpected();
    this.index++;
    const parameters: string[] = [];
    if (this.accept('(')) {
      do {
        const { token } = this;
        if (token.kind === 'word') parameters.push(token.text);
        else if (token.kind === 'variable') parameters.push(`$${token.name}`);
        else this.unexpected();
        this.index++;
      } while (this.accept(';'));
      this.expect(')');
    }
    this.expect(':');
    const body = this.parsePipe();
    this.expect(';');
    return { name, parameters, body };
  }

  private parsePipe(): JqNode {
    if (++this.depth > MAX_DEPTH) this.unexpected();
    try {
      if (this.isWord('def')) {
        const definition = this.parseDefinition();
        return { type: 'function', definition, rest: this.parsePipe() };
      }
      const left = this.parseComma();
      if (this.accept('as')) return this.parseBinding(left);
      return this.accept('|') ? { type: 'pipe', left, right: this.parsePipe() } : left;
    } finally {
      this.depth--;
    }
  }

  private parseBinding(source: JqNode): JqNode {
    const patterns = [this.parsePattern()];
    while (this.accept('?//')) patterns.push(this.parsePattern());
    this.expect('|');
    return { type: 'bind', source, patterns, body: this.parsePipe() };
  }

  private parseComma(): JqNode {
    let left = this.parseUpdate();
    while (this.accept(',')) left = { type: 'comma', left, right: this.parseUpdate() };
    return left;
  }

  private parseUpdate(): JqNode {
    const left = this.parseAlternative();
    const { token } = this;
    if (token.kind !== 'operator' || !UPDATES.has(token.text)) return left;
    this.index++;
    return { type: 'update', operator: token.text, left, right: this.parseAlternative() };
  }

  private parseAlternative(): JqNode {
    const left = this.parseOr();
    return this.accept('//') ? { type: 'alternative', left, right: this.parseAlternative() } : left;
  }

  private parseOr(): JqNode {
    let left = this.parseAnd();
    while (this.accept('or')) left = { type: 'or', left, right: this.parseAnd() };
    return left;
  }

  private parseAnd(): JqNode {
    let left = this.parseComparison();
    while (this.accept('and')) left = { type: 'and', left, right: this.parseComparison() };
    return left;
  }

  private parseComparison(): JqNode {
    const left = this.parseSum();
    const { token } = this;
    if (token.kind !== 'operator' || !COMPARISONS.has(token.text)) return left;
    this.index++;
    const right = this.parseSum();
    if (this.token.kind === 'operator' && COMPARISONS.has(this.token.text)) this.unexpected();
    return { type: 'binary', operator: token.text, left, right };
  }

  private parseSum(): JqNode {
    let left = this.parseProduct();
    while (this.isOperator('+') || this.isOperator('-')) {
      const operator = this.isOperator('+') ? '+' : '-';
      this.index++;
      left = { type: 'binary', operator, left, right: this.parseProduct() };
    }
    return left;
  }

  private parseProduct(): JqNode {
    let left = this.parseUnary();
    for (;;) {
      const operator = ['*', '/', '%'].find((text) => this.isOperator(text));
      if (operator === undefined) return left;
      this.index++;
      left = { type: 'binary', operator, left, right: this.parseUnary() };
    }
  }

  private parseUnary(): JqNode {
    if (this.accept('-')) return { type: 'negate', operand: this.parseUnary() };
    if (this.accept('reduce')) return this.parseReduce();
    if (this.accept('foreach')) return this.parseForeach();
    if (this.accept('if')) return this.parsePostfix(this.parseIf());
    if (this.accept('try')) {
      const body = this.parsePostTry();
      return this.accept('catch') ? { type: 'try', body, handler: this.parsePostTry() } : { type: 'try', body };
    }
    if (this.accept('label')) {
      const name = this.variableName();
      this.expect('|');
      return { type: 'label', name, body: this.parsePipe() };
    }
    return this.parsePostfix(this.parseTerm());
  }

  private parsePostTry(): JqNode {
    if (this.accept('reduce')) return this.parseReduce();
    if (this.accept('foreach')) return this.parseForeach();
    if (this.accept('if')) return this.parsePostfix(this.parseIf());
    return this.parsePostfix(this.parseTerm());
  }

  private variableName(): string {
    const { token } = this;
    if (token.kind !== 'variable') return this.unexpected();
    this.index++;
    return token.name;
  }

  private parseReduce(): JqNode {
    const source = this.parsePostfix(this.parseTerm(), false);
    this.expect('as');
    const pattern = this.parsePattern();
    this.expect('(');
    const init = this.parsePipe();
    this.expect(';');
    const update = this.parsePipe();
    this.expect(')');
    return this.parsePostfix({ type: 'reduce', source, pattern, init, update });
  }

  private parseForeach(): JqNode {
    const source = this.parsePostfix(this.parseTerm(), false);
    this.expect('as');
    const pattern = this.parsePattern();
    this.expect('(');
    const init = this.parsePipe();
    this.expect(';');
    const update = this.parsePipe();
    const extract = this.accept(';') ? this.parsePipe() : undefined;
    this.expect(')');
    return this.parsePostfix({ type: 'foreach', source, pattern, init, update, ...(extract ? { extract } : {}) });
  }

  private parseIf(start = this.index - 1): JqNode {
    const test = this.parsePipe();
    this.expect('then');
    const { at } = this.tokens[start];
    return this.foreseen("Possibly unterminated 'if' statement", at, () => this.parseBranches(test, start));
  }

  /** A part whose syntax errors jq's grammar foresees: its own message follows the first. */
  private foreseen(message: string, at: number, body: () => JqNode): JqNode {
    try {
      return body();
    } catch (error) {
      if (!(error instanceof JqSyntaxError) || error.messages.length > 1) throw error;
      throw new JqSyntaxError([...error.messages, ...locate(this.whole, message, at + this.offset).messages]);
    }
  }

  private parseBranches(test: JqNode, start: number): JqNode {
    const then = this.parsePipe();
    if (this.accept('elif')) return { type: 'if', test, then, otherwise: this.parseIf(start) };
    this.expect('else');
    const otherwise = this.parsePipe();
    this.expect('end');
    return { type: 'if', test, then, otherwise };
  }

  /** Accesses behind a term; `binds` says whether `as` may follow. */
  private parsePostfix(start: JqNode, binds = true): JqNode {
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

  private nextIs(text: string): boolean {
    const next = this.tokens[this.index + 1];
    return next.kind === 'operator' && next.text === text;
  }

  private parseBracket(target: JqNode): JqNode {
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

  private parseTerm(): JqNode {
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
        if (token.name === '__loc__') return { type: 'literal', value: { file: '<top-level>', line: this.whole.slice(0, token.at).split('\n').length } }; // prettier-ignore
        return { type: 'variable', name: token.name, at: token.at + this.offset };
      case 'word':
        return this.parseWordTerm(token);
      case 'operator':
        return this.parseOperatorTerm(token.text);
      default:
        return this.unexpected();
    }
  }

  private parseOperatorTerm(text: string): JqNode {
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

  private parseWordTerm(token: Extract<JqToken, { kind: 'word' }>): JqNode {
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

  private parseString(format: string | undefined): JqNode {
    const { token } = this;
    if (token.kind !== 'string') return this.unexpected();
    this.index++;
    if (token.parts.length === 1 && typeof token.parts[0] === 'string')
      return { type: 'literal', value: token.parts[0] };
    const parts = token.parts.map((part) => {
      if (typeof part === 'string') return part;
      const inner = new JqParser(part.source, part.at + this.offset, this.whole);
      return inner.parseInterpolation();
    });
    return { type: 'string', format, parts };
  }

  parseInterpolation(): JqNode {
    const node = this.parsePipe();
    if (this.token.kind !== 'end') this.unexpected();
    return node;
  }

  private parseObject(): JqNode {
    const entries: { key: JqNode; value: JqNode }[] = [];
    while (!this.accept('}')) {
      entries.push(this.parseKeyAndValue());
    }
    return { type: 'object', entries };
  }

  private parseKeyAndValue(): { key: JqNode; value: JqNode } {
    const start = this.index;
    try {
      const entry = this.parseEntry();
      if (!this.accept(',') && !this.isOperator('}')) this.unexpected(", expecting '}'");
      return entry;
    } catch (error) {
      const before = this.tokens.slice(start, this.index).some((token) => token.kind === 'operator' && token.text === ':'); // prettier-ignore
      const colon = this.tokens.slice(this.index).some((token) => token.kind === 'operator' && token.text === ':');
      if (!(error instanceof JqSyntaxError) || error.messages.length > 1 || before || !colon) throw error;
      const more = locate(this.whole, 'May need parentheses around object key expression', this.tokens[start].at + this.offset); // prettier-ignore
      throw new JqSyntaxError([...error.messages, ...more.messages]);
    }
  }

  private parseEntry(): { key: JqNode; value: JqNode } {
    const { token } = this;
    let key: JqNode;
    let short: JqNode | undefined;
    if (token.kind === 'variable') {
      this.index++;
      key = { type: 'literal', value: token.name };
      short = token.name === '__loc__' ? { type: 'literal', value: { file: '<top-level>', line: 1 } } : { type: 'variable', name: token.name, at: token.at }; // prettier-ignore
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

  private parseObjectValue(): JqNode {
    let value: JqNode = this.parseAlternativeWithoutComma();
    while (this.accept('|')) value = { type: 'pipe', left: value, right: this.parseAlternativeWithoutComma() };
    return value;
  }

  private parseAlternativeWithoutComma(): JqNode {
    return this.parseAlternative();
  }

  private parsePattern(): JqPattern {
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

  private parsePatternEntry(): { key: JqNode; variable?: string; pattern?: JqPattern } {
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

function tokenName(token: JqToken): string {
  switch (token.kind) {
    case 'end':
      return '$end';
    case 'word':
      return RESERVED.has(token.text) ? token.text : 'IDENT';
    case 'number':
      return 'LITERAL';
    case 'string':
      return 'QQSTRING_START';
    case 'field':
      return 'FIELD';
    case 'format':
      return 'FORMAT';
    case 'variable':
      return "'$'";
    case 'invalid':
      return 'INVALID_CHARACTER';
    case 'operator':
      return token.text.length === 1 ? `'${token.text}'` : (OPERATOR_NAMES[token.text] ?? token.text);
  }
}

const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  '!=': 'NEQ',
  '==': 'EQ',
  '//': 'DEFINEDOR',
  '|=': 'SETPIPE',
  '+=': 'SETPLUS',
  '-=': 'SETMINUS',
  '*=': 'SETMULT',
  '/=': 'SETDIV',
  '%=': 'SETMOD',
  '//=': 'SETDEFINEDOR',
  '<=': 'LESSEQ',
  '>=': 'GREATEREQ',
  '..': 'REC',
  '?//': 'ALTERNATION',
};
