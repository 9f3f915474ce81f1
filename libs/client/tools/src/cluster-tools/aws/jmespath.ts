import { fail, isJsonObject, ok, type JsonValue, type Result } from '@seatrial/kernel';

/** What an expression makes of a value. */
type Step = (value: JsonValue) => JsonValue;

class Malformed extends Error {}

const MAX_DEPTH = 50;
const TOKENS =
  /\s*(\[\?|\[\]|&&|\|\||==|!=|<=|>=|[.[\]{}(),:|*@<>!&]|-?\d+|[A-Za-z_]\w*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < text.trimEnd().length) {
    const found = TOKENS.exec(text);
    if (!found) throw new Malformed(text);
    tokens.push(found[1]);
  }
  return tokens;
}

const falsy = (value: JsonValue): boolean =>
  value === null ||
  value === false ||
  value === '' ||
  (Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0);

const same = (a: JsonValue, b: JsonValue): boolean => JSON.stringify(a) === JSON.stringify(b);

const COMPARE: Readonly<Record<string, (a: JsonValue, b: JsonValue) => JsonValue>> = {
  '==': same,
  '!=': (a, b) => !same(a, b),
  '<': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a < b : null),
  '<=': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a <= b : null),
  '>': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a > b : null),
  '>=': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a >= b : null),
};

const text = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

function ordered(list: readonly JsonValue[], by: Step): JsonValue[] {
  return [...list].sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    if (typeof x === 'number' && typeof y === 'number') return x - y;
    return text(x) < text(y) ? -1 : text(x) > text(y) ? 1 : 0;
  });
}

type Call = (args: readonly JsonValue[], by: Step | undefined) => JsonValue;

const FUNCTIONS: Readonly<Record<string, Call>> = {
  contains: ([where, what]) =>
    Array.isArray(where) ? where.some((each) => same(each, what)) : text(where).includes(text(what)),
  ends_with: ([whole, end]) => text(whole).endsWith(text(end)),
  join: ([glue, list]) => (Array.isArray(list) ? list.map(text).join(text(glue)) : null),
  keys: ([value]) => (isJsonObject(value) ? Object.keys(value) : null),
  length: ([value]) => (isJsonObject(value) ? Object.keys(value) : Array.isArray(value) ? value : text(value)).length,
  max: ([list]) => (Array.isArray(list) ? (ordered(list, (each) => each).at(-1) ?? null) : null),
  min: ([list]) => (Array.isArray(list) ? (ordered(list, (each) => each).at(0) ?? null) : null),
  not_null: (args) => args.find((each) => each !== null) ?? null,
  reverse: ([list]) => (Array.isArray(list) ? [...list].reverse() : null),
  sort: ([list]) => (Array.isArray(list) ? ordered(list, (each) => each) : null),
  sort_by: ([list], by) => (Array.isArray(list) && by ? ordered(list, by) : null),
  starts_with: ([whole, start]) => text(whole).startsWith(text(start)),
  to_string: ([value]) => text(value),
  values: ([value]) => (isJsonObject(value) ? Object.values(value).map((each) => each ?? null) : null),
};

/** A projection: what follows is done to each item, and what comes to nothing is left out. */
const each =
  (list: Step, rest: Step): Step =>
  (value) => {
    const items = list(value);
    return Array.isArray(items) ? items.map(rest).filter((item) => item !== null) : null;
  };

