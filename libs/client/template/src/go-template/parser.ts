/* eslint-disable max-lines -- one recursive-descent parser, as in text/template/parse */
import { goUnescape } from '../go-format/go-unquote.js';
import { goQuote } from '../go-format/go-quote.js';
import { tokenText, tokenize, type Token, type TokenType } from './lexer.js';
import {
  nodeText,
  type ArgumentNode,
  type CommandNode,
  type PipeNode,
  type TemplateNode,
  type TemplateTree,
} from './node.js';
import { TemplateProblem } from './template-problem.js';

/** How deep blocks and parentheses may be nested (Go allows 10000 parentheses). */
const MAX_DEPTH = 500;

interface ListEnd {
  readonly keyword: 'end' | 'else';
  readonly token: Token;
}

/** Parses a text: the template of that name first, then those it defines. Throws {@link TemplateProblem}. */
export function parseTemplate(name: string, text: string, isFunction: (name: string) => boolean): TemplateTree[] {
  return new Parser(name, text, isFunction).parse();
}

class Parser {
  private readonly tokens: readonly Token[];
  private index = 0;
  private variables: string[] = ['$'];
  private readonly defined: TemplateTree[] = [];
  /** Behind the brackets of the action that is being read. */
  private actionStart = 0;
  private rangeDepth = 0;
  private depth = 0;

  constructor(
    private readonly name: string,
    private readonly text: string,
    private readonly isFunction: (name: string) => boolean,
  ) {
    this.tokens = tokenize(text);
  }

  parse(): TemplateTree[] {
    const nodes: TemplateNode[] = [];
    while (this.peek().type !== 'eof') {
      const node = this.topLevel();
      if (node === 'define') this.define();
      else if ('keyword' in node) this.fail(`unexpected {{${node.keyword}}}`, node.token.position);
      else nodes.push(node);
    }
    return [{ name: this.name, source: this.name, text: this.text, nodes }, ...this.defined];
  }

  private fail(message: string, position = this.peek().position): never {
    const line = this.text.slice(0, position).split('\n').length;
    throw new TemplateProblem(`template: ${this.name}:${String(line)}: ${message}`);
  }

  private unexpectedIn(token: Token, context: string): never {
    if (token.type === 'error') {
      // An action that began in another line is named.
      const [began, here] = [this.actionStart, token.position].map((at) => this.text.slice(0, at).split('\n').length);
      const extra = ` in action started at ${this.name}:${String(began)}`;
      const named = token.text.endsWith(' action') ? extra.slice(' in action'.length) : extra;
      this.fail(token.text + (this.actionStart > 0 && began !== here ? named : ''), token.position);
    }
    this.fail(`unexpected ${tokenText(token)} in ${context}`, token.position);
  }

  private peek(): Token {
    return this.tokens[this.index];
  }

  private next(): Token {
    const token = this.tokens[this.index];
    if (this.index < this.tokens.length - 1) this.index++;
    return token;
  }

  private skipSpace(): Token {
    while (this.peek().type === 'space') this.index++;
    return this.peek();
  }

  private nextNonSpace(): Token {
    this.skipSpace();
    return this.next();
  }

