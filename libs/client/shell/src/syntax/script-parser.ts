import { fail, ok, type Result } from '@seatrial/kernel';
import { parseCompound, isCompoundStart } from './compound-parser.js';
import type {
  AndOrNode,
  AssignmentNode,
  CommandNode,
  ListNode,
  PipelineNode,
  RedirectionNode,
  RedirectionOperator,
  SimpleCommandNode,
  WordNode,
  WordPart,
} from './script-node.js';
import { ScriptReader, type ReaderOptions } from './script-reader.js';
import { SyntaxFailure, type ScriptSyntaxError } from './syntax-error.js';
import { TokenReader, type Token } from './token-reader.js';
import { parseText } from './word-parser.js';

const REDIRECTIONS = new Set(['<', '>', '>>', '>&', '<&', '<>', '>|', '&>', '&>>', '<<<', '<<', '<<-']);
const RESERVED_END = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}']);
const MAX_ALIAS_EXPANSIONS = 20;

/**
 * Reads a script command by command, as a shell does: what comes before a syntax error runs.
 * The grammar is POSIX's with bash 5.2's extensions.
 */
export class ScriptParser {
  readonly tokens: TokenReader;

  private constructor(readonly reader: ScriptReader) {
    this.tokens = new TokenReader(reader);
  }

  static of(text: string, options: ReaderOptions): ScriptParser {
    // Shells read a last line without its end as if it had one.
    const whole = text.endsWith('\n') ? text : `${text}\n`;
    return new ScriptParser(new ScriptReader(whole, options, (reader) => ScriptParser.parseSubstitution(reader)));
  }

  /** The parts of a text as between double quotes. */
  static textParts(text: string, options: ReaderOptions): readonly WordPart[] {
    return parseText(
      new ScriptReader(text, options, (reader) => ScriptParser.parseSubstitution(reader)),
      'here-document',
    );
  }

  private static parseSubstitution(reader: ScriptReader): ListNode {
    const pending = reader.pending.splice(0);
    const parser = new ScriptParser(reader);
    const list = parser.parseList();
    if (!parser.tokens.isOperator(')')) {
      if (parser.tokens.peek().kind === 'end') reader.fail({ kind: 'unmatched', quote: ')' }, reader.text.length);
      parser.tokens.unexpected();
    }
    parser.tokens.next();
    reader.pending.push(...pending);
    return list;
  }

  /** The next complete command (a line with all that belongs to it), or undefined at the end. */
  nextCommand(): Result<ListNode | undefined, ScriptSyntaxError> {
    try {
      this.tokens.skipNewlines();
      if (this.tokens.peek().kind === 'end') return ok(undefined);
      const items: AndOrNode[] = [];
      do {
        items.push(this.parseAndOr());
      } while (!['newline', 'end'].includes(this.tokens.peek().kind) && this.continuesLine());
      // Reads the bodies of here-documents that follow.
      if (this.tokens.peek().kind === 'newline') this.tokens.next();
      return ok({ items });
    } catch (error) {
      if (!(error instanceof SyntaxFailure)) throw error;
      return fail({ detail: error.detail, line: error.line, lineText: this.lineText(error.line) });
    }
  }

  private continuesLine(): boolean {
    const token = this.tokens.peek();
    if (token.kind === 'operator' && this.previousSeparated && token.text !== ')' && token.text !== ';') return true;
    if (this.previousSeparated && token.kind !== 'operator') return true;
    this.tokens.unexpected();
  }

  private previousSeparated = false;

  /** The source from a byte offset on; what a failed parse leaves is skipped. */
  get offset(): number {
    return this.reader.pos;
  }

  /** Whether nothing of the text is left. */
  get isAtEnd(): boolean {
    return this.reader.ended;
  }

  /** What was read since an offset. */
  textFrom(offset: number): string {
    return this.reader.text.slice(offset, this.reader.pos);
  }

  private lineText(line: number): string {
    return this.reader.text.split('\n')[line - (this.reader.options.firstLine ?? 1)] ?? '';
  }

  /** Commands up to something that cannot start one (a closing word or parenthesis, the end). */
  parseList(): ListNode {
    const items: AndOrNode[] = [];
    for (;;) {
      this.tokens.skipNewlines();
      if (this.endsList()) return { items };
      items.push(this.parseAndOr());
      if (!this.previousSeparated && this.tokens.peek().kind !== 'newline') return { items };
    }
  }

