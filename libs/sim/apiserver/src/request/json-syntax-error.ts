import { goQuote } from '@seatrial/schema';

const quoted = (character: string): string =>
  character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`;

class SyntaxProblem extends Error {}

/** A scanner of JSON that stops where Go's encoding/json does, and says so in its words. */
class Scanner {
  private at = 0;
  constructor(private readonly text: string) {}

  run(): void {
    this.value('looking for beginning of value');
    this.blanks();
    if (this.at < this.text.length) this.refuse('after top-level value');
  }

  private blanks(): void {
    while (/[ \t\r\n]/.test(this.text.charAt(this.at))) this.at++;
  }

  private refuse(context: string): never {
    if (this.at >= this.text.length) throw new SyntaxProblem('unexpected end of JSON input');
    throw new SyntaxProblem(`invalid character ${quoted(this.text.charAt(this.at))} ${context}`);
  }

  private expect(character: string, context: string): void {
    if (this.text.charAt(this.at) !== character) this.refuse(context);
    this.at++;
  }

  private value(context: string): void {
    this.blanks();
    const character = this.text.charAt(this.at);
    if (character === '{') this.object();
    else if (character === '[') this.array();
    else if (character === '"') this.string();
    else if (character === '-' || /\d/.test(character))
      this.at += /^-?\d*(\.\d+)?([eE][-+]?\d+)?/.exec(this.text.slice(this.at))?.[0].length ?? 1;
    else {
      const word = ['true', 'false', 'null'].find((name) => name.startsWith(character) && character !== '');
      if (!word) this.refuse(context);
      for (let i = 1; i < word.length; i++) {
        this.at++;
        if (this.text.charAt(this.at) !== word.charAt(i))
          this.refuse(`in literal ${word} (expecting ${quoted(word.charAt(i))})`);
      }
      this.at++;
    }
  }

  private object(): void {
    this.at++;
    this.blanks();
    if (this.text.charAt(this.at) === '}') {
      this.at++;
      return;
    }
    for (;;) {
      this.blanks();
      if (this.text.charAt(this.at) !== '"') this.refuse('looking for beginning of object key string');
      this.string();
      this.blanks();
      this.expect(':', 'after object key');
      this.value('looking for beginning of value');
      this.blanks();
      if (this.text.charAt(this.at) === '}') break;
      this.expect(',', 'after object key:value pair');
    }
    this.at++;
  }

  private array(): void {
    this.at++;
    this.blanks();
    if (this.text.charAt(this.at) === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value('looking for beginning of value');
      this.blanks();
      if (this.text.charAt(this.at) === ']') break;
      this.expect(',', 'after array element');
    }
    this.at++;
  }

  private string(): void {
    this.at++;
    for (;;) {
      const character = this.text.charAt(this.at);
      if (this.at >= this.text.length || character < ' ') this.refuse('in string literal');
      this.at += character === '\\' ? 2 : 1;
      if (character === '"') return;
    }
  }
}

/** Why a text is not JSON, as Go's encoding/json says it; `unexpected end of JSON input` when it is cut off. */
export function jsonSyntaxError(text: string): string {
  try {
    new Scanner(text).run();
  } catch (error) {
    if (error instanceof SyntaxProblem) return error.message;
    throw error;
  }
  return 'unexpected end of JSON input';
}
