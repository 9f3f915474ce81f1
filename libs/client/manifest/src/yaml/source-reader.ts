import { CR, LF, LINE_SEPARATOR, PARAGRAPH_SEPARATOR, isHighSurrogate } from './characters.js';
import { YamlProblem, type Mark } from './yaml-problem.js';

/** A YAML text with a place in it; columns count characters. */
export class SourceReader {
  private position = 0;
  line = 0;
  column = 0;

  constructor(private readonly text: string) {
    checkCharacters(text);
  }

  /** The code unit here or some units ahead; 0 at the end. */
  peek(ahead = 0): number {
    const index = this.position + ahead;
    return index < this.text.length ? this.text.charCodeAt(index) : 0;
  }

  is(character: string, ahead = 0): boolean {
    return this.text[this.position + ahead] === character;
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.position);
  }

  mark(): Mark {
    return { index: this.position, line: this.line, column: this.column };
  }

  get index(): number {
    return this.position;
  }

  skip(count = 1): void {
    for (let i = 0; i < count; i++) {
      this.position += isHighSurrogate(this.peek()) ? 2 : 1;
      this.column++;
    }
  }

  /** Takes one character. */
  read(): string {
    const start = this.position;
    this.skip();
    return this.text.slice(start, this.position);
  }

  /** Takes characters while the test holds for their first code unit. */
  readWhile(test: (code: number) => boolean): string {
    const start = this.position;
    while (this.position < this.text.length && test(this.peek())) this.skip();
    return this.text.slice(start, this.position);
  }

  /** Takes a line break and gives it as the YAML content has it: `\n`, or LS and PS as they are. */
  readLine(): string {
    const code = this.peek();
    this.position += code === CR && this.peek(1) === LF ? 2 : 1;
    this.nextLine();
    return code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR ? String.fromCharCode(code) : '\n';
  }

  nextLine(): void {
    this.column = 0;
    this.line++;
  }
}

// Everything but tab, line breaks and printable characters; lone surrogates are bytes that are not UTF-8.
const FORBIDDEN =
  /[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function checkCharacters(text: string): void {
  const found = FORBIDDEN.exec(text);
  if (!found) return;
  const code = text.charCodeAt(found.index);
  if (code < 0xd800 || code > 0xdfff) throw new YamlProblem('control characters are not allowed');
  const octet = code & 0xff;
  const width = octet >= 0xf8 || octet < 0xc0 ? 0 : octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
  if (width === 0) throw new YamlProblem('invalid leading UTF-8 octet');
  throw new YamlProblem(
    text.length - found.index < width ? 'incomplete UTF-8 octet sequence' : 'invalid trailing UTF-8 octet',
  );
}
