import { goFloat, isJsonObject, utf8Length } from '@seatrial/kernel';
import { isBreak } from './characters.js';
import { compareKeys } from './key-order.js';
import { chooseStyle, isPrintable, isSimpleKey, type ScalarStyle } from './scalar-style.js';

/** After this column plain and quoted texts are folded at the next space. */
const BEST_WIDTH = 80;
const INDENT = 2;

const ESCAPES: Readonly<Record<number, string>> = {
  0: '0',
  7: 'a',
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  27: 'e',
  34: '"',
  92: '\\',
  0x85: 'N',
  0xa0: '_',
  0x2028: 'L',
  0x2029: 'P',
};

/**
 * A JSON value as sigs.k8s.io/yaml `Marshal` prints it: keys in goyaml's order, sequences not indented under their
 * key, goyaml v2's quoting and folding. Ends with a line break. Members that are undefined are left out.
 */
export function toYaml(value: unknown): string {
  const emitter = new Emitter(BEST_WIDTH, false);
  emitter.root(value);
  return emitter.text();
}

/** The same as go.yaml.in/yaml/v3 prints it with an indentation of two: sequences stand further in than their key, lines are as long as they are. */
export function toIndentedYaml(value: unknown): string {
  const emitter = new Emitter(Infinity, true);
  emitter.root(value);
  return emitter.text();
}

class Emitter {
  private readonly pieces: string[] = [];
  private column = 0;
  /** Whether the last thing written was whitespace or an indicator that needs none after it. */
  private whitespace = true;
  /** Whether only indentation was written on this line. */
  private indention = true;

  constructor(
    private readonly width: number,
    private readonly indentsSequences: boolean,
  ) {}

  text(): string {
    return this.pieces.join('');
  }

  root(value: unknown): void {
    this.node(value, -1, false);
    if (this.column > 0) this.lineBreak();
  }

  private write(text: string): void {
    this.pieces.push(text);
    this.column += text.length;
  }

  private lineBreak(): void {
    this.pieces.push('\n');
    this.column = 0;
  }

  private writeIndent(indent: number): void {
    const width = Math.max(indent, 0);
    if (!this.indention || this.column > width || (this.column === width && !this.whitespace)) this.lineBreak();
    if (this.column < width) this.write(' '.repeat(width - this.column));
    this.whitespace = true;
    this.indention = true;
  }

  private indicator(text: string, needsWhitespace: boolean, isWhitespace: boolean, isIndention: boolean): void {
    if (needsWhitespace && !this.whitespace) this.write(' ');
    this.write(text);
    this.whitespace = isWhitespace;
    this.indention &&= isIndention;
  }

  /** `indent` is that of the collection the value stands in, -1 at the root. */
  private node(value: unknown, indent: number, inMapping: boolean): void {
    if (Array.isArray(value)) this.sequence(value, indent, inMapping);
    else if (isJsonObject(value)) this.mapping(value, indent);
    else if (typeof value === 'string') this.scalar(value, indent, false);
    else this.plain(scalarText(value), Math.max(indent, 0) + INDENT, false);
  }

  private sequence(items: readonly unknown[], indent: number, inMapping: boolean): void {
    if (items.length === 0) {
      this.emptyCollection('[', ']');
      return;
    }
    // The items of a mapping's sequence stand under the key, not further in.
    const inMappingsPlace = inMapping && !this.indention && !this.indentsSequences;
    const inner = indent < 0 ? 0 : inMappingsPlace ? indent : indent + INDENT;
    for (const item of items) {
      this.writeIndent(inner);
      this.indicator('-', true, false, true);
      this.node(item, inner, false);
    }
  }

  private mapping(object: Readonly<Record<string, unknown>>, indent: number): void {
    const keys = Object.keys(object).filter((key) => object[key] !== undefined);
    if (keys.length === 0) {
      this.emptyCollection('{', '}');
      return;
    }
    const inner = indent < 0 ? 0 : indent + INDENT;
    for (const key of keys.sort(compareKeys)) {
      this.writeIndent(inner);
      if (isSimpleKey(key, utf8Length(key))) {
        this.scalar(key, inner, true);
        this.indicator(':', false, false, false);
      } else {
        this.indicator('?', true, false, true);
        this.scalar(key, inner, false);
        this.writeIndent(inner);
        this.indicator(':', true, false, true);
      }
      this.node(object[key], inner, true);
    }
  }

