import { isJsonObject, setOwn } from '@seatrial/kernel';

type Table = Record<string, unknown>;

/** A place where a text is no TOML, in the words of BurntSushi's parser. */
class TomlProblem extends Error {}

/** A text of which it is not known here what the parser makes of it. */
class Uncertain extends Error {
  constructor(readonly what: string) {
    super(what);
  }
}

const BARE = /[A-Za-z0-9_-]/;
const INTEGER = /^[+-]?(?:0|[1-9](?:_?\d)*)$/;
const BASED = /^0(?:x[\da-fA-F](?:_?[\da-fA-F])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/;
const FLOAT = /^[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?$/;
const SPECIAL: Readonly<Record<string, number>> = { inf: Infinity, nan: NaN };
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001b',
  '"': '"',
  '\\': '\\',
};
const MAX_DEPTH = 100;

class Parser {
  private at = 0;
  private line = 1;
  private lastKey = '';
  /** Tables by their headings, which may be written once. */
  private readonly defined = new Set<Table>();

  constructor(private readonly text: string) {}

  parse(): Table {
    const root: Table = {};
    let current = root;
    for (;;) {
      this.skip(true);
      if (this.ended) return root;
      if (this.peek() === '[') current = this.heading(root);
      else this.keyValue(current);
      this.endOfItem();
    }
  }

  private get ended(): boolean {
    return this.at >= this.text.length;
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private next(): string {
    const char = this.text.charAt(this.at++);
    if (char === '\n') this.line++;
    return char;
  }

  private starts(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  private take(text: string): boolean {
    if (!this.starts(text)) return false;
    for (let taken = 0; taken < text.length; taken++) this.next();
    return true;
  }

  private fail(text: string): never {
    const key = this.lastKey === '' ? '' : ` (last key ${JSON.stringify(this.lastKey)})`;
    throw new TomlProblem(`toml: line ${String(this.line)}${key}: ${text}`);
  }

  /** Blanks, and where lines may end, comments and lines. */
  private skip(lines: boolean): void {
    for (;;) {
      if (/[ \t]/.test(this.peek())) this.next();
      else if (this.peek() === '#' && lines) while (!this.ended && this.peek() !== '\n') this.next();
      else if (lines && (this.peek() === '\n' || this.starts('\r\n'))) this.next();
      else return;
    }
  }

  private endOfItem(): void {
    this.skip(false);
    const char = this.peek();
    if (this.ended || char === '#' || char === '\n' || this.starts('\r\n')) {
      this.lastKey = '';
      return;
    }
    this.lastKey = '';
    this.fail(`expected a top-level item to end with a newline, comment, or EOF, but got '${char}' instead`);
  }

  private key(ends: string): string[] {
    const parts: string[] = [];
    for (;;) {
      this.skip(false);
      const char = this.peek();
      if (char === '"' || char === "'") parts.push(this.string());
      else {
        let part = '';
        while (!this.ended && BARE.test(this.peek())) part += this.next();
        if (part === '') throw new Uncertain(`the TOML key at line ${String(this.line)}`);
        parts.push(part);
      }
      this.skip(false);
      if (this.peek() !== '.') break;
      this.next();
    }
    if (this.starts(ends)) return parts;
    if (ends !== '=')
      this.fail(`expected '.' or ']' to end table name, but got '${this.ended ? '\\x00' : this.peek()}' instead`);
    if (this.ended) this.fail("unexpected EOF; expected key separator '='");
    return this.fail(`expected '.' or '=', but got '${this.peek()}' instead`);
  }

  private duplicate(path: readonly string[]): never {
    return this.fail(`Key '${path.join('.')}' has already been defined.`);
  }

  /** The table that a path leads to, made where there is none. */
  private descend(from: Table, path: readonly string[]): Table {
    let table = from;
    for (const [index, part] of path.entries()) {
      if (!Object.hasOwn(table, part)) setOwn(table, part, {});
      const found = table[part];
      const below: unknown = Array.isArray(found) ? (found as unknown[]).at(-1) : found;
      if (!isJsonObject(below)) this.duplicate(path.slice(0, index + 1));
      table = below;
    }
    return table;
  }

  private heading(root: Table): Table {
    const isArray = this.take('[[');
    if (!isArray) this.next();
    const path = this.key(isArray ? ']]' : ']');
    this.take(isArray ? ']]' : ']');
    const parent = this.descend(root, path.slice(0, -1));
    const name = path[path.length - 1];
    if (isArray) {
      const known = Object.hasOwn(parent, name) ? parent[name] : [];
      if (!Array.isArray(known)) this.duplicate(path);
      const made: Table = {};
      setOwn(parent, name, [...(known as unknown[]), made]);
      return made;
    }
    if (Object.hasOwn(parent, name) && !isJsonObject(parent[name])) this.duplicate(path);
    const table = this.descend(parent, [name]);
    if (this.defined.has(table)) this.duplicate(path);
    this.defined.add(table);
    return table;
  }

  private keyValue(table: Table, depth = 0): void {
    const path = this.key('=');
    this.take('=');
    this.lastKey = path.join('.');
    const parent = this.descend(table, path.slice(0, -1));
    const name = path[path.length - 1];
    const value = this.value(depth);
    if (Object.hasOwn(parent, name)) this.duplicate(path);
    setOwn(parent, name, value);
  }

  private value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new Uncertain('TOML that is nested deeply');
    this.skip(false);
    if (this.ended || this.peek() === '\n') {
      if (this.ended) this.fail('unexpected EOF; expected value');
      this.fail("expected value but found '\\n' instead");
    }
    const char = this.peek();
    if (char === '"' || char === "'") return this.string();
    if (char === '[') return this.array(depth);
    if (char === '{') return this.inlineTable(depth);
    return this.scalar();
  }

  private scalar(): unknown {
    const [word] = /^[\w.+:-]*/.exec(this.text.slice(this.at, this.at + 200)) ?? [''];
    const { line } = this;
    this.at += word.length;
    if (word === 'true' || word === 'false') return word === 'true';
    const bare = word.replace(/^[+-]/, '');
    if (Object.hasOwn(SPECIAL, bare)) return word.startsWith('-') ? -SPECIAL[bare] : SPECIAL[bare];
    const digits = word.replaceAll('_', '');
    if (INTEGER.test(word) || BASED.test(word))
      return word.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace('+', ''));
    if (FLOAT.test(word)) return Number(digits);
    if (/^[+-]?0\d+$/.test(word)) this.fail(`Invalid integer ${JSON.stringify(word)}: cannot have leading zeroes`);
    if (/^[A-Za-z]\w*$/.test(word)) this.fail(`expected value but found ${JSON.stringify(word)} instead`);
    // Dates are times in templates, which have methods; other mistakes have texts of their own.
    throw new Uncertain(`the TOML value ${word === '' ? `at line ${String(line)}` : word}`);
  }

  private array(depth: number): unknown[] {
    this.next();
    const items: unknown[] = [];
    for (;;) {
      this.skip(true);
      if (this.take(']')) return items;
      if (!this.ended) items.push(this.value(depth + 1));
      this.skip(true);
      if (this.take(',')) continue;
      if (this.take(']')) return items;
      const found = this.ended ? 'end of file' : `'${this.peek()}'`;
      this.fail(`expected a comma (',') or array terminator (']'), but got ${found}`);
    }
  }

  private inlineTable(depth: number): Table {
    this.next();
    const table: Table = {};
    this.skip(false);
    if (this.take('}')) return table;
    for (;;) {
      this.keyValue(table, depth + 1);
      this.skip(false);
      if (this.take('}')) return table;
      if (!this.take(',')) throw new Uncertain(`the TOML table at line ${String(this.line)}`);
    }
  }

  private string(): string {
    for (const mark of ['"""', "'''"]) if (this.take(mark)) return this.longString(mark);
    const mark = this.next();
    let text = '';
    for (;;) {
      if (this.ended) this.fail(`unexpected EOF; expected '${mark}'`);
      if (this.peek() === '\n') this.fail('strings cannot contain newlines');
      const char = this.next();
      if (char === mark) return text;
      text += char === '\\' && mark === '"' ? this.escape() : char;
    }
  }

  private longString(mark: string): string {
    if (!this.take('\n')) this.take('\r\n');
    let text = '';
    for (;;) {
      if (this.ended) throw new Uncertain('TOML that ends in a string');
      if (this.starts(mark) && !this.starts(mark + mark.charAt(0))) {
        this.take(mark);
        return text;
      }
      const char = this.next();
      if (char !== '\\' || mark !== '"""') text += char;
      else if (/^[ \t]*\r?\n/.test(this.text.slice(this.at, this.at + 200)))
        while (/[ \t\r\n]/.test(this.peek())) this.next();
      else text += this.escape();
    }
  }

  private escape(): string {
    const char = this.next();
    if (Object.hasOwn(ESCAPES, char)) return ESCAPES[char];
    const length = { u: 4, U: 8, x: 2 }[char] ?? 0;
    const digits = this.text.slice(this.at, this.at + length);
    if (
      length === 0 ||
      !/^[\da-fA-F]+$/.test(digits) ||
      digits.length < length ||
      Number.parseInt(digits, 16) > 0x10_ff_ff
    )
      throw new Uncertain(`the TOML escape \\${char}`);
    this.at += length;
    return String.fromCodePoint(Number.parseInt(digits, 16));
  }
}

/**
 * `fromToml`: what BurntSushi's parser v1.5 makes of a text, or under `Error` what it says of a mistake. What is not
 * known of it is told.
 */
export function fromToml(text: string, onUnsupported: ((what: string) => void) | undefined): Table {
  try {
    return new Parser(text).parse();
  } catch (problem) {
    if (problem instanceof Uncertain) onUnsupported?.(`${problem.what} in fromToml`);
    if (problem instanceof TomlProblem || problem instanceof Uncertain) return { Error: problem.message };
    throw problem;
  }
}
