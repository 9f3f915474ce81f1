/** Terminal control: colours, cursor moves, window titles. */
const ESCAPE_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const QUOTES: Readonly<Record<string, string>> = { '“': '"', '”': '"', '„': '"', '‘': "'", '’': "'", '‚': "'" };

/** The first line that holds what no text file holds (a NUL, many control characters), or undefined. */
export function findBinaryLine(text: string): number | undefined {
  let line = 1;
  let odd = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0 || code === 0xfdd0) return line; // U+FDD0 stands for NUL where none can be kept
    if (code === 10) line++;
    else if (code === 0xfffd || (code < 32 && code !== 9 && code !== 13 && code !== 27 && code !== 8 && code !== 7))
      odd++;
    if (odd > 16 && odd * 10 > at) return line;
  }
  return undefined;
}

/** Text as it was seen: no byte order mark, no terminal control, one kind of line end and space. */
export function toPlainText(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(ESCAPE_SEQUENCES, '')
    .replace(/\r+\n?/g, '\n')
    .replace(/[\u00a0\u2007\u202f]/g, ' ')
    .replace(/[\u200b\u200c\u200d]/g, '');
}

/** Undoes what word processors do to a command: “curly” quotes, and a dash in place of `--` or `-`. */
export function straighten(command: string): string {
  return command
    .replace(/[“”„‘’‚]/g, (quote) => QUOTES[quote] ?? quote)
    .replace(/(^|\s)—(?=\w)/g, '$1--')
    .replace(/(^|\s)–(?=\w{2})/g, '$1--')
    .replace(/(^|\s)–(?=\w(?:\s|$))/g, '$1-');
}
