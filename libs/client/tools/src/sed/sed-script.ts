import { fail, ok, type Result } from '@seatrial/kernel';

export type SedAddress =
  | { readonly type: 'line'; readonly line: number }
  | { readonly type: 'last' }
  | { readonly type: 'step'; readonly first: number; readonly step: number }
  /** An empty source stands for the last expression used. */
  | { readonly type: 'expression'; readonly source: string; readonly flags: string }
  | { readonly type: 'offset'; readonly lines: number }
  | { readonly type: 'multiple'; readonly of: number };

export interface SedCommand {
  readonly from?: SedAddress;
  readonly to?: SedAddress;
  readonly negated: boolean;
  readonly name: string;
  /** Text of `a`, `i`, `c`; label of `b`, `t`, `T`, `:`; file of `r`, `w`. */
  readonly text?: string;
  readonly expression?: string;
  readonly replacement?: string;
  readonly flags?: string;
  /** Exit status of `q`, `Q`; width of `l`. */
  readonly number?: number;
  /** For `{`: the index behind its `}`. */
  end?: number;
}

type SedHead = Pick<SedCommand, 'from' | 'to' | 'negated' | 'name'>;

/** Parses a sed script (GNU's, without file inclusion). The error is GNU's text. */
export function parseSed(script: string): Result<SedCommand[], string> {
  return new SedParser(script).parse();
}

const TEXT_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', a: '\u0007', f: '\f', v: '\v', r: '\r' };

class SedFailure extends Error {}

class SedParser {
  private pos = 0;
  private readonly commands: SedCommand[] = [];
  private readonly open: SedCommand[] = [];

  constructor(private readonly script: string) {}

  parse(): Result<SedCommand[], string> {
    try {
      for (;;) {
        this.skip(/[\s;]*/y);
        if (this.pos >= this.script.length) break;
        if (this.char() === '#') this.skip(/[^\n]*/y);
        else this.parseCommand();
      }
      if (this.open.length > 0) {
        this.pos = 0;
        throw new SedFailure("unmatched `{'");
      }
      const labels = new Set(this.commands.flatMap((command) => (command.name === ':' ? [command.text] : [])));
      const lost = this.commands.find(({ name, text }) => 'btT'.includes(name) && text !== '' && !labels.has(text));
      if (lost) return fail(`can't find label for jump to \`${lost.text ?? ''}'`);
      return ok(this.commands);
    } catch (error) {
      if (error instanceof SedFailure) return fail(`-e expression #1, char ${String(this.pos)}: ${error.message}`);
      throw error;
    }
  }

  private char(): string {
    return this.script[this.pos] ?? '';
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.pos;
    const text = pattern.exec(this.script)?.[0] ?? '';
    this.pos += text.length;
    return text;
  }

  private fail(text: string): never {
    throw new SedFailure(text);
  }

  private parseAddress(): SedAddress | undefined {
    const number = this.skip(/\d+/y);
    if (number !== '') {
      if (this.char() !== '~') return { type: 'line', line: Number(number) };
      this.pos++;
      return { type: 'step', first: Number(number), step: Number(this.skip(/\d+/y)) };
    }
    const char = this.char();
    if (char === '$') {
      this.pos++;
      return { type: 'last' };
    }
    if (char !== '/' && char !== '\\') return undefined;
    this.pos += char === '/' ? 0 : 1;
    const source = this.delimited('unterminated address regex');
    return { type: 'expression', source, flags: this.skip(/[IM]*/y) };
  }

  /** Text between the delimiter at the current place and its next occurrence. */
  private delimited(missing: string): string {
    const delimiter = this.char();
    this.pos++;
    const text = this.upTo(delimiter, missing, true);
    this.pos++;
    return text;
  }

