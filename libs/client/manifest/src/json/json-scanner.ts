import { encodeUtf8, utf8Length } from '@seatrial/kernel';
import { goQuoteRune } from '@seatrial/template';

/** Where a JSON text is wrong: `offset` counts bytes up to and including the wrong one (Go's SyntaxError). */
export interface JsonSyntaxError {
  readonly message: string;
  readonly offset: number;
}

/** How deep JSON may be nested (encoding/json allows 10000; JavaScript's stack does not). */
const MAX_DEPTH = 1000;

const SPACE = /[ \t\r\n]/;

class Problem extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/**
 * Finds the end of the JSON value that starts at `start` (white space before it is skipped), with the errors of Go's
 * encoding/json; undefined when nothing but white space is left.
 */
export function scanJsonValue(
  text: string,
  start = 0,
): { readonly start: number; readonly end: number } | JsonSyntaxError | undefined {
  const scanner = new JsonScanner(text, start);
  try {
    return scanner.scan();
  } catch (problem) {
    if (problem instanceof Problem) return { message: problem.message, offset: problem.offset };
    throw problem;
  }
}

class JsonScanner {
  constructor(
    private readonly text: string,
    private position: number,
  ) {}

  scan(): { readonly start: number; readonly end: number } | undefined {
    this.skipSpace();
    if (this.position >= this.text.length) return undefined;
    const start = this.position;
    const open: ('{' | '[')[] = [];
    for (;;) {
      if (this.openValue(open)) continue;
      // A value has ended: close what it completes.
      for (;;) {
        if (open.length === 0) return { start, end: this.position };
        if (this.continues(open)) break;
      }
    }
  }

  private fail(context: string): never {
    if (this.position >= this.text.length) throw new Problem('unexpected EOF', this.position);
    // encoding/json looks at bytes.
    const [byte] = encodeUtf8(String.fromCodePoint(this.text.codePointAt(this.position) ?? 0));
    const offset = utf8Length(this.text.slice(0, this.position)) + 1;
    throw new Problem(`invalid character ${quoteCharacter(byte)} ${context}`, offset);
  }

  private skipSpace(): void {
    while (this.position < this.text.length && SPACE.test(this.text[this.position])) this.position++;
  }

  private at(character: string): boolean {
    return this.text[this.position] === character;
  }

  /** Reads a scalar or an empty collection (false), or enters a collection (true). */
  private openValue(open: ('{' | '[')[]): boolean {
    this.skipSpace();
    const character = this.text[this.position];
    if (character === '{' || character === '[') {
      this.position++;
      this.skipSpace();
      if (this.at(character === '{' ? '}' : ']')) {
        this.position++;
        return false;
      }
      open.push(character);
      if (open.length > MAX_DEPTH) throw new Problem('exceeded max depth', this.position);
      if (character === '{') this.key();
      return true;
    }
    if (character === '"') this.string();
    else if (character === 't') this.literal('true');
    else if (character === 'f') this.literal('false');
    else if (character === 'n') this.literal('null');
    else if (character === '-' || (character >= '0' && character <= '9')) this.number();
    else this.fail('looking for beginning of value');
    return false;
  }

  /** After a value in a collection: true when another follows, false when the collection has ended. */
  private continues(open: ('{' | '[')[]): boolean {
    const inObject = open[open.length - 1] === '{';
    this.skipSpace();
    if (this.at(',')) {
      this.position++;
      this.skipSpace();
      if (inObject) this.key();
      return true;
    }
    if (!this.at(inObject ? '}' : ']')) this.fail(inObject ? 'after object key:value pair' : 'after array element');
    this.position++;
    open.pop();
    return false;
  }

  private key(): void {
    if (!this.at('"')) this.fail('looking for beginning of object key string');
    this.string();
    this.skipSpace();
    if (!this.at(':')) this.fail('after object key');
    this.position++;
  }

  private string(): void {
    this.position++;
    for (; !this.at('"'); this.position++) {
      const code = this.text.charCodeAt(this.position);
      if (!(code >= 0x20)) this.fail('in string literal');
      if (code !== 92) continue;
      this.position++;
      if (this.at('u')) {
        for (let digit = 0; digit < 4; digit++) {
          this.position++;
          if (!/[0-9a-fA-F]/.test(this.text[this.position] ?? '')) this.fail('in \\u hexadecimal character escape');
        }
      } else if (!'bfnrt\\/"'.includes(this.text[this.position] ?? ' ')) this.fail('in string escape code');
    }
    this.position++;
  }

  private literal(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (!this.at(word[i])) this.fail(`in literal ${word} (expecting ${quoteCharacter(word.charCodeAt(i))})`);
      this.position++;
    }
  }

  private digits(context: string): void {
    if (!/[0-9]/.test(this.text[this.position] ?? '')) this.fail(context);
    while (/[0-9]/.test(this.text[this.position] ?? '')) this.position++;
  }

  private number(): void {
    if (this.at('-')) this.position++;
    if (this.at('0')) this.position++;
    else this.digits('in numeric literal');
    if (this.at('.')) {
      this.position++;
      this.digits('after decimal point in numeric literal');
    }
    if (this.at('e') || this.at('E')) {
      this.position++;
      if (this.at('+') || this.at('-')) this.position++;
      this.digits('in exponent of numeric literal');
    }
  }
}

function quoteCharacter(code: number): string {
  if (code === 39) return `'\\''`;
  if (code === 34) return `'"'`;
  return goQuoteRune(code);
}
