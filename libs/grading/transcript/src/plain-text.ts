import { readCapture, type CapturedLine } from './asciinema.js';
import { restoreEscapes } from './lost-escapes.js';
import { showLine } from './terminal-line.js';

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

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', gt: '>', lt: '<', quot: '"', nbsp: ' ', '#39': "'", '#x27': "'", '#34': '"', '#x2F': '/', '#96': '`' }; // prettier-ignore
const ENTITY = /&(amp|gt|lt|quot|nbsp|#39|#x27|#34|#x2F|#96);/g;

/** Text that was copied out of HTML: it has entities, and none of the signs that they stand for. */
function withoutEntities(source: string): string {
  const escaped = /&(?:gt|lt|quot|#39|#34|#x27);|&amp;&amp;/.test(source) && !/[<>]|&&/.test(source);
  return escaped ? source.replace(ENTITY, (entity, name: string) => ENTITIES[name] ?? entity) : source;
}

/** Lines that are all quoted, as in a mail: without the marks. */
function withoutQuoteMarks(lines: readonly CapturedLine[]): readonly CapturedLine[] {
  const written = lines.filter(({ text }) => text.trim() !== '');
  const quoted = written.length > 1 && written.every(({ text }) => /^ {0,3}>(?: |$)/.test(text));
  return quoted ? lines.map(({ text, number }) => ({ text: text.replace(/^ {0,3}> ?/, ''), number })) : lines;
}

/** A line that is one piece of Markdown's code; what was in it keeps its column. */
function withoutCodeMarks({ text, number }: CapturedLine): CapturedLine {
  return { text: text.replace(/^(\s*)`([^`]+)`\s*$/, '$1 $2'), number };
}

/** Lines as they were seen: no byte order mark, no terminal control, one kind of line end and space. */
export function toPlainLines(source: string): CapturedLine[] {
  const { lines, columns } = readCapture(withoutEntities(source));
  const plain = restoreEscapes(lines).map(({ text, number }) => ({
    number,
    text: showLine(text, columns)
      .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
      .replace(/[\u200b-\u200d\u2060\ufeff]/g, ''),
  }));
  return withoutQuoteMarks(plain).map(withoutCodeMarks);
}

/** Straightens curly quotes; one inside straight quotes is text (`echo "it’s"`). */
function straightenQuotes(command: string): string {
  let inside = '';
  let straight = '';
  for (const character of command) {
    const plain = QUOTES[character];
    if (inside === '') {
      if (character === '"' || character === "'") inside = character;
      straight += plain ?? character;
    } else {
      if (character === inside) inside = '';
      straight += character;
    }
  }
  return inside === '' ? straight : command.replace(/[“”„‘’‚]/g, (quote) => QUOTES[quote] ?? quote);
}

/** Undoes what word processors do to a command: “curly” quotes, and a dash in place of `--` or `-`. */
export function straighten(command: string): string {
  return straightenQuotes(command)
    .replace(/(^|\s)—(?=\w)/g, '$1--')
    .replace(/(^|\s)[–−](?=\w{2})/g, '$1--')
    .replace(/(^|\s)[–−‐‑](?=\w(?:\s|=|$))/g, '$1-')
    .replace(/(^|\s)[—–](?=\s)/g, (match: string, before: string, at: number, all: string) =>
      /\b(?:exec|run|debug)\b/.test(all.slice(0, at)) ? `${before}--` : match,
    );
}