  private upTo(delimiter: string, missing: string, brackets: boolean): string {
    let text = '';
    let inBracket = false;
    for (; ; this.pos++) {
      const char = this.char();
      if (char === '') this.fail(missing);
      if (char === '\n' && brackets) this.fail(missing);
      if (char === '\\') {
        const next = this.script[this.pos + 1] ?? '';
        this.pos++;
        if (next === delimiter && !inBracket) text += /[.*[\]^$+?(){}|]/.test(delimiter) ? `\\${next}` : next;
        else text += `\\${next}`;
        continue;
      }
      if (brackets && char === '[' && !inBracket) {
        // A bracket that closes somewhere; the delimiter is ordinary inside it.
        const close = /^\[\^?\]?(?:\[[:.=].*?[:.=]\]|[^\]\n])*\]/.exec(this.script.slice(this.pos));
        if (!close) {
          this.pos = this.script.length;
          this.fail(missing);
        }
        if (close[0].includes(delimiter)) {
          const inner = this.script.indexOf(delimiter, this.pos);
          inBracket = inner < this.pos + close[0].length;
        }
        if (inBracket) {
          text += close[0];
          this.pos += close[0].length - 1;
          inBracket = false;
          continue;
        }
      }
      if (char === delimiter) return text;
      text += char;
    }
  }

  private parseCommand(): void {
    const from = this.parseAddress();
    let to: SedAddress | undefined;
    if (from) {
      this.skip(/\s*/y);
      if (this.char() === ',') {
        this.pos++;
        this.skip(/\s*/y);
        to = this.parseSecondAddress();
      }
    }
    this.skip(/\s*/y);
    let negated = false;
    while (this.char() === '!') {
      negated = true;
      this.pos++;
      this.skip(/\s*/y);
    }
    const name = this.char();
    if (name === '') this.fail('missing command');
    this.pos++;
    const head: { -readonly [K in keyof SedHead]: SedHead[K] } = { negated, name };
    if (from) head.from = from;
    if (to) head.to = to;
    this.parseRest(head);
  }

  private parseSecondAddress(): SedAddress {
    const relative = this.char();
    if (relative === '+' || relative === '~') {
      this.pos++;
      const number = Number(this.skip(/\d+/y));
      return relative === '+' ? { type: 'offset', lines: number } : { type: 'multiple', of: number };
    }
    const address = this.parseAddress();
    if (address) return address;
    if (this.char() !== '') this.pos++;
    return this.fail("unexpected `,'");
  }

  private parseRest(head: SedHead): void {
    const { name } = head;
    if (name === '{') {
      const command = { ...head };
      this.commands.push(command);
      this.open.push(command);
    } else if (name === '}') {
      const block = this.open.pop();
      if (!block) this.fail("unexpected `}'");
      else block.end = this.commands.length;
      this.endOfCommand();
    } else if (name === 's') this.commands.push({ ...head, ...this.parseSubstitute() });
    else if (name === 'y') this.commands.push({ ...head, ...this.parseTransliterate() });
    else if ('aic'.includes(name)) this.commands.push({ ...head, text: this.parseText() });
    else if (name === 'e') this.commands.push({ ...head, text: this.skip(/[^\n]*/y).trim() });
    else if (':btT'.includes(name)) {
      this.skip(/[ \t]*/y);
      const text = this.skip(name === ':' ? /[^\n;]*/y : /[^\n;}]*/y).trim();
      this.commands.push({ ...head, text });
    } else if ('rwRW'.includes(name)) {
      this.skip(/[ \t]*/y);
      const text = this.skip(/[^\n]*/y);
      if (text === '') this.fail('missing filename in r/R/w/W commands');
      this.commands.push({ ...head, text });
    } else if ('qQlL'.includes(name)) {
      this.skip(/[ \t]*/y);
      const digits = this.skip(/\d*/y);
      this.commands.push(digits === '' ? head : { ...head, number: Number(digits) });
      this.endOfCommand();
    } else if ('=dDgGhHnNpPxzF'.includes(name)) {
      this.commands.push(head);
      this.endOfCommand();
    } else this.fail(`unknown command: \`${name}'`);
  }

  private endOfCommand(): void {
    this.skip(/[ \t]*/y);
    const char = this.char();
    if (char !== '' && !'\n;}#'.includes(char)) {
      this.pos++;
      this.fail('extra characters after command');
    }
  }

  private parseSubstitute(): Pick<SedCommand, 'expression' | 'replacement' | 'flags' | 'text'> {
    const delimiter = this.char();
    this.pos++;
    const expression = this.upTo(delimiter, "unterminated `s' command", true);
    this.pos++;
    const replacement = this.upTo(delimiter, "unterminated `s' command", false);
    this.pos++;
    const flags = this.skip(/[gpIiMme0-9]*/y);
    for (const once of ['g', 'p'])
      if (flags.split(once).length > 2) this.fail(`multiple \`${once}' options to \`s' command`);
    let text: string | undefined;
    if (this.char() === 'w') {
      this.pos++;
      text = this.skip(/[^\n]*/y).trim();
    }
    this.skip(/[ \t]*/y);
    const after = this.char();
    if (after !== '' && !'\n;}#'.includes(after)) {
      this.pos++;
      this.fail("unknown option to `s'");
    }
    return { expression, replacement, flags, ...(text === undefined ? {} : { text }) };
  }

  private parseTransliterate(): Pick<SedCommand, 'expression' | 'replacement'> {
    const delimiter = this.char();
    this.pos++;
    const expression = unescapeSet(this.upTo(delimiter, "unterminated `y' command", false));
    this.pos++;
    const replacement = unescapeSet(this.upTo(delimiter, "unterminated `y' command", false));
    this.pos++;
    if ([...expression].length !== [...replacement].length) this.fail("strings for `y' command are different lengths");
    this.endOfCommand();
    return { expression, replacement };
  }

  /** The text of `a`, `i`, `c`: GNU's one-line form, or POSIX's behind a backslash and newline. */
  private parseText(): string {
    this.skip(/[ \t]*/y);
    if (this.char() === '\\') {
      this.pos++;
      // The one-line form with a backslash keeps the blanks behind it.
      const behind = this.pos;
      this.skip(/[ \t]*/y);
      if (this.char() === '\n') this.pos++;
      else this.pos = behind;
    }
    if (this.char() === '') this.fail("expected \\ after `a', `c' or `i'");
    let text = '';
    for (; this.char() !== '' && this.char() !== '\n'; this.pos++) {
      if (this.char() === '\\' && this.pos + 1 < this.script.length) {
        this.pos++;
        text += text === '' ? this.char() : (TEXT_ESCAPES[this.char()] ?? this.char());
      } else text += this.char();
    }
    return text;
  }
}

function unescapeSet(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
