import { lineEdits, linesOf, type LineEdit } from './line-edits.js';

export interface UnifiedDiffOptions {
  /** Lines of context around changes; diff(1) takes 3. */
  readonly context?: number;
}

interface Hunk {
  readonly start: number;
  readonly end: number;
}

/** Runs of edits with their context, merged where the contexts touch. */
function hunksOf(edits: readonly LineEdit[], context: number): Hunk[] {
  const hunks: Hunk[] = [];
  for (const [index, edit] of edits.entries()) {
    if (edit.kind === ' ') continue;
    const start = Math.max(0, index - context);
    const end = Math.min(edits.length, index + 1 + context);
    const last = hunks.at(-1);
    if (last && start <= last.end) hunks[hunks.length - 1] = { start: last.start, end };
    else hunks.push({ start, end });
  }
  return hunks;
}

const range = (start: number, count: number): string =>
  count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;

/** The hunks of `diff -u` between two texts, without file headers; '' when they are equal. */
export function unifiedDiff(before: string, after: string, options: UnifiedDiffOptions = {}): string {
  if (before === after) return '';
  const edits = lineEdits(linesOf(before), linesOf(after));
  let out = '';
  let oldLine = 1;
  let newLine = 1;
  let done = 0;
  for (const { start, end } of hunksOf(edits, options.context ?? 3)) {
    for (const edit of edits.slice(done, start)) {
      if (edit.kind !== '+') oldLine++;
      if (edit.kind !== '-') newLine++;
    }
    const part = edits.slice(start, end);
    const oldCount = part.filter((edit) => edit.kind !== '+').length;
    const newCount = part.filter((edit) => edit.kind !== '-').length;
    out += `@@ -${range(oldLine, oldCount)} +${range(newLine, newCount)} @@\n`;
    out += part.map((edit) => `${edit.kind}${edit.line}\n`).join('');
    oldLine += oldCount;
    newLine += newCount;
    done = end;
  }
  return out;
}