  private expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace();
    if (token.type !== type) this.unexpectedIn(token, context);
    return token;
  }

  /** A node, or `define` when a definition starts here. */
  private topLevel(): TemplateNode | ListEnd | 'define' {
    if (this.peek().type === 'left') {
      const before = this.index;
      this.index++;
      const token = this.skipSpace();
      if (token.type === 'keyword' && token.text === 'define') {
        this.next();
        return 'define';
      }
      this.index = before;
    }
    return this.textOrAction();
  }

  private define(): void {
    const name = this.templateName('define clause');
    this.expect('right', 'define clause');
    const outer = this.variables;
    this.variables = ['$'];
    const { nodes, end } = this.itemList();
    if (end.keyword !== 'end') this.fail(`unexpected {{else}} in define clause`, end.token.position);
    this.variables = outer;
    this.add({ name, source: this.name, text: this.text, nodes });
  }

  /** Two definitions with content in one text are one too many. */
  private add(tree: TemplateTree): void {
    const isBlank = ({ nodes }: TemplateTree): boolean =>
      nodes.every((node) => node.type === 'text' && node.text.trim() === '');
    const known = this.defined.find(({ name }) => name === tree.name);
    if (known && !isBlank(known) && !isBlank(tree))
      this.fail(`template: multiple definition of template ${goQuote(tree.name)}`);
    this.defined.push(tree);
  }

  private templateName(context: string): string {
    const token = this.nextNonSpace();
    if (token.type !== 'string' && token.type !== 'raw-string') this.unexpectedIn(token, context);
    return this.unquote(token);
  }

  private unquote(token: Token): string {
    if (token.type === 'raw-string') return token.text.slice(1, -1).replaceAll('\r', '');
    return goUnescape(token.text.slice(1, -1), '"') ?? this.fail('invalid syntax', token.position);
  }

  private itemList(): { readonly nodes: TemplateNode[]; readonly end: ListEnd } {
    if (++this.depth > MAX_DEPTH) this.fail('template is nested too deeply');
    const nodes: TemplateNode[] = [];
    while (this.peek().type !== 'eof') {
      const node = this.textOrAction();
      if ('keyword' in node) {
        this.depth--;
        return { nodes, end: node };
      }
      nodes.push(node);
    }
    this.fail('unexpected EOF');
  }

  private textOrAction(): TemplateNode | ListEnd {
    const token = this.nextNonSpace();
    if (token.type === 'text') return { type: 'text', position: token.position, text: token.text };
    if (token.type === 'left') return this.action();
    this.unexpectedIn(token, 'input');
  }

  private action(): TemplateNode | ListEnd {
    this.actionStart = this.peek().position;
    const token = this.skipSpace();
    const position = token.position;
    if (token.type !== 'keyword') {
      const pipe = this.pipeline('command', 'right');
      return { type: 'action', position, pipe };
    }
    this.next();
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.branch(token.text, position);
      case 'template':
        return this.templateCall();
      case 'block':
        return this.block();
      case 'break':
      case 'continue':
        this.expect('right', `{{${token.text}}}`);
        if (this.rangeDepth === 0) this.fail(`{{${token.text}}} outside {{range}}`, position);
        return { type: token.text, position };
      case 'end':
        this.expect('right', 'end');
        return { keyword: 'end', token };
      case 'else':
        return this.elseClause(token);
      default:
        this.unexpectedIn(token, 'command');
    }
  }

  private elseClause(token: Token): ListEnd {
    const next = this.skipSpace();
    // `{{else if}}` and `{{else with}}` stay for the branch to read.
    if (next.type !== 'keyword' || (next.text !== 'if' && next.text !== 'with')) this.expect('right', 'else');
    return { keyword: 'else', token };
  }

  private branch(type: 'if' | 'with' | 'range', position: number): TemplateNode {
    const scope = this.variables.length;
    const pipe = this.pipeline(type, 'right');
    if (type === 'range') this.rangeDepth++;
    const { nodes: list, end } = this.itemList();
    if (type === 'range') this.rangeDepth--;
    let otherwise: TemplateNode[] | undefined;
    if (end.keyword === 'else') {
      const next = this.peek();
      if (next.type === 'keyword') {
        if (type === 'range' || next.text !== type) this.unexpectedIn(next, type);
        this.next();
        otherwise = [this.branch(next.text, next.position)];
      } else {
        const rest = this.itemList();
        if (rest.end.keyword !== 'end') this.fail('expected end; found {{else}}', rest.end.token.position);
        otherwise = rest.nodes;
      }
    }
    this.variables.length = scope;
    return { type, position, pipe, list, otherwise };
  }

  private templateCall(): TemplateNode {
    const position = this.skipSpace().position;
    const name = this.templateName('template clause');
    const right = this.skipSpace().type === 'right';
    if (right) this.next();
    return { type: 'template', position, name, pipe: right ? undefined : this.pipeline('template clause', 'right') };
  }

  private block(): TemplateNode {
    const position = this.skipSpace().position;
    const name = this.templateName('block clause');
    const pipe = this.pipeline('block clause', 'right');
    const outer = this.variables;
    this.variables = ['$'];
    const { nodes, end } = this.itemList();
    if (end.keyword !== 'end') this.fail('unexpected {{else}} in block clause', end.token.position);
    this.variables = outer;
    this.add({ name, source: this.name, text: this.text, nodes });
    return { type: 'template', position, name, pipe };
  }

  private pipeline(context: string, end: 'right' | 'close'): PipeNode {
    if (++this.depth > MAX_DEPTH) this.fail('template is nested too deeply');
    const position = this.skipSpace().position;
    const { names, assign } = this.declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.skipSpace();
      if (token.type === end) {
        this.next();
        this.checkPipeline(commands, context);
        this.depth--;
        return { type: 'pipe', position, variables: names, assign, commands };
      }
      if (!STARTS_OPERAND.has(token.type)) this.unexpectedIn(token, context);
      commands.push(this.command());
    }
  }

  private declarations(context: string): { names: string[]; assign: boolean } {
    const names: string[] = [];
    let assign = false;
    for (;;) {
      const before = this.index;
      const variable = this.peek();
      if (variable.type !== 'variable') return { names, assign };
      this.next();
      const next = this.skipSpace();
      if (next.type === 'declare' || next.type === 'assign') {
        this.next();
        names.push(variable.text);
        assign = next.type === 'assign';
        if (assign) names.forEach((name) => this.demandVariable(name, variable.position));
        else this.variables.push(...names);
        return { names, assign };
      }
      if (next.type === 'comma') {
        this.next();
        names.push(variable.text);
        if (context !== 'range' || names.length > 1) this.fail(`too many declarations in ${context}`, next.position);
        this.skipSpace();
        continue;
      }
      this.index = before;
      return { names, assign };
    }
  }

  private demandVariable(name: string, position: number): void {
    if (!this.variables.includes(name)) this.fail(`undefined variable ${goQuote(name)}`, position);
  }

  private checkPipeline(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    commands.slice(1).forEach((command, index) => {
      const first = command.words[0];
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(first.type))
        this.fail(`non executable command in pipeline stage ${String(index + 2)}`, command.position);
    });
  }

  private command(): CommandNode {
    const position = this.skipSpace().position;
    const words: ArgumentNode[] = [];
    for (;;) {
      this.skipSpace();
      const operand = this.operand();
      if (operand) words.push(operand);
      const token = this.peek();
      if (token.type === 'right' || token.type === 'close') break;
      this.next();
      if (token.type === 'pipe') break;
      if (token.type !== 'space') this.unexpectedIn(token, 'operand');
    }
    if (words.length === 0) this.fail('empty command');
    return { type: 'command', position, words };
  }

  private operand(): ArgumentNode | undefined {
    const node = this.term();
    if (!node || this.peek().type !== 'field') return node;
    const position = this.peek().position;
    const path: string[] = [];
    while (this.peek().type === 'field') path.push(this.next().text.slice(1));
    switch (node.type) {
      case 'field':
        return { ...node, position, path: [...node.path, ...path] };
      case 'variable':
        return { ...node, position, path: [...node.path, ...path] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        this.fail(`unexpected . after term ${goQuote(nodeText(node))}`);
      // falls through
      default:
        return { type: 'chain', position, node, path };
    }
  }

  private term(): ArgumentNode | undefined {
    const token = this.peek();
    const position = token.position;
    const take = <T extends ArgumentNode>(node: T): T => {
      this.next();
      return node;
    };
    switch (token.type) {
      case 'identifier':
        if (!this.isFunction(token.text)) this.fail(`function ${goQuote(token.text)} not defined`, position);
        return take({ type: 'identifier', position, name: token.text });
      case 'dot':
        return take({ type: 'dot', position });
      case 'nil':
        return take({ type: 'nil', position });
      case 'variable':
        this.demandVariable(token.text, position);
        return take({ type: 'variable', position, name: token.text, path: [] });
      case 'field':
        return take({ type: 'field', position, path: [token.text.slice(1)] });
      case 'bool':
        return take({ type: 'bool', position, value: token.text === 'true' });
      case 'number':
      case 'character':
        return take({ type: 'number', position, text: token.text, value: this.number(token) });
      case 'string':
      case 'raw-string':
        return take({ type: 'string', position, text: token.text, value: this.unquote(token) });
      case 'open': {
        this.next();
        return this.pipeline('parenthesized pipeline', 'close');
      }
      default:
        return undefined;
    }
  }

  private number(token: Token): bigint | number {
    const { text } = token;
    if (token.type === 'character') {
      const character = goUnescape(text.slice(1, -1), "'");
      if (character === undefined || Array.from(character).length !== 1)
        this.fail(`malformed character constant: ${text}`, token.position);
      return BigInt(character.codePointAt(0) ?? 0);
    }
    const plain = text.replaceAll('_', '');
    const integer = /^([+-]?)(0[xXbBoO][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(plain);
    if (integer) {
      const digits = /^0[0-7]+$/.test(integer[2]) ? `0o${integer[2]}` : integer[2];
      return integer[1] === '-' ? -BigInt(digits) : BigInt(digits);
    }
    const value = Number(plain);
    if (!Number.isFinite(value)) this.fail(`illegal number syntax: ${goQuote(text)}`, token.position);
    return value;
  }
}

const STARTS_OPERAND = new Set<TokenType>([
  'bool',
  'character',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw-string',
  'string',
  'variable',
  'open',
]);
