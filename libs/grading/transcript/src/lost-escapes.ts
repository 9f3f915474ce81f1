import type { CapturedLine } from './asciinema.js';

/** `^[` as `cat -v`, `less` and many editors show an escape, `␛` as others do. */
const SHOWN = /(?:\^\[|\u241b)(?=\[[\d;?]*[A-Za-z@]|\][012];|[()][AB0]|[=>])/g;
/** What bash, zsh and coloured prompts send without end, where the escape itself was lost. */
const LOST = /\[\?2004[hl]|\[(?:0?0|0?1;\d\d|[39]\d)m/g;
const FEWEST = 3;
const LOST_TITLE = /\]([012];[^\u0007[]*)(?:\u0007|(?=\[))/g;
/** Colours, modes, erasing, moving in the line. grep erases after a colour; readline after a backspace, lost as well. */
const LOST_SEQUENCE =
  /(\[(?:(?:\d{1,3};)*\d{1,3})?m)?\[K|\[(?:\?\d{1,4}[hl]|(?:\d{1,3};)*\d{1,3}m|m(?![a-z])|\d{1,3}[CDPJ@]|[CDPJ](?![A-Za-z]))/g;

const count = (lines: readonly CapturedLine[], pattern: RegExp): number =>
  lines.reduce((sum, { text }) => sum + (text.match(pattern)?.length ?? 0), 0);

const restore = (text: string): string =>
  text
    .replace(LOST_TITLE, '\u001b]$1\u0007')
    .replace(LOST_SEQUENCE, (sequence: string, colour: string | undefined) =>
      sequence === '[K' ? '\b\u001b[K' : colour === undefined ? `\u001b${sequence}` : `\u001b${colour}\u001b[K`,
    );

/**
 * A terminal's capture whose escape characters were written out (`^[[0m`) or dropped (`[0m`), as web forms and editors
 * do it, with the escapes again. Lines of anything else are as they were.
 */
export function restoreEscapes(lines: readonly CapturedLine[]): readonly CapturedLine[] {
  if (lines.some(({ text }) => text.includes('\u001b'))) return lines;
  const change = (edit: (text: string) => string): CapturedLine[] =>
    lines.map(({ text, number }) => ({ text: edit(text), number }));
  if (count(lines, SHOWN) >= FEWEST)
    return change((text) =>
      text.replace(SHOWN, '\u001b').replaceAll('^G', '\u0007').replaceAll('^H', '\b').replace(/\^M$/, ''),
    );
  return count(lines, LOST) >= FEWEST ? change(restore) : lines;
}
