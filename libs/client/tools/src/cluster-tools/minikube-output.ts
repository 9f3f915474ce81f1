import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';

/** What minikube puts before a line: an emoji on a terminal, else a sign (pkg/minikube/style). */
const STYLES = {
  celebrate: ['🎉  ', '* '],
  celebrateAddon: ['🌟  ', '* '],
  crushed: ['💀  ', '* '],
  deleting: ['🔥  ', '* '],
  enabling: ['🔌  ', '* '],
  fire: ['🔥  ', '* '],
  happy: ['😄  ', '* '],
  link: ['🔗  ', '* '],
  pin: ['📌  ', '* '],
  ready: ['🏄  ', '* '],
  launch: ['🚀  ', '* '],
  kubectl: ['💗  ', '* '],
  meh: ['🙄  ', '! '],
  mounting: ['📁  ', '* '],
  network: ['🌐  ', '* '],
  notice: ['📌  ', '* '],
  success: ['✅  ', '* '],
  restarting: ['🔄  ', '* '],
  running: ['🏃  ', '* '],
  shutdown: ['🛑  ', '* '],
  shrug: ['🤷  ', '* '],
  sparkle: ['✨  ', '* '],
  stopping: ['✋  ', '* '],
  thinking: ['🤔  ', '* '],
  thumbsUp: ['👍  ', '* '],
  pause: ['⏸️  ', '* '],
  unpause: ['⏯️  ', '* '],
  tip: ['👉  ', '  '],
  sad: ['😿  ', '* '],
  verify: ['🔎  ', '* '],
  option: ['    ▪ ', '  - '],
  warning: ['❗  ', '! '],
  failure: ['❌  ', 'X '],
  tractor: ['🚜  ', '* '],
  whale: ['🐳  ', '* '],
  maintained: ['💡  ', '* '],
} as const;

export type Style = keyof typeof STYLES;

/** A line on standard output. */
export function* say(tool: Tool, style: Style, text: string): Coroutine<void> {
  yield* tool.out(`${STYLES[style][tool.process.stdout.isTerminal ? 0 : 1]}${text}\n`);
}

/** A line on standard error. */
export function* warn(tool: Tool, style: Style, text: string): Coroutine<void> {
  yield* tool.err(`${STYLES[style][tool.process.stderr.isTerminal ? 0 : 1]}${text}\n`);
}

/** The lines of a row whose cells have several. */
function cellLines(row: readonly string[]): string[][] {
  const cells = row.map((cell) => cell.split('\n'));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, index) => cells.map((lines) => lines[index] ?? ''));
}

/** A table in boxes, headers in the middle of their columns. */
export function boxTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.flatMap(cellLines);
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((row) => row[column].length)));
  const rule = (left: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${right}\n`;
  const centred = (title: string, width: number): string => {
    const before = Math.floor((width - title.length) / 2);
    return ' '.repeat(before) + title.padEnd(width - before);
  };
  const line = (cells: readonly string[]): string => `│ ${cells.join(' │ ')} │\n`;
  return [
    rule('┌', '┬', '┐'),
    line(header.map((title, column) => centred(title, widths[column]))),
    rule('├', '┼', '┤'),
    ...lines.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column])))),
    rule('└', '┴', '┘'),
  ].join('');
}
