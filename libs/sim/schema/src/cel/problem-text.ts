import type { CelProblem } from './parse/expression.js';

/* Problems as cel-go shows them (common/error.go, errors.go). */

const MAX_SNIPPET = 16_384;
const MAX_PROBLEMS = 100;

interface Place {
  readonly line: number;
  readonly column: number;
}

/** What has no place stands before everything; an empty expression's end is nowhere, too. */
function placeOf(expression: string, offset: number | undefined): Place {
  if (offset === undefined) return { line: -1, column: -1 };
  const before = expression.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  const column = Array.from(before.slice(start)).length;
  return { line: before.split('\n').length, column: expression === '' ? -1 : column };
}

/** The line with a mark under the place; wide characters have wide dots. */
function snippet(line: string, column: number): string {
  const shown = Array.from(line.replaceAll('\t', ' '));
  const wide = (character: string | undefined): boolean => character !== undefined && character.charCodeAt(0) > 0x7f;
  const dots = shown.slice(0, Math.max(0, column)).map((character) => (wide(character) ? '\uff0e' : '.'));
  return `\n | ${shown.join('')}\n | ${dots.join('')}${wide(shown.at(Math.max(0, column))) && column < shown.length ? '\uff3e' : '^'}`;
}

function problemText(expression: string, { line, column }: Place, message: string): string {
  const source = expression.split('\n').at(line - 1);
  const shown = line > 0 && source !== undefined && source.length <= MAX_SNIPPET;
  return `ERROR: <input>:${line}:${column + 1}: ${message}${shown ? snippet(source, column) : ''}`;
}

/** `ERROR: <input>:1:17: undefined field 'limit'` with its line, for each problem, in the order of their places. */
export function celProblemsText(expression: string, problems: readonly CelProblem[]): string {
  const placed = problems.map(({ offset, message }) => ({ place: placeOf(expression, offset), message }));
  const shown = placed.slice(0, MAX_PROBLEMS);
  shown.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  const texts = shown.map(({ place, message }) => problemText(expression, place, message));
  if (placed.length > MAX_PROBLEMS) texts.push(`${placed.length - MAX_PROBLEMS} more errors were truncated`);
  return texts.join('\n');
}
