import { goQuote } from '@seatrial/kernel';
import { goUnescape } from '../go-format/go-unquote.js';
import { tokenText, tokenize, type Token, type TokenType } from './lexer.js';
import { nodeText, type ArgumentNode, type CommandNode, type PipeNode } from './node.js';
import { TemplateProblem } from './template-problem.js';

/** How deep blocks and parentheses may be nested (Go allows 10000 parentheses). */
export const MAX_DEPTH = 500;

/** Parses pipelines, as text/template/parse does: declarations, commands and operands. */
export class PipelineParser {
  protected readonly tokens: readonly Token[];
  protected index = 0;
  protected variables: string[] = ['$'];

  /** Behind the brackets of the action that is being read. */
  protected actionStart = 0;

  protected depth = 0;

  constructor(
    protected readonly name: string,
    protected readonly text: string,
    protected readonly isFunction: (name: string) => boolean,
  ) {
    this.tokens = tokenize(text);
  }

  protected fail(message: string, position = this.peek().position): never {
    const line = this.text.slice(0, position).split('\n').length;
    throw new TemplateProblem(`template: ${this.name}:${String(line)}: ${message}`);
  }

  protected unexpectedIn(token: Token, context: string): never {
    if (token.type === 'error') {
      // An action that began in another line is named.
      const [began, here] = [this.actionStart, token.position].map((at) => this.text.slice(0, at).split('\n').length);
      const extra = ` in action started at ${this.name}:${String(began)}`;
      const named = token.text.endsWith(' action') ? extra.slice(' in action'.length) : extra;
      this.fail(token.text + (this.actionStart > 0 && began !== here ? named : ''), token.position);
    }
    this.fail(`unexpected ${tokenText(token)} in ${context}`, token.position);
  }

  protected peek(): Token {
    return this.tokens[this.index];
  }

  protected next(): Token {
    const token = this.tokens[this.index];
    if (this.index < this.tokens.length - 1) this.index++;
    return token;
  }

  protected skipSpace(): Token {
    while (this.peek().type === 'space') this.index++;
    return this.peek();
  }

  protected nextNonSpace(): Token {
    this.skipSpace();
    return this.next();
  }

  protected expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace();
    if (token.type !== type) this.unexpectedIn(token, context);
    return token;
  }

  protected unquote(token: Token): string {
    if (token.type === 'raw-string') return token.text.slice(1, -1).replaceAll('\r', '');
    return goUnescape(token.text.slice(1, -1), '"') ?? this.fail('invalid syntax', token.position);
  }

  protected pipeline(context: string, end: 'right' | 'close'): PipeNode {
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

  protected declarations(context: string): { names: string[]; assign: boolean } {
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

  protected demandVariable(name: string, position: number): void {
    if (!this.variables.includes(name)) this.fail(`undefined variable ${goQuote(name)}`, position);
  }

  protected checkPipeline(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    commands.slice(1).forEach((command, index) => {
      const first = command.words[0];
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(first.type))
        this.fail(`non executable command in pipeline stage ${String(index + 2)}`, command.position);
    });
  }

  protected command(): CommandNode {
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

  protected operand(): ArgumentNode | undefined {
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

  protected term(): ArgumentNode | undefined {
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

  protected number(token: Token): bigint | number {
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
