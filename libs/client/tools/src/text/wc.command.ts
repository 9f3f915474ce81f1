import { utf8Length } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram } from '../tool/tool.js';

interface Counts {
  lines: number;
  words: number;
  characters: number;
  bytes: number;
  longest: number;
}

function countText(text: string): Counts {
  const counts = { lines: 0, words: 0, characters: 0, bytes: utf8Length(text), longest: 0 };
  let [lineStart, inWord] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // The second half of a surrogate pair is no character of its own.
    if (code < 0xdc00 || code > 0xdfff) counts.characters++;
    const blank = code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(text.charAt(at)));
    if (!blank && !inWord) counts.words++;
    inWord = !blank;
    if (code !== 10) continue;
    counts.lines++;
    counts.longest = Math.max(counts.longest, at - lineStart);
    lineStart = at + 1;
  }
  counts.longest = Math.max(counts.longest, text.length - lineStart);
  return counts;
}

const COLUMNS: readonly (readonly [flag: string, field: keyof Counts])[] = [
  ['l', 'lines'],
  ['w', 'words'],
  ['m', 'characters'],
  ['c', 'bytes'],
  ['L', 'longest'],
];

export const wc = defineCommand({
  name: 'wc',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-l --lines, -w --words, -m --chars, -c --bytes, -L --max-line-length',
    );
    const chosen = COLUMNS.filter(([flag]) => (flags.size === 0 ? 'lwc'.includes(flag) : flags.has(flag)));
    const rows: { counts: Counts; name: string }[] = [];
    let status = 0;
    for (const operand of operands.length > 0 ? operands : ['']) {
      const text = yield* tool.read(operand === '' ? undefined : operand);
      if (text.ok) rows.push({ counts: countText(text.value), name: operand });
      else {
        status = 1;
        yield* tool.complain(`${operand}: ${errorText(text.error)}`);
        if (text.error === 'EISDIR') rows.push({ counts: countText(''), name: operand });
      }
    }
    const total = countText('');
    for (const { counts } of rows)
      for (const [, field] of COLUMNS)
        total[field] = field === 'longest' ? Math.max(total[field], counts[field]) : total[field] + counts[field];
    if (operands.length > 1) rows.push({ counts: total, name: 'total' });
    const width = columnWidth(chosen.length, operands, total);
    for (const { counts, name } of rows) {
      const cells = chosen.map(([, field]) => String(counts[field]).padStart(width)).join(' ');
      yield* tool.out(`${cells}${name === '' ? '' : ` ${name}`}\n`);
    }
    return status;
  }),
  busybox: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-l, -w, -m, -c, -L');
    const chosen = COLUMNS.filter(([flag]) => (flags.size === 0 ? 'lwc'.includes(flag) : flags.has(flag)));
    let status = 0;
    const total = countText('');
    const format = (counts: Counts, name: string): string => {
      const cells = chosen
        .map(([, field]) =>
          chosen.length === 1 && operands.length <= 1 ? String(counts[field]) : String(counts[field]).padStart(9),
        )
        .join(' ');
      return `${cells}${name === '' ? '' : ` ${name}`}\n`;
    };
    for (const operand of operands.length > 0 ? operands : ['']) {
      const text = yield* tool.read(operand === '' ? undefined : operand);
      if (!text.ok) {
        status = 1;
        yield* tool.complain(`${operand}: ${errorText(text.error)}`);
        continue;
      }
      const counts = countText(text.value);
      for (const [, field] of COLUMNS) total[field] += counts[field];
      yield* tool.out(format(counts, operand));
    }
    if (operands.length > 1) yield* tool.out(format(total, 'total'));
    return status;
  }),
});

/** GNU aligns to the widest possible number, 7 for pipes, 1 for a single count. */
function columnWidth(columns: number, operands: readonly string[], total: Counts): number {
  if (columns === 1 && operands.length <= 1) return 1;
  if (operands.length === 0 || operands.includes('-')) return 7;
  return String(total.bytes).length;
}
