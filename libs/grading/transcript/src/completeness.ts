/** What a shell still waits for after the text so far. */
export type Pending = 'nothing' | 'continuation' | 'quote' | 'heredoc' | 'compound';

interface HereDocument {
  readonly delimiter: string;
  readonly stripTabs: boolean;
}

const OPENING = new Set(['for', 'while', 'until', 'if', 'case', 'select', '{']);
const CLOSING = new Set(['done', 'fi', 'esac', '}']);
/** `for … do … done`: only the outermost words count, `do` and `then` open nothing. */
const COMMAND_STARTS = new Set(['', ')', ';', '&', '|', '\n', '(', 'do', 'then', 'else', '{', '!', 'time']);

/** Reads a command text once, keeping track of quotes, here-documents and compound commands. */
class Scanner {
  private at = 0;
  private depth = 0;
  private parentheses = 0;
  private previous = '';
  private readonly waiting: HereDocument[] = [];

  constructor(private readonly text: string) {}

  scan(): Pending {
    while (this.at < this.text.length) {
      const pending = this.next();
      if (pending !== 'nothing') return pending;
    }
    if (this.waiting.length > 0) return 'heredoc';
    if (this.depth > 0 || this.parentheses > 0) return 'compound';
    return this.previous === '|' || this.previous === '&&' ? 'continuation' : 'nothing';
  }

  private next(): Pending {
    const character = this.text.charAt(this.at);
    if (character === '\n') return this.lineEnd();
    if (character === ' ' || character === '\t') {
      this.at++;
      return 'nothing';
    }
    if (character === '#') {
      const end = this.text.indexOf('\n', this.at);
      this.at = end < 0 ? this.text.length : end;
      return 'nothing';
    }
    if (character === '(' || character === ')') {
      this.parentheses = Math.max(0, this.parentheses + (character === '(' ? 1 : this.depth > 0 ? 0 : -1));
      if (this.depth > 0 && character === '(') this.parentheses--;
      this.previous = character;
      this.at++;
      return 'nothing';
    }
    if (';&|<>'.includes(character)) return this.operator();
    return this.word();
  }

  private operator(): Pending {
    const here = /^<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([^\s;&|<>'"]+))/.exec(
      this.text.slice(this.at, this.at + 200),
    );
    if (here && !this.text.startsWith('<<<', this.at)) {
      this.waiting.push({ stripTabs: here[1] === '-', delimiter: here[2] ?? here[3] ?? here[4] ?? '' });
      this.at += here[0].length;
      this.previous = 'word';
      return 'nothing';
    }
    const double = /^(?:&&|\|\||;;|<<<|>>|[<>]&|&>|>\|)/.exec(this.text.slice(this.at, this.at + 3))?.[0];
    const operator = double ?? this.text.charAt(this.at);
    this.at += operator.length;
    this.previous = operator === '||' ? '&&' : operator === ';;' ? ';' : operator;
    return 'nothing';
  }

  /** One word with its quotes and substitutions. */
  private word(): Pending {
    const start = this.at;
    while (this.at < this.text.length && !/[\s;&|<>()]/.test(this.text.charAt(this.at))) {
      const pending = this.wordPart();
      if (pending !== 'nothing') return pending;
    }
    const word = this.text.slice(start, this.at);
    if (COMMAND_STARTS.has(this.previous) || this.previous === '&&') {
      if (OPENING.has(word)) this.depth++;
      else if (CLOSING.has(word)) this.depth = Math.max(0, this.depth - 1);
      this.previous = COMMAND_STARTS.has(word) ? word : 'word';
    } else this.previous = 'word';
    return 'nothing';
  }

  private wordPart(): Pending {
    const character = this.text.charAt(this.at);
    if (character === '\\') {
      if (this.at + 1 >= this.text.length) return 'continuation';
      this.at += 2;
      return 'nothing';
    }
    if (character === "'" || character === '"' || character === '`') return this.quoted(character);
    if (character === '$' && this.text.charAt(this.at + 1) === '(') return this.substitution();
    this.at++;
    return 'nothing';
  }

  private quoted(quote: string): Pending {
    this.at++;
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at);
      if (character === quote) {
        this.at++;
        return 'nothing';
      }
      if (quote === '"' && character === '$' && this.text.charAt(this.at + 1) === '(') {
        const pending = this.substitution();
        if (pending !== 'nothing') return pending;
      } else this.at += character === '\\' && quote !== "'" ? 2 : 1;
    }
    return 'quote';
  }

  private substitution(): Pending {
    this.at += 2;
    let open = 1;
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at);
      if (character === "'" || character === '"' || character === '`') {
        const pending = this.quoted(character);
        if (pending !== 'nothing') return pending;
        continue;
      }
      if (character === '(') open++;
      if (character === ')') open--;
      this.at += character === '\\' ? 2 : 1;
      if (open === 0) return 'nothing';
    }
    return 'quote';
  }

  private lineEnd(): Pending {
    this.at++;
    for (let here = this.waiting.shift(); here; here = this.waiting.shift()) {
      if (!this.skipHereDocument(here)) return 'heredoc';
    }
    if (this.previous !== '|' && this.previous !== '&&') this.previous = '\n';
    return 'nothing';
  }

  private skipHereDocument({ delimiter, stripTabs }: HereDocument): boolean {
    while (this.at < this.text.length) {
      const end = this.text.indexOf('\n', this.at);
      const line = this.text.slice(this.at, end < 0 ? undefined : end);
      this.at = end < 0 ? this.text.length : end + 1;
      if ((stripTabs ? line.replace(/^\t+/, '') : line) === delimiter) return true;
    }
    return false;
  }
}

/** What a shell would still wait for after this text; `nothing` when it would run it. */
export function pendingAfter(text: string): Pending {
  return new Scanner(text).scan();
}