  /** A list that must hold a command; `expecting` as in {@link TokenReader.unexpected}. */
  parseBody(expecting: string): ListNode {
    const list = this.parseList();
    if (list.items.length === 0) this.tokens.unexpected(expecting);
    return list;
  }

  private endsList(): boolean {
    const token = this.tokens.peek();
    if (token.kind === 'end') return true;
    if (token.kind === 'operator') return [')', ';;', ';&', ';;&'].includes(token.text);
    return token.kind === 'word' && RESERVED_END.has(token.word.text);
  }

  private parseAndOr(): AndOrNode {
    const { start } = this.tokens.peek();
    const line = this.reader.lineAt(start);
    const first = this.parsePipeline();
    const rest: AndOrNode['rest'][number][] = [];
    while (this.tokens.isOperator('&&') || this.tokens.isOperator('||')) {
      const operator = this.tokens.isOperator('&&') ? '&&' : '||';
      this.tokens.next();
      this.tokens.skipNewlines();
      rest.push({ operator, pipeline: this.parsePipeline() });
    }
    const end = this.tokens.peek().start;
    const background = this.tokens.isOperator('&');
    this.previousSeparated = background || this.tokens.isOperator(';');
    if (this.previousSeparated) this.tokens.next();
    const text = this.reader.text.slice(start, end).trim();
    return { first, rest, background, start, end, line, text };
  }

  private parsePipeline(): PipelineNode {
    const line = this.reader.lineAt(this.tokens.peek().start);
    let negated = false;
    let timed: boolean | 'posix' = false;
    for (;;) {
      if (this.tokens.isWord('!')) negated = !negated;
      else if (this.tokens.isWord('time') && this.reader.options.flavour === 'bash') timed = true;
      else break;
      this.tokens.next();
      if (timed === true && this.tokens.isWord('-p')) {
        timed = 'posix';
        this.tokens.next();
      }
    }
    const ended = ['newline', 'end'].includes(this.tokens.peek().kind) || this.tokens.isOperator(';');
    if ((negated || timed) && ended) return { commands: [], withStderr: [], negated, timed, line };
    const commands = [this.parseCommand()];
    const withStderr: boolean[] = [];
    while (this.tokens.isOperator('|') || this.tokens.isOperator('|&')) {
      withStderr.push(this.tokens.isOperator('|&'));
      this.tokens.next();
      this.tokens.skipNewlines();
      commands.push(this.parseCommand());
    }
    return { commands, withStderr, negated, timed, line };
  }

  parseCommand(): CommandNode {
    return this.reader.nested(() => {
      this.expandAliases();
      const token = this.tokens.peek();
      if (isCompoundStart(token, this.reader.options.flavour)) return parseCompound(this);
      if (token.kind === 'word' && RESERVED_END.has(token.word.text)) this.tokens.unexpected();
      if (token.kind === 'word' && token.word.text === 'function') {
        this.tokens.next();
        return this.parseFunction(token.start, true);
      }
      const isCoprocess = token.kind === 'word' && token.word.text === 'coproc';
      return isCoprocess && this.reader.options.flavour === 'bash' ? this.parseCoprocess() : this.parseSimple();
    });
  }

  private parseCoprocess(): CommandNode {
    const { start } = this.tokens.next();
    const first = this.tokens.peek();
    const line = this.reader.lineAt(start);
    let name = 'COPROC';
    if (first.kind === 'word' && !isCompoundStart(first, 'bash')) {
      this.tokens.next();
      // A name is one only before a compound command.
      if (isCompoundStart(this.tokens.peek(), 'bash')) name = first.word.text;
      else {
        this.tokens.rewind();
        this.reader.pos = first.start;
      }
    }
    const command = this.parseCommand();
    const text = this.reader.text.slice(start, this.tokens.peek().start).trim();
    return { type: 'coproc', name, command, line, text };
  }

  private expandAliases(): void {
    const { alias } = this.reader.options;
    const seen = new Set<string>();
    for (let count = 0; alias && count < MAX_ALIAS_EXPANSIONS; count++) {
      const token = this.tokens.peek();
      const value = token.kind === 'word' && !seen.has(token.word.text) ? alias(token.word.text) : undefined;
      if (value === undefined || token.kind !== 'word') return;
      seen.add(token.word.text);
      this.tokens.rewind();
      this.reader.splice(token.start, token.end, value);
    }
  }

