export interface BcToken {
  readonly kind: 'number' | 'name' | 'string' | 'operator' | 'newline' | 'end' | 'bad';
  readonly text: string;
  /** The line that the reader is in once it has the token. */
  readonly line: number;
  /** Where the text goes on after it. */
  readonly end: number;
}

const TOKEN =
  /(?<space>[ \t\r]+|\\\n|#[^\n]*|\/\*[^]*?\*\/)|(?<number>[0-9A-F]+(?:\.[0-9A-F]*)?|\.[0-9A-F]+)|(?<name>[a-z][a-z0-9_]*)|"(?<string>[^"]*)"|(?<operator>[-+*/%^]=|[<>=!]=|&&|\|\||\+\+|--|[-+*/%^()<>=!{}[\],;.])|(?<newline>\n)/y;

const countLines = (text: string): number => text.split('\n').length - 1;

/** Splits the text into tokens; a character that is none is a `bad` one, which the parser leaves out. */
export function bcTokens(text: string, firstLine: number): BcToken[] {
  const tokens: BcToken[] = [];
  let line = firstLine;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found?.groups) {
      tokens.push({ kind: 'bad', text: text[at], line, end: at + 1 });
      TOKEN.lastIndex = at + 1;
      continue;
    }
    const { groups } = found;
    line += countLines(found[0]);
    const kind = (['number', 'name', 'string', 'operator', 'newline'] as const).find(
      (each) => groups[each] !== undefined,
    );
    if (kind) tokens.push({ kind, text: groups[kind], line, end: TOKEN.lastIndex });
  }
  tokens.push({ kind: 'end', text: '', line, end: text.length });
  return tokens;
}
