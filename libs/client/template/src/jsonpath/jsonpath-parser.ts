import { fail, ok, type Result } from '@seatrial/kernel';
import { goUnescape } from '../go-format/go-unquote.js';
import { FloatLiteral, type JsonPathNode, type SliceParameter } from './jsonpath-node.js';

type ListNode = Extract<JsonPathNode, { type: 'list' }>;

/** A template that does not parse. */
class Problem extends Error {}

/** Nested filters and unions are parsed as templates of their own, up to this depth. */
const MAX_DEPTH = 100;

/** Parses a template such as `{range .items[*]}{.metadata.name}{"\n"}{end}`; errors are client-go's texts. */
export function parseJsonPath(text: string): Result<readonly JsonPathNode[], string> {
  try {
    return ok(new Parser(text, 0).parse().nodes);
  } catch (problem) {
    if (problem instanceof Problem) return fail(problem.message);
    throw problem;
  }
}

const END = '';
const isLineEnd = (character: string): boolean => character === '\r' || character === '\n';
const isAlphaNumeric = (character: string): boolean => /^[\p{L}\p{Nd}_]$/u.test(character);
const TERMINATORS = new Set([' ', '\t', '\r', '\n', END, '.', ',', '[', ']', '$', '@', '{', '}']);

class Parser {
  private readonly root: ListNode = { type: 'list', nodes: [] };
  private current: ListNode = this.root;
  private position = 0;
  private start = 0;

  constructor(
    private readonly input: string,
    private readonly depth: number,
  ) {
    if (depth > MAX_DEPTH) throw new Problem('template is nested too deeply');
  }

  parse(): ListNode {
    while (this.parseText()) while (this.parseInsideAction());
    return this.root;
  }

  private consume(): string {
    const value = this.input.slice(this.start, this.position);
    this.start = this.position;
    return value;
  }

  private peek(): string {
    const code = this.input.codePointAt(this.position);
    return code === undefined ? END : String.fromCodePoint(code);
  }

  private next(): string {
    const character = this.peek();
    this.position += character.length;
    return character;
  }

  private append(node: JsonPathNode): void {
    this.current.nodes.push(node);
  }

  /** Text up to the next `{`; false at the end. */
  private parseText(): boolean {
    const open = this.input.indexOf('{', this.position);
    this.position = open < 0 ? this.input.length : open;
    if (this.position > this.start) this.root.nodes.push({ type: 'text', text: this.consume() });
    if (open < 0) return false;
    this.position++;
    this.consume();
    this.current = { type: 'list', nodes: [] };
    this.root.nodes.push(this.current);
    return true;
  }

  /** One part of what stands between braces; false after the closing brace. */
  private parseInsideAction(): boolean {
    if (this.input.startsWith('}', this.position)) {
      this.position++;
      this.consume();
      return false;
    }
    if (this.input.startsWith('[?(', this.position)) this.parseFilter();
    else if (this.input.startsWith('..', this.position)) this.parseRecursive();
    else this.parsePart();
    return true;
  }

  private parsePart(): void {
    const character = this.next();
    if (character === END || isLineEnd(character)) throw new Problem('unclosed action');
    if (character === ' ' || character === '@' || character === '$') this.consume();
    else if (character === '[') this.parseArray();
    else if (character === '"' || character === "'") this.parseQuote(character);
    else if (character === '.') this.parseField();
    else if (character === '+' || character === '-' || /^\p{Nd}$/u.test(character)) this.parseNumber();
    else if (isAlphaNumeric(character)) this.parseIdentifier();
    else {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      throw new Problem(`unrecognized character in action: U+${code} '${character}'`);
    }
  }

  private parseIdentifier(): void {
    while (!TERMINATORS.has(this.peek())) this.next();
    const name = this.consume();
    if (name === 'true' || name === 'false') this.append({ type: 'literal', value: name === 'true' });
    else this.append({ type: 'identifier', name });
  }

