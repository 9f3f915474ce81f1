import { fail, ok, type Result } from '@seatrial/kernel';

/** A value of the input, and how many line ends had been read when it was complete. */
export interface JqInput {
  readonly value: unknown;
  readonly line: number;
}

class JsonFailure extends Error {}

const MAX_DEPTH = 256;
const DELIMITERS = new Set([' ', '\t', '\r', '\n', '[', ']', '{', '}', ',', ':', '"']);

/** Reads JSON texts one after the other, with jq 1.6's errors (`Invalid numeric literal at line 1, column 6`). */
export class JqReader {
  private pos = 0;
  private line = 1;
  private column = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  /** The next value; undefined at the end; the error's text otherwise. */
  next(): Result<JqInput | undefined, string> {
    try {
      this.skip();
      if (this.pos >= this.text.length) return ok(undefined);
      const value = this.value();
      return ok({ value, line: this.linesRead() });
    } catch (error) {
      if (error instanceof JsonFailure) {
        this.pos = this.text.length;
        return fail(error.message);
      }
      throw error;
    }
  }

  /** jq reads line by line: the end of the line that a value ends on is counted. */
  private linesRead(): number {
    const end = this.text.indexOf('\n', this.pos);
    return end < 0 ? this.line - 1 : this.line;
  }

  private advance(): string {
    const char = this.text[this.pos++];
    if (char === '\n') {
      this.line++;
      this.column = 0;
    } else this.column++;
    return char;
  }

  private skip(): void {
    while (' \t\r\n\ufeff'.includes(this.text[this.pos] ?? 'x')) this.advance();
  }

  private failHere(message: string): never {
    throw new JsonFailure(`${message} at line ${String(this.line)}, column ${String(this.column)}`);
  }

  private failAtEnd(message: string): never {
    throw new JsonFailure(`${message} at EOF at line ${String(this.line)}, column ${String(this.column)}`);
  }

  private value(): unknown {
    this.skip();
    const char = this.text[this.pos];
    if (char === undefined) this.failAtEnd('Unfinished JSON term');
    if (++this.depth > MAX_DEPTH) this.failHere('Exceeds depth limit for parsing');
    try {
      if (char === '{') return this.object();
      if (char === '[') return this.array();
      if (char === '"') return this.string();
      if (char === ']' || char === '}') {
        this.advance();
        this.failHere(`Unmatched '${char}'`);
      }
      if (char === ',' || char === ':') {
        this.advance();
        this.failHere(char === ',' ? "Expected value before ','" : "Expected string key before ':'");
      }
      return this.word();
    } finally {
      this.depth--;
    }
  }

  private word(): unknown {
    let text = '';
    while (this.pos < this.text.length && !DELIMITERS.has(this.text[this.pos])) text += this.advance();
    const literals: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, nan: Number.NaN };
    if (Object.hasOwn(literals, text)) return literals[text];
    if (/^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return Number(text);
    if (this.pos >= this.text.length) this.failAtEnd('Invalid numeric literal');
    this.advance();
    this.failHere(/^[tfn]/.test(text) ? 'Invalid literal' : 'Invalid numeric literal');
  }

  private string(): string {
    this.advance();
    let raw = '';
    for (;;) {
      if (this.pos >= this.text.length) this.failAtEnd('Unfinished string');
      const char = this.advance();
      if (char === '"') break;
      raw += char === '\\' ? char + this.advance() : char;
    }
    return raw.replace(/\\u([0-9a-fA-F]{4})|\\(.)/g, (text, hex: string | undefined, char: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      const known: Readonly<Record<string, string>> = {
        n: '\n',
        t: '\t',
        r: '\r',
        b: '\b',
        f: '\f',
        '"': '"',
        '\\': '\\',
        '/': '/',
      };
      return known[char] ?? text;
    });
  }

  private array(): unknown[] {
    this.advance();
    const items: unknown[] = [];
    this.skip();
    if (this.text[this.pos] === ']') {
      this.advance();
      return items;
    }
    for (;;) {
      items.push(this.value());
      this.skip();
      if (this.pos >= this.text.length) this.failAtEnd('Unfinished JSON term');
      const char = this.advance();
      if (char === ']') return items;
      if (char === '}') this.failHere("Unmatched '}'");
      if (char !== ',')
        this.failHere(char === ':' ? "':' not as part of an object" : 'Expected separator between values');
      this.skip();
      if (this.text[this.pos] === ']') {
        this.advance();
        this.failHere('Expected another array element');
      }
    }
  }

  private object(): Record<string, unknown> {
    this.advance();
    const object: Record<string, unknown> = {};
    this.skip();
    if (this.text[this.pos] === '}') {
      this.advance();
      return object;
    }
    for (;;) {
      this.skip();
      if (this.pos >= this.text.length) this.failAtEnd('Unfinished JSON term');
      const key = this.value();
      this.skip();
      if (this.pos >= this.text.length) this.failAtEnd('Unfinished JSON term');
      const colon = this.advance();
      if (colon !== ':') this.failHere('Objects must consist of key:value pairs');
      if (typeof key !== 'string') this.failHere('Object keys must be strings');
      Object.defineProperty(object, key, { value: this.value(), enumerable: true, configurable: true, writable: true });
      this.skip();
      if (this.pos >= this.text.length) this.failAtEnd('Unfinished JSON term');
      const char = this.advance();
      if (char === '}') return object;
      if (char === ']') this.failHere("Unmatched ']'");
      if (char !== ',') this.failHere('Expected separator between values');
      this.skip();
      if (this.text[this.pos] === '}') {
        this.advance();
        this.failHere('Expected another key-value pair');
      }
    }
  }
}

/** One JSON text that is all of the string. */
export function parseJsonText(text: string): Result<unknown, string> {
  const reader = new JqReader(text);
  const first = reader.next();
  if (!first.ok) return first;
  if (!first.value) return ok(null);
  const second = reader.next();
  if (!second.ok) return second;
  return second.value ? fail('Unexpected extra JSON values') : ok(first.value.value);
}
