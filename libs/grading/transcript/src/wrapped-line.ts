import { looksLikeOutput } from './output-shapes.js';

/** Terminals are not narrower than this. */
const NARROWEST = 60;
/** What a command does not end with, but a row that the terminal's edge cut may. */
const MIDWAY = /[=,/:|&({[.+-]$|\s$/;
/** What a row begins with, or has, that goes on with a command: the rest of a word with an option behind, closing quotes. */
const GOES_ON = /^\s?--?[a-z]|^\S*\s+--?[a-z]|^[^\s'"]*['"}\])]|^\s?[|&;]/;

/** The edge at which a terminal may have cut lines: none is wider; when several reach it, it has. */
export interface Edge {
  readonly width: number;
  readonly sure: boolean;
}

export function edgeOf(lines: readonly { readonly text: string }[]): Edge {
  let width = 0;
  let rows = 0;
  for (const { text } of lines) {
    if (text.length > width) [width, rows] = [text.length, 0];
    if (text.length === width) rows++;
  }
  return width < NARROWEST ? { width: Infinity, sure: false } : { width, sure: rows > 1 };
}

/** Whether the row below a command's row, which reaches to the terminal's edge, is the rest of it. */
export function isWrapped(row: string, next: string | undefined, { width, sure }: Edge): boolean {
  if (next === undefined || next === '' || row.length !== width) return false;
  // The command itself says that it goes on, and how.
  if (/(?:\\|[ \t][`^])$/.test(row) || /^\s*>{1,2} /.test(next)) return false;
  if (/^\s?--?[a-z]/.test(next)) return true;
  return !looksLikeOutput(next) && (sure || GOES_ON.test(next) || MIDWAY.test(row));
}
