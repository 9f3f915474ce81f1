import { fail, isJsonObject, ok, setOwn, type Result } from '@seatrial/kernel';

/** Values as templates see them: integers are bigint, as `--set` and YAML make them. */
export type Values = Record<string, unknown>;

class Problem extends Error {}

const MAX_INDEX = 65_536;
const MAX_NESTING = 30;

/** Applies `a.b[0]=x,c={1,2}` to values (helm.sh/helm/v4/pkg/strvals). With `asText` nothing but text is made. */
export function applySet(values: Values, text: string, asText = false): Result<undefined, string> {
  try {
    new SetParser(text, asText).parse(values);
    return ok(undefined);
  } catch (problem) {
    if (problem instanceof Problem) return fail(problem.message);
    throw problem;
  }
}

class SetParser {
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly asText: boolean,
  ) {}

  parse(values: Values): void {
    while (this.position < this.text.length) this.key(values, 0);
  }

  /** Reads up to one of the stops (left unread passed); escapes stand for themselves. */
  private until(stops: string): { readonly word: string; readonly stop: string } {
    let word = '';
    for (; this.position < this.text.length; this.position++) {
      const character = this.text[this.position];
      if (character === '\\') {
        this.position++;
        word += this.text[this.position] ?? '';
      } else if (stops.includes(character)) {
        this.position++;
        return { word, stop: character };
      } else word += character;
    }
    return { word, stop: '' };
  }

  /** Reads one key with its value; true when the text ended before either. A name that is empty sets nothing. */
  private key(target: Values, depth: number): boolean {
    if (depth > MAX_NESTING)
      throw new Problem(
        `value name nested level is greater than maximum supported nested level of ${String(MAX_NESTING)}`,
      );
    const { word, stop } = this.until('=[,.');
    if (stop === '') {
      if (word === '') return true;
      throw new Problem(`key ${JSON.stringify(word)} has no value`);
    }
    if (stop === ',') {
      setOwn(target, word, '');
      throw new Problem(`key ${JSON.stringify(word)} has no value (cannot end with ,)`);
    }
    if (stop === '=') {
      const atEnd = this.position >= this.text.length;
      const value = this.value();
      if (word !== '') setOwn(target, word, value);
      return atEnd;
    } else if (stop === '.') {
      const present = Object.hasOwn(target, word) ? target[word] : undefined;
      const inner: Values = isJsonObject(present) ? present : {};
      const atEnd = this.key(inner, depth + 1);
      const isEmpty = Object.keys(inner).length === 0;
      if (isEmpty && !atEnd) throw new Problem(`key map ${JSON.stringify(word)} has no value`);
      if (!isEmpty && word !== '') setOwn(target, word, inner);
      return atEnd;
    } else {
      const present = Object.hasOwn(target, word) ? target[word] : undefined;
      const list = this.item(Array.isArray(present) ? (present as unknown[]) : [], depth + 1);
      if (list.length > 0 || Array.isArray(present)) setOwn(target, word, list);
    }
    return false;
  }

  private item(list: unknown[], depth: number): unknown[] {
    const { word, stop: closing } = this.until(']');
    // A bracket that never closes takes the rest, and nothing is set.
    if (closing === '') return list;
    const index = Number(word);
    if (!/^-?\d+$/.test(word))
      throw new Problem(`error parsing index: strconv.Atoi: parsing ${JSON.stringify(word)}: invalid syntax`);
    if (index < 0) throw new Problem(`negative ${word} index not allowed`);
    if (index > MAX_INDEX)
      throw new Problem(`index of ${word} is greater than maximum supported index of ${String(MAX_INDEX)}`);
    while (list.length <= index) list.push(null);
    const { word: rest, stop } = this.until('[.=');
    if (rest !== '') throw new Problem(`unexpected data at end of array index: ${JSON.stringify(rest)}`);
    if (stop === '=') list[index] = this.value();
    else if (stop === '[')
      list[index] = this.item(Array.isArray(list[index]) ? (list[index] as unknown[]) : [], depth + 1);
    else if (stop === '.') {
      const inner: Values = isJsonObject(list[index]) ? list[index] : {};
      this.key(inner, depth + 1);
      list[index] = inner;
    }
    return list;
  }

  private value(): unknown {
    if (this.text[this.position] !== '{') return typed(this.until(',').word, this.asText);
    this.position++;
    const list: unknown[] = [];
    for (;;) {
      const { word, stop } = this.until(',}');
      if (stop === '') throw new Problem("list must terminate with '}'");
      list.push(typed(word, this.asText));
      if (stop === '}') break;
    }
    if (this.text[this.position] === ',') this.position++;
    return list;
  }
}

/** What a typed word means: booleans, null, integers without leading zero; else text. */
function typed(word: string, asText: boolean): unknown {
  if (asText) return word;
  const lower = word.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  if (lower === 'null') return null;
  if (word === '0') return 0n;
  return /^[+-]?[1-9]\d{0,17}$/.test(word) ? BigInt(word) : word;
}