  private emptyCollection(open: string, close: string): void {
    this.indicator(open, true, true, false);
    this.indicator(close, false, false, false);
  }

  private scalar(text: string, indent: number, simpleKey: boolean): void {
    const style: ScalarStyle = chooseStyle(text, simpleKey);
    const inner = Math.max(indent, 0) + INDENT;
    if (style === 'literal') this.literal(text, inner);
    else if (style === 'plain') this.plain(text, inner, simpleKey);
    else if (style === 'single') this.single(text, inner, simpleKey);
    else this.double(text, inner, simpleKey);
  }

  private plain(text: string, indent: number, simpleKey: boolean): void {
    if (!this.whitespace) this.write(' ');
    if (simpleKey || this.column + text.length <= this.width) this.write(text);
    else this.folded(text, indent);
    this.whitespace = false;
    this.indention = false;
  }

  private single(text: string, indent: number, simpleKey: boolean): void {
    this.indicator("'", true, false, false);
    let previousSpace = false;
    let previousBreak = false;
    for (let i = 0; i < text.length; i++) {
      const character = text[i];
      if (character === ' ') {
        const inside = !simpleKey && i > 0 && i < text.length - 1 && text[i + 1] !== ' ';
        if (inside && !previousSpace && this.column > this.width) this.writeIndent(indent);
        else this.write(' ');
        previousSpace = true;
      } else if (isBreak(text.charCodeAt(i))) {
        this.pieces.push(character);
        this.column = 0;
        this.indention = true;
        previousBreak = true;
      } else {
        if (previousBreak) this.writeIndent(indent);
        this.write(character === "'" ? "''" : character);
        this.indention = false;
        previousSpace = false;
        previousBreak = false;
      }
    }
    this.indicator("'", false, false, false);
    this.whitespace = false;
    this.indention = false;
  }

  /** Writes words, going to a new line at a single space beyond the best width. */
  private folded(text: string, indent: number): void {
    let previousSpace = false;
    for (let i = 0; i < text.length; i++) {
      const character = text[i];
      if (character === ' ') {
        if (!previousSpace && this.column > this.width && text[i + 1] !== ' ') this.writeIndent(indent);
        else this.write(' ');
        previousSpace = true;
      } else {
        this.write(character);
        this.indention = false;
        previousSpace = false;
      }
    }
  }

  private double(text: string, indent: number, simpleKey: boolean): void {
    this.indicator('"', true, false, false);
    const startsWithMark = text.startsWith('\ufeff');
    let previousSpace = false;
    let index = 0;
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      if (startsWithMark || !isPrintable(code) || code > 0xffff || isBreak(code) || code === 34 || code === 92) {
        this.write(escapeOf(code));
        previousSpace = false;
      } else if (character === ' ') {
        const inside = !simpleKey && index > 0 && index < text.length - 1;
        if (inside && !previousSpace && this.column > this.width) {
          this.writeIndent(indent);
          if (text[index + 1] === ' ') this.write('\\');
        } else this.write(' ');
        previousSpace = true;
      } else {
        this.write(character);
        previousSpace = false;
      }
      index += character.length;
    }
    this.indicator('"', false, false, false);
    this.whitespace = false;
    this.indention = false;
  }

  private literal(text: string, indent: number): void {
    this.indicator('|', true, false, false);
    const first = text.charCodeAt(0);
    if (first === 32 || isBreak(first)) this.indicator(String(INDENT), false, false, false);
    const last = text.length - 1;
    if (!isBreak(text.charCodeAt(last))) this.indicator('-', false, false, false);
    else if (last === 0 || isBreak(text.charCodeAt(last - 1))) this.indicator('+', false, false, false);
    this.lineBreak();
    this.indention = true;
    this.whitespace = true;
    let start = 0;
    while (start < text.length) {
      const end = text.indexOf('\n', start);
      const line = end < 0 ? text.slice(start) : text.slice(start, end);
      if (line !== '') {
        this.writeIndent(indent);
        this.write(line);
        this.indention = false;
      }
      if (end < 0) return;
      this.lineBreak();
      this.indention = true;
      start = end + 1;
    }
  }
}

function escapeOf(code: number): string {
  if (Object.hasOwn(ESCAPES, code)) return `\\${ESCAPES[code]}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function scalarText(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? integer(value) : goFloat(value);
  return value === true ? 'true' : value === false ? 'false' : 'null';
}

function integer(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}
