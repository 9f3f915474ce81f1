/** One line of an edit script. */
export interface LineEdit {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

const MAX_CELLS = 4_000_000;

/** Lines of a text; the last one keeps a note when it has no line break. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines[lines.length - 1] += '\n\\ No newline at end of file';
  return lines;
}

function commonEnds(a: readonly string[], b: readonly string[]): { readonly head: number; readonly tail: number } {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return { head, tail };
}

/** Lengths of the longest common subsequences of all suffixes, row by row. */
function suffixLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      rows[i][j] = a[i] === b[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
  return rows;
}

function middleEdits(a: readonly string[], b: readonly string[]): LineEdit[] {
  const removed = (line: string): LineEdit => ({ kind: '-', line });
  const added = (line: string): LineEdit => ({ kind: '+', line });
  if (a.length * b.length > MAX_CELLS) return [...a.map(removed), ...b.map(added)];
  const lengths = suffixLengths(a, b);
  const edits: LineEdit[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push({ kind: ' ', line: a[i] });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || lengths[i + 1][j] >= lengths[i][j + 1])) edits.push(removed(a[i++]));
    else edits.push(added(b[j++]));
  }
  return edits;
}

/** A shortest edit script from one list of lines to another; deletions stand before insertions. */
export function lineEdits(a: readonly string[], b: readonly string[]): LineEdit[] {
  const { head, tail } = commonEnds(a, b);
  const keep = (line: string): LineEdit => ({ kind: ' ', line });
  return [
    ...a.slice(0, head).map(keep),
    ...middleEdits(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(keep),
  ];
}
