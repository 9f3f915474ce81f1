import { fail, ok, type Result } from '@seatrial/kernel';
import { RE2JS } from 're2js';

export interface ExpressionOptions {
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at line ends inside the text too (sed's `M`). */
  readonly multiline?: boolean;
  /** The whole text is ordinary characters. */
  readonly fixed?: boolean;
  /** Perl's syntax (`grep -P`). */
  readonly perl?: boolean;
  /** Only whole words, or whole lines. */
  readonly words?: boolean;
  readonly lines?: boolean;
}

/** One match: offsets, and the groups' texts. */
export interface ExpressionMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/** A compiled POSIX regular expression; matching is leftmost-longest, as regexec(3). */
export class Expression {
  constructor(private readonly compiled: RE2JS) {}

  test(text: string): boolean {
    return this.compiled.matcher(text).find();
  }

  /** The first match from an offset on. */
  find(text: string, from = 0): ExpressionMatch | undefined {
    const matcher = this.compiled.matcher(text);
    if (from > text.length || !matcher.find(from)) return undefined;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined);
    return { start: matcher.start(), end: matcher.end(), groups };
  }
}

const cache = new Map<string, Result<Expression, string>>();
const CACHE_SIZE = 300;

/** Compiles a POSIX basic or extended expression (with GNU's `\+`, `\?`, `\|`, `\w`, `\<`…). The error is glibc's text. */
export function compileExpression(source: string, options: ExpressionOptions): Result<Expression, string> {
  const key = JSON.stringify([source, options]);
  const known = cache.get(key);
  if (known) return known;
  const compiled = compileFresh(source, options);
  if (cache.size > CACHE_SIZE) cache.clear();
  cache.set(key, compiled);
  return compiled;
}

function compileFresh(source: string, options: ExpressionOptions): Result<Expression, string> {
  let text: string;
  if (options.fixed) text = source.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  else if (options.perl) text = source;
  else {
    const translated = new Translator(source, options.extended).translate();
    if (!translated.ok) return translated;
    text = translated.value;
  }
  if (options.words) text = `\\b(?:${text})\\b`;
  if (options.lines) text = `^(?:${text})$`;
  let flags = options.perl ? 0 : RE2JS.LONGEST_MATCH;
  if (options.ignoreCase) flags |= RE2JS.CASE_INSENSITIVE;
  if (options.multiline) flags |= RE2JS.MULTILINE;
  else flags |= RE2JS.DOTALL;
  try {
    return ok(new Expression(RE2JS.compile(text, flags)));
  } catch {
    return fail('Invalid regular expression');
  }
}

const SPECIAL = '.[]*+?{}()|^$\\';

/** Rewrites POSIX syntax for RE2. */
class Translator {
  private pos = 0;
  private result = '';
  private depth = 0;
  private atStart = true;

  constructor(
    private readonly source: string,
    private readonly extended: boolean,
  ) {}

  translate(): Result<string, string> {
    while (this.pos < this.source.length) {
      const error = this.step();
      if (error !== undefined) return fail(error);
    }
    if (this.depth > 0) return fail(this.extended ? 'Unmatched ( or \\(' : 'Unmatched ( or \\(');
    return ok(this.result);
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
    } else if (this.extended && char === ')') return this.close(char);
    else if (this.extended && char === '|') this.operator('|', true);
    else if (this.extended && char === '{') return this.interval();
    else this.literal(char);
    return undefined;
  }

  private repeat(char: string): void {
    if (this.atStart) this.literal(char);
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
    this.operator('(', true);
    return undefined;
  }

  private close(char: string): string | undefined {
    if (this.depth === 0) {
      if (this.extended) {
        this.literal(char);
        return undefined;
      }
      return 'Unmatched ) or \\)';
    }
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
      if (next === ')') return this.close('\\)');
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
    else if (/[1-9]/.test(next)) return 'Invalid back reference';
    else this.literal(next);
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
      if (char === undefined) return 'Unmatched [, [^, [:, [., or [=';
      const named = /^\[([:.=])(.+?)\1\]/.exec(this.source.slice(i));
      if (named) {
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
