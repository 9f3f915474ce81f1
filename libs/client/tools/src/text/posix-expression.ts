import { fail, ok, type Result } from '@seatrial/kernel';

const SPECIAL = '.[]*+?{}()|^$\\';
/** A backslash before these is no cause for a remark by grep. */
const UNREMARKABLE = '.[]*+?{}()|^$\\';
const CLASSES = new Set(['alpha', 'digit', 'alnum', 'upper', 'lower', 'space', 'blank', 'punct', 'print', 'graph', 'cntrl', 'xdigit']); // prettier-ignore

export interface Translation {
  /** The expression in Perl's syntax. */
  readonly text: string;
  readonly backReferences: boolean;
  /** What grep 3.8 remarks. */
  readonly warnings: readonly string[];
}

/** Rewrites POSIX syntax for RE2. */
class Translator {
  private pos = 0;
  private result = '';
  private depth = 0;
  private atStart = true;
  private backReferences = false;
  private groups = 0;
  private readonly warnings: string[] = [];

  constructor(
    private readonly source: string,
    private readonly extended: boolean,
  ) {}

  translate(): Result<Translation, string> {
    while (this.pos < this.source.length) {
      const error = this.step();
      if (error !== undefined) return fail(error);
    }
    if (this.depth > 0) return fail('Unmatched ( or \\(');
    return ok({ text: this.result, backReferences: this.backReferences, warnings: this.warnings });
  }

  private literal(char: string): void {
    this.result += SPECIAL.includes(char) ? `\\${char}` : char;
    this.atStart = false;
  }

  private operator(text: string, startsBranch = false): void {
    this.result += text;
    this.atStart = startsBranch;
  }

  private step(): string | undefined {
    const char = this.source[this.pos];
    if (char === '\\') return this.escape();
    if (char === '[') return this.bracket();
    this.pos++;
    if (char === '.') this.operator('.');
    else if (char === '*') this.repeat('*');
    else if (char === '^') this.anchorStart();
    else if (char === '$') this.anchorEnd();
    else if (this.extended && '+?'.includes(char)) this.repeat(char);
    else if (this.extended && char === '(') {
      this.open();
      return;
    } else if (this.extended && char === ')') return this.close();
    else if (this.extended && char === '|') this.operator('|', true);
    else if (this.extended && char === '{') return this.interval();
    else this.literal(char);
    return undefined;
  }

  private repeat(char: string): void {
    if (this.atStart) {
      if (this.extended) this.warnings.push(`${char} at start of expression`);
      this.literal(char);
    }
    // A repeated repetition means nothing more, but RE2 refuses it.
    else if (/[*+?]$/.test(this.result) && !/\\[*+?]$/.test(this.result)) {
      if (!this.result.endsWith('*')) this.result = `${this.result.slice(0, -1)}*`;
    } else this.operator(char);
  }

  private anchorStart(): void {
    if (this.extended || this.atStart) this.operator('^', true);
    else this.literal('^');
  }

  private anchorEnd(): void {
    const rest = this.source.slice(this.pos);
    if (this.extended || rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|')) this.operator('$');
    else this.literal('$');
  }

  private open(): undefined {
    this.depth++;
    this.groups++;
    this.operator('(', true);
    return undefined;
  }

  private close(): string | undefined {
    if (this.depth === 0) return 'Unmatched ) or \\)';
    this.depth--;
    this.operator(')');
    return undefined;
  }

  /** The reader stands behind the brace. */
  private interval(): string | undefined {
    const found = /^(\d*)(,?)(\d*)(\\?\})/.exec(this.source.slice(this.pos));
    const valid = found && (found[1] !== '' || found[2] !== '') && found[4] === (this.extended ? '}' : '\\}');
    if (!valid || this.atStart) {
      if (this.extended) {
        this.literal('{');
        return undefined;
      }
      return 'Unmatched \\{';
    }
    if (found[3] !== '' && Number(found[3]) < Number(found[1])) return 'Invalid content of \\{\\}';
    this.pos += found[0].length;
    const from = found[1] === '' ? '0' : found[1];
    this.operator(`{${from}${found[2]}${found[3]}}`);
    return undefined;
  }

  private escape(): string | undefined {
    const next = this.source[this.pos + 1];
    if (next === undefined) return 'Trailing backslash';
    this.pos += 2;
    if (!this.extended) {
      if (next === '(') {
        this.open();
        return;
      }
      if (next === ')') return this.close();
      if (next === '|') {
        this.operator('|', true);
        return undefined;
      }
      if (next === '+' || next === '?') {
        this.repeat(next);
        return undefined;
      }
      if (next === '{') return this.interval();
    }
    if (next === '<' || next === '>') this.operator('\\b');
    else if (next === '`') this.operator('\\A');
    else if (next === "'") this.operator('\\z');
    else if (next === 'n') this.operator('\\n');
    else if (next === 't') this.operator('\\t');
    else if ('wWsSbB'.includes(next)) this.operator(`\\${next}`);
    else if (/[1-9]/.test(next)) {
      if (Number(next) > this.groups) return 'Invalid back reference';
      this.backReferences = true;
      this.operator(`\\${next}`);
    } else {
      if (!UNREMARKABLE.includes(next)) this.warnings.push(`stray \\ before ${next === ' ' ? 'white space' : next}`);
      this.literal(next);
    }
    return undefined;
  }

  private bracket(): string | undefined {
    let i = this.pos + 1;
    let text = '[';
    if (this.source[i] === '^') {
      text += '^';
      i++;
    }
    for (let first = true; ; first = false) {
      const char = this.source[i];
      if (char === undefined) return first ? 'Invalid regular expression' : 'Unmatched [, [^, [:, [., or [=';
      const named = /^\[([:.=])(.+?)\1\]/.exec(this.source.slice(i));
      if (named) {
        if (named[1] === ':' && !CLASSES.has(named[2])) return 'Invalid character class name';
        text += named[1] === ':' ? named[0] : named[2].replace(/[\\\]^[-]/g, '\\$&');
        i += named[0].length;
        continue;
      }
      if (char === ']' && !first) break;
      // GNU sed and awk read these escapes even here.
      const escape = char === '\\' && 'nt'.includes(this.source[i + 1] ?? ' ');
      if (escape) text += `\\${this.source[++i]}`;
      else text += char === '\\' || char === '[' || char === ']' || (char === '^' && !first) ? `\\${char}` : char;
      i++;
    }
    this.pos = i + 1;
    this.operator(`${text}]`);
    return undefined;
  }
}

/** A POSIX basic or extended expression (with GNU's `\+`, `\?`, `\|`, `\w`, `\<`…) in Perl's syntax. The error is glibc's text. */
export function translatePosix(source: string, extended: boolean): Result<Translation, string> {
  return new Translator(source, extended).translate();
}