  private parseRecursive(): void {
    if (this.current.nodes.at(-1)?.type === 'recursive') throw new Problem('invalid multiple recursive descent');
    this.position += 2;
    this.consume();
    this.append({ type: 'recursive' });
    if (isAlphaNumeric(this.peek())) this.parseField();
  }

  private parseNumber(): void {
    while (/^[\p{Nd}.]$/u.test(this.peek())) this.next();
    const text = this.consume();
    if (/^[-+]?\d+$/.test(text)) this.append({ type: 'literal', value: Number(text) });
    else if (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text))
      this.append({ type: 'literal', value: new FloatLiteral(Number(text)) });
    else throw new Problem(`cannot parse number ${text}`);
  }

  private parseField(): void {
    this.consume();
    while (!TERMINATORS.has(this.peek())) if (this.next() === '\\') this.next();
    const name = this.consume();
    this.append(name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') });
  }

  private parseQuote(quote: string): void {
    for (;;) {
      const character = this.next();
      if (character === END || character === '\n') throw new Problem('unterminated quoted string');
      if (character === quote && this.input[this.position - 2] !== '\\') break;
    }
    const quoted = this.consume();
    const text = goUnescape(quoted.slice(1, -1), quote);
    if (quoted.length < 2 || text === undefined) throw new Problem(`unquote string ${quoted} error invalid syntax`);
    this.append({ type: 'text', text });
  }

  /** Parses a part as an action of its own. */
  private action(text: string): ListNode {
    const [first] = new Parser(`{${text}}`, this.depth + 1).parse().nodes;
    return first as ListNode;
  }

  private parseArray(): void {
    for (let character = this.next(); character !== ']'; character = this.next())
      if (character === END || character === '\n') throw new Problem('unterminated array');
    const inner = this.consume().slice(1, -1);
    const text = inner === '*' ? ':' : inner;
    const parts = text.split(',');
    if (parts.length > 1) {
      this.append({ type: 'union', nodes: parts.map((part) => this.action(`[${part.replace(/^ +| +$/g, '')}]`)) });
      return;
    }
    const key = /^'([^']*)'$/.exec(text);
    if (key) {
      for (const node of this.action(`.${key[1]}`).nodes) this.append(node);
      return;
    }
    const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
    if (!slice) throw new Problem(`invalid array index ${text}`);
    const start = parameter(slice[1]);
    const end =
      slice[2] === undefined ? { known: true, value: start.value + 1, derived: true } : parameter(slice[2].slice(1));
    this.append({ type: 'array', parameters: [start, end, parameter(slice[3]?.slice(1))] });
  }

  private parseFilter(): void {
    this.position += 3;
    this.consume();
    this.skipToFilterEnd();
    if (this.next() !== ']') throw new Problem('unclosed array expect ]');
    const text = this.consume().slice(0, -2);
    const comparison = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
    const empty: ListNode = { type: 'list', nodes: [] };
    if (!comparison) {
      this.append({ type: 'filter', left: this.action(text), right: empty, operator: 'exists' });
      return;
    }
    const [, left, operator, right] = comparison;
    this.append({ type: 'filter', left: this.action(left), right: this.action(right), operator });
  }

  private skipToFilterEnd(): void {
    let begun = false;
    let ended = false;
    let quote = '';
    for (;;) {
      const character = this.next();
      if (character === END || character === '\n') throw new Problem('unterminated filter');
      if (character === '"' || character === "'") {
        if (!begun) {
          begun = true;
          quote = character;
        } else if (this.input[this.position - 2] !== '\\' && character === quote) ended = true;
      } else if (character === ')' && begun === ended) return;
    }
  }
}

function parameter(text: string | undefined): SliceParameter {
  if (text === undefined || text === '') return { known: false, value: 0, derived: false };
  if (text === '-' || text.length > 18) throw new Problem(`array index ${text} is not a number`);
  return { known: true, value: Number(text), derived: false };
}
