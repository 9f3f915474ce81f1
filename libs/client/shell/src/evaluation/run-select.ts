import { readLine, type Coroutine } from '@seatrial/kernel';
import { expandWords } from '../expansion/expand-word.js';
import type { CompoundNode } from '../syntax/script-node.js';
import { assignScalar } from './assign.js';
import { NOTHING_TO_READ } from './open-file.js';
import { runLoop } from './run-compound.js';
import type { Shell } from './shell.js';
import { compoundHead, trace } from './trace.js';

const TAB = 8;

/** From one column to the next, with tabs where there is room for one (execute_cmd.c `indent`). */
function indent(from: number, to: number): string {
  let text = '';
  for (let at = from; at < to;) {
    const next = at - (at % TAB) + TAB;
    if (next <= to && next - at > 1) {
      text += '\t';
      at = next;
    } else {
      text += ' ';
      at++;
    }
  }
  return text;
}

/** The menu in columns, down and then across (execute_cmd.c `print_select_list`). */
function selectMenu(values: readonly string[], columns: number): string {
  const widest = Math.max(...values.map((value) => [...value].length));
  const label = String(values.length).length;
  const cell = widest + label + 2 + 2;
  const across = Math.max(1, Math.floor(columns / cell));
  let rows = Math.ceil(values.length / across);
  const used = Math.ceil(values.length / rows);
  if (rows === 1) rows = used;
  const firstLabel = String(rows).length;
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = '';
    let position = 0;
    for (let index = row; index < values.length; index += rows) {
      const width = position === 0 ? firstLabel : label;
      line += `${String(index + 1).padStart(width)}) ${values[index]}`;
      const end = position + [...values[index]].length + width + 2;
      if (index + rows < values.length) line += indent(end, position + cell);
      position += cell;
    }
    lines.push(`${line}\n`);
  }
  return lines.join('');
}

/** `select`: a numbered menu on standard error, a choice from standard input for each turn. */
export function* runSelect(shell: Shell, node: Extract<CompoundNode, { type: 'for' | 'select' }>): Coroutine<number> {
  const values = node.words ? yield* expandWords(shell, node.words) : shell.state.positional;
  if (values.length === 0) return 0;
  const menu = selectMenu(values, Number(shell.state.variables.read('COLUMNS') ?? 80) || 80);
  yield* trace(shell, compoundHead(node));
  let show = true;
  let cutOff = false;
  const status = yield* runLoop(shell, node.body, function* () {
    for (;;) {
      if (show) yield* shell.write(2, menu);
      yield* shell.write(2, shell.state.variables.read('PS3') ?? '#? ');
      const line = yield* readLine(shell.descriptors.get(0)?.input ?? NOTHING_TO_READ);
      if (line === undefined) {
        yield* shell.out('\n');
        cutOff = true;
        return false;
      }
      show = line.trim() === '';
      if (show) continue;
      assignScalar(shell, 'REPLY', line, false);
      assignScalar(shell, node.variable, values[Number(line.trim()) - 1] ?? '', false);
      return true;
    }
  });
  return cutOff ? 1 : status;
}
