import { InvariantError } from '@seatrial/kernel';
import type { ListNode, RedirectionNode } from './script-node.js';
import { SyntaxFailure, type SyntaxErrorDetail } from './syntax-error.js';

/** A here-document whose body starts after the current line. */
export interface PendingHereDocument {
  readonly redirection: RedirectionNode;
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly line: number;
}

export interface ReaderOptions {
  readonly flavour: 'bash' | 'ash';
  /** Value of an alias, or undefined. */
  readonly alias?: (name: string) => string | undefined;
  readonly extendedGlobs?: () => boolean;
  readonly firstLine?: number;
  /** Told of a here-document that the end of the text cut off. */
  readonly onCutHereDocument?: (line: number, startLine: number, delimiter: string) => void;
  /** Parsing stops when this throws. */
  readonly charge?: (steps: number) => void;
}

const MAX_DEPTH = 200;

/** The text being parsed, a position in it, and the here-documents that are still to come. */
export class ScriptReader {
  pos = 0;
  readonly pending: PendingHereDocument[] = [];
  private depth = 0;

  constructor(
    public text: string,
    readonly options: ReaderOptions,
    /** Parses the commands of a substitution up to its `)`; given by the command parser. */
    readonly parseSubstitution: (reader: ScriptReader) => ListNode,
  ) {}

  get char(): string {
    return this.text[this.pos] ?? '';
  }

  at(offset: number): string {
    return this.text[this.pos + offset] ?? '';
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.pos);
  }

  get ended(): boolean {
    return this.pos >= this.text.length;
  }

  private lineCache = { offset: 0, line: 0 };

  /** The line of an offset, counted from the first line of the whole script. */
  lineAt(offset: number): number {
    let { line } = this.lineCache;
    const from = this.lineCache.offset <= offset ? this.lineCache.offset : ((line = 0), 0);
    for (let i = from; i < offset; i++) if (this.text.charCodeAt(i) === 10) line++;
    this.lineCache = { offset, line };
    return line + (this.options.firstLine ?? 1);
  }

  get line(): number {
    return this.lineAt(this.pos);
  }

  fail(detail: SyntaxErrorDetail, offset = this.pos): never {
    throw new SyntaxFailure(detail, this.lineAt(Math.min(offset, this.text.length)));
  }

  /** bash counts the end of the text as a line of its own, even when no newline ends the last one. */
  failAtEnd(expecting?: string): never {
    const ends = this.text.endsWith('\n') ? 0 : 1;
    throw new SyntaxFailure(
      { kind: 'unexpected-end', ...(expecting === undefined ? {} : { expecting }) },
      this.lineAt(this.text.length) + ends,
    );
  }

  unexpected(token: string): never {
    this.fail({ kind: 'unexpected-token', token });
  }

  /** Blanks, escaped line ends and comments. */
  skipBlanks(): void {
    for (;;) {
      const { char } = this;
      if (char === ' ' || char === '\t') this.pos++;
      else if (char === '\\' && this.at(1) === '\n') this.pos += 2;
      else if (char === '#') {
        const end = this.text.indexOf('\n', this.pos);
        this.pos = end < 0 ? this.text.length : end;
      } else return;
    }
  }

  /** A reader of a piece of text that belongs to this script, for its expansions. */
  inner(text: string, line: number): ScriptReader {
    return new ScriptReader(text, { ...this.options, firstLine: line }, this.parseSubstitution);
  }

  /** Guards against texts nested so deep that parsing them would exhaust the stack. */
  nested<T>(parse: () => T): T {
    if (++this.depth > MAX_DEPTH) this.fail({ kind: 'other', text: 'maximum nesting level exceeded' });
    this.options.charge?.(1);
    const result = parse();
    this.depth--;
    return result;
  }

  /** Replaces what lies between two offsets (an alias and its value). */
  splice(start: number, end: number, replacement: string): void {
    if (start > end) throw new InvariantError('a splice runs backwards');
    this.text = this.text.slice(0, start) + replacement + this.text.slice(end);
    this.lineCache = { offset: 0, line: 0 };
  }
}