/** A recursive-descent reader of JMESPath, as far as the command line's users go. */
class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly string[]) {}

  whole(): Step {
    const step = this.pipe();
    if (this.at < this.tokens.length) throw new Malformed(this.tokens[this.at]);
    return step;
  }

  private peek(): string | undefined {
    return this.tokens.at(this.at);
  }

  private take(expected?: string): string {
    const token = this.tokens.at(this.at);
    if (token === undefined || (expected !== undefined && token !== expected)) throw new Malformed(token ?? 'end');
    this.at++;
    return token;
  }

  private takes(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  private pipe(): Step {
    if (++this.depth > MAX_DEPTH) throw new Malformed('depth');
    let step = this.either();
    while (this.takes('|')) {
      const [before, after] = [step, this.either()];
      step = (value) => after(before(value));
    }
    this.depth--;
    return step;
  }

  private either(): Step {
    let step = this.both();
    while (this.takes('||')) {
      const [a, b] = [step, this.both()];
      step = (value) => (falsy(a(value)) ? b(value) : a(value));
    }
    return step;
  }

  private both(): Step {
    let step = this.compared();
    while (this.takes('&&')) {
      const [a, b] = [step, this.compared()];
      step = (value) => (falsy(a(value)) ? a(value) : b(value));
    }
    return step;
  }

  private compared(): Step {
    if (this.takes('!')) {
      const inner = this.compared();
      return (value) => falsy(inner(value));
    }
    const left = this.chain();
    const operator = this.peek();
    if (operator === undefined || !Object.hasOwn(COMPARE, operator)) return left;
    this.at++;
    const right = this.chain();
    return (value) => COMPARE[operator](left(value), right(value));
  }

  private chain(): Step {
    const next = this.peek();
    const first = next === '[' || next === '[]' || next === '[?' || next === '*' ? (value: JsonValue) => value : this.primary(); // prettier-ignore
    const rest = this.rest();
    return (value) => rest(first(value));
  }

  /** What follows a value: fields, indexes, projections. A flattening ends the projection that it stands in. */
  private rest(inside = false): Step {
    const next = this.peek();
    if (next === '.') {
      this.at++;
      const step = this.primary();
      const rest = this.rest(inside);
      return (value) => (value === null ? null : rest(step(value)));
    }
    if (next === '[]') {
      if (inside) return (value) => value;
      this.at++;
      return this.projected((value) => (Array.isArray(value) ? value.flat(1) : null), false);
    }
    if (this.takes('[?')) {
      const condition = this.pipe();
      this.take(']');
      const kept: Step = (value) => (Array.isArray(value) ? value.filter((item) => !falsy(condition(item))) : null);
      return this.projected(kept, inside);
    }
    if (this.takes('*')) {
      const members: Step = (value) => (isJsonObject(value) ? Object.values(value).map((one) => one ?? null) : null);
      return this.projected(members, inside);
    }
    return next === '[' ? this.bracket(inside) : (value) => value;
  }

  private projected(list: Step, inside: boolean): Step {
    const items = each(list, this.rest(true));
    if (inside) return items;
    const rest = this.rest();
    return (value) => rest(items(value));
  }

  private bracket(inside: boolean): Step {
    this.take('[');
    if (this.takes('*')) {
      this.take(']');
      return this.projected((value) => value, inside);
    }
    const token = this.peek() ?? '';
    if (/^-?\d+$/.test(token) || token === ':') {
      const parts: (number | undefined)[] = [undefined];
      for (let word = this.take(); word !== ']'; word = this.take())
        if (word === ':') parts.push(undefined);
        else parts[parts.length - 1] = Number(word);
      if (parts.length > 1)
        return this.projected((value) => (Array.isArray(value) ? value.slice(parts[0], parts[1]) : null), inside);
      const rest = this.rest(inside);
      return (value) => rest(Array.isArray(value) ? (value.at(parts[0] ?? 0) ?? null) : null);
    }
    const list = this.list(']');
    const rest = this.rest(inside);
    return (value) => (value === null ? null : rest(list.map((step) => step(value))));
  }

  private list(end: string): Step[] {
    const steps: Step[] = [];
    if (this.takes(end)) return steps;
    do steps.push(this.pipe());
    while (this.takes(','));
    this.take(end);
    return steps;
  }

  private primary(): Step {
    const token = this.take();
    if (token === '@') return (value) => value;
    if (token === '(') {
      const inner = this.pipe();
      this.take(')');
      return inner;
    }
    if (token === '{') return this.hash();
    if (token === '[') {
      const list = this.list(']');
      return (value) => (value === null ? null : list.map((step) => step(value)));
    }
    if (token === '*') {
      this.at--;
      return (value) => value;
    }
    if (token.startsWith("'")) return () => token.slice(1, -1).replaceAll("\\'", "'");
    if (token.startsWith('`')) return this.literal(token);
    if (!/^[A-Za-z_"]/.test(token)) throw new Malformed(token);
    if (this.peek() === '(') return this.call(token);
    const name = token.startsWith('"') ? (JSON.parse(token) as string) : token;
    return (value) => (isJsonObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null);
  }

  private literal(token: string): Step {
    const inner = token.slice(1, -1);
    try {
      const value = JSON.parse(inner) as JsonValue;
      return () => value;
    } catch {
      return () => inner;
    }
  }

  private hash(): Step {
    const members: [string, Step][] = [];
    do {
      const name = this.take();
      this.take(':');
      members.push([name.replace(/^"(.*)"$/, '$1'), this.pipe()]);
    } while (this.takes(','));
    this.take('}');
    return (value) => (value === null ? null : Object.fromEntries(members.map(([name, step]) => [name, step(value)])));
  }

  private call(name: string): Step {
    this.take('(');
    if (!Object.hasOwn(FUNCTIONS, name)) throw new Malformed(name);
    const args: Step[] = [];
    let by: Step | undefined;
    while (!this.takes(')')) {
      if (this.takes('&')) by = this.pipe();
      else args.push(this.pipe());
      if (this.peek() !== ')') this.take(',');
    }
    return (value) =>
      FUNCTIONS[name](
        args.map((step) => step(value)),
        by,
      );
  }
}

/** What a JMESPath expression finds in a value; the error is the word that it was not understood from. */
export function jmespath(expression: string, value: JsonValue): Result<JsonValue, string> {
  try {
    return ok(new Reader(tokensOf(expression)).whole()(value));
  } catch (error) {
    if (error instanceof Malformed) return fail(error.message);
    throw error;
  }
}