  private parseFunction(start: number, keyword: boolean): CommandNode {
    const name = this.tokens.next();
    if (name.kind !== 'word') return this.tokens.unexpected();
    if (!keyword || this.tokens.isOperator('(')) {
      this.tokens.next();
      if (!this.tokens.isOperator(')')) this.tokens.unexpected(')');
      this.tokens.next();
    }
    this.tokens.skipNewlines();
    if (!isCompoundStart(this.tokens.peek(), this.reader.options.flavour)) this.tokens.unexpected();
    const body = parseCompound(this);
    const text = this.reader.text.slice(start, this.tokens.peek().start).trim();
    return { type: 'function', name: name.word.text, body, line: this.reader.lineAt(start), text };
  }

  private parseSimple(): CommandNode {
    const { start } = this.tokens.peek();
    const assignments: AssignmentNode[] = [];
    const words: SimpleCommandNode['words'][number][] = [];
    const redirections: RedirectionNode[] = [];
    let end = start;
    for (;;) {
      const token = this.tokens.peek();
      if (this.startsRedirection(token)) redirections.push(this.parseRedirection());
      else if (token.kind !== 'word') break;
      else {
        this.tokens.next();
        if (token.assignment && words.length === 0) assignments.push(token.assignment);
        else words.push(token.assignment ? { ...token.word, assignment: token.assignment } : token.word);
        if (words.length === 1 && assignments.length + redirections.length === 0 && this.tokens.isOperator('(')) {
          this.tokens.rewind();
          this.reader.pos = start;
          return this.parseFunction(start, false);
        }
      }
      end = this.reader.pos;
    }
    if (assignments.length + words.length + redirections.length === 0) this.tokens.unexpected();
    const text = this.reader.text.slice(start, Math.min(end, this.tokens.peek().start)).trim();
    return { type: 'simple', assignments, words, redirections, line: this.reader.lineAt(start), text };
  }

  private startsRedirection(token: Token): boolean {
    return token.kind === 'descriptor' || (token.kind === 'operator' && REDIRECTIONS.has(token.text));
  }

  /** Redirections after a compound command. */
  parseRedirections(): RedirectionNode[] {
    const redirections: RedirectionNode[] = [];
    while (this.startsRedirection(this.tokens.peek())) redirections.push(this.parseRedirection());
    return redirections;
  }

  private parseRedirection(): RedirectionNode {
    const first = this.tokens.next();
    const operatorToken = first.kind === 'descriptor' ? this.tokens.next() : first;
    const operator = (operatorToken.kind === 'operator' ? operatorToken.text : '') as RedirectionOperator;
    const targetToken = this.tokens.peek();
    if (targetToken.kind === 'descriptor') {
      // `>&2>x` and the like: the digits are the target.
      this.tokens.next();
      const target: WordNode = {
        parts: [{ type: 'literal', text: targetToken.text }],
        text: targetToken.text,
        line: 0,
      };
      return redirectionOf(first, operator, target);
    }
    if (targetToken.kind !== 'word') return this.tokens.unexpected();
    this.tokens.next();
    const redirection = redirectionOf(first, operator, targetToken.word);
    if (operator === '<<' || operator === '<<-') this.expectHereDocument(redirection, targetToken.word);
    return redirection;
  }

  private expectHereDocument(redirection: RedirectionNode, word: WordNode): void {
    this.reader.pending.push({
      redirection,
      delimiter: unquotedText(word.parts),
      quoted: word.parts.some((part) => part.type === 'quoted' || part.type === 'double'),
      stripTabs: redirection.operator === '<<-',
      line: word.line,
    });
  }
}

function redirectionOf(first: Token, operator: RedirectionOperator, target: WordNode): RedirectionNode {
  if (first.kind !== 'descriptor') return { operator, target };
  return first.variable === undefined
    ? { operator, target, descriptor: first.number ?? 0 }
    : { operator, target, variable: first.variable };
}

function unquotedText(parts: readonly WordPart[]): string {
  return parts
    .map((part) => {
      if (part.type === 'literal' || part.type === 'quoted') return part.text;
      if (part.type === 'double') return unquotedText(part.parts);
      return 'source' in part ? part.source : '';
    })
    .join('');
}
