import { compareStrings } from '@seatrial/kernel';
import { FunctionFailure } from '@seatrial/template';

type Table = Readonly<Record<string, unknown>>;

/** What the encoder refuses: its text is the result. */
class EncodingProblem extends Error {}

const isNothing = (value: unknown): boolean => value === null || value === undefined;
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of tables only, which gets a heading for each. */
function isTableArray(value: unknown): value is readonly Table[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  if (value.some(isNothing)) throw new EncodingProblem('toml: cannot encode array with nil element');
  return value.every(isTable);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

const quoted = (text: string): string =>
  `"${text.replace(/["\\\u0000-\u001f\u007f]/g, (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

const keyText = (key: string): string => (/^[\w-]+$/.test(key) ? key : quoted(key));

/** A float as strconv's shortest `g` prints it, with a fraction. */
function float(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const [digits, power] = value.toExponential().split('e');
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 6)) {
    const shown = String(Math.abs(exponent)).padStart(2, '0');
    return `${digits}e${exponent < 0 ? '-' : '+'}${shown}`;
  }
  const plain = Object.is(value, -0) ? '-0' : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

function element(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return float(value);
  if (Array.isArray(value)) {
    isTableArray(value);
    return `[${value.map(element).join(', ')}]`;
  }
  const members = entriesOf(value as Table).map(([key, item]) => `${keyText(key)} = ${element(item)}`);
  return `{${members.join(', ')}}`;
}

const entriesOf = (table: Table): [string, unknown][] =>
  Object.entries(table)
    .filter(([, value]) => !isNothing(value))
    .sort(([a], [b]) => compareStrings(a, b));

class Encoder {
  private text = '';

  private line(depth: number, text: string): void {
    this.text += `${'  '.repeat(depth)}${text}\n`;
  }

  /** An empty line, but for the first. */
  private gap(): void {
    if (this.text !== '') this.text += '\n';
  }

  table(path: readonly string[], table: Table): string {
    const entries = entriesOf(table);
    const own = entries.filter(([, value]) => !isTable(value) && !isTableArray(value));
    for (const [key, value] of own) this.line(path.length, `${keyText(key)} = ${element(value)}`);
    for (const [key, value] of entries) {
      const below = [...path, key];
      const name = below.map(keyText).join('.');
      if (isTable(value)) {
        if (path.length === 0) this.gap();
        this.line(path.length, `[${name}]`);
        this.table(below, value);
      } else if (isTableArray(value))
        for (const each of value) {
          this.gap();
          this.line(path.length, `[[${name}]]`);
          this.table(below, each);
        }
    }
    return this.text;
  }
}

/** `toToml`: a value as BurntSushi's encoder v1.5 writes it, or what it says of one that it does not write. */
export function toToml(value: unknown): string {
  if (isNothing(value)) throw new FunctionFailure('reflect: call of reflect.Value.Type on zero Value');
  try {
    if (isTable(value)) return new Encoder().table([], value);
    return isTableArray(value) ? 'toml: top-level values must be Go maps or structs' : element(value);
  } catch (problem) {
    if (problem instanceof EncodingProblem) return problem.message;
    throw problem;
  }
}
