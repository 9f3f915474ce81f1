import type { Coroutine, Device } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';

/** Marks up lines as `-n`, `-b`, `-s`, `-E`, `-T` and `-v` ask. */
class LineMarker {
  private number = 0;
  private blankBefore = false;
  private atLineStart = true;

  constructor(private readonly flags: ReadonlyMap<string, number>) {}

  mark(text: string): string {
    const has = (name: string): boolean => this.flags.has(name);
    const ends = has('E') || has('A') || has('e');
    const tabs = has('T') || has('A') || has('t');
    const visible = has('v') || has('A') || has('e') || has('t');
    let result = '';
    for (const line of text.split(/(?<=\n)/)) {
      const body = line.endsWith('\n') ? line.slice(0, -1) : line;
      if (has('s') && this.atLineStart && body === '' && line !== body) {
        if (this.blankBefore) continue;
        this.blankBefore = true;
      } else this.blankBefore = false;
      if (this.atLineStart && (has('b') ? body !== '' : has('n'))) result += `${String(++this.number).padStart(6)}\t`;
      let shown = visible ? showControls(body) : body;
      if (tabs) shown = shown.replaceAll('\t', '^I');
      result += shown + (line === body ? '' : ends ? '$\n' : '\n');
      this.atLineStart = line !== body;
    }
    return result;
  }
}

function showControls(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (char) => `^${String.fromCharCode(char.charCodeAt(0) ^ 64)}`);
}

/** Copies standard input piece by piece, so that `tail -f log | cat` shows each line as it comes. */
function* copyStdin(tool: Tool, change: (text: string) => string): Coroutine<void> {
  const { stdin } = tool.process;
  for (let piece = yield* stdin.read(); piece !== undefined; piece = yield* stdin.read()) {
    tool.charge(1);
    yield* tool.out(change(piece));
  }
}

/** Copies a device that may give without end. */
function* copyDevice(tool: Tool, device: Device, change: (text: string) => string): Coroutine<void> {
  for (let piece = yield* tool.readDevice(device); piece !== ''; piece = yield* tool.readDevice(device))
    yield* tool.out(change(piece));
}

export function* runCat(tool: Tool): Coroutine<number> {
  const { flags, operands } = yield* tool.options(
    '-A --show-all, -b --number-nonblank, -e, -E --show-ends, -n --number, -s --squeeze-blank, -t, -T --show-tabs, -u, -v --show-nonprinting',
  );
  const marker = new LineMarker(flags);
  const change = flags.size === 0 ? (text: string) => text : (text: string) => marker.mark(text);
  let status = 0;
  for (const operand of operands.length > 0 ? operands : ['-']) {
    const device = tool.device(operand);
    if (operand === '-') yield* copyStdin(tool, change);
    else if (device) yield* copyDevice(tool, device, change);
    else {
      const text = yield* tool.read(operand);
      if (text.ok) yield* tool.out(change(text.value));
      else {
        status = 1;
        yield* tool.complain(`${operand}: ${errorText(text.error)}`);
      }
    }
  }
  return status;
}

export const cat = defineCommand({
  name: 'cat',
  program: toolProgram(runCat),
  busybox: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-A, -b, -e, -n, -t, -u, -v');
    let status = 0;
    for (const operand of operands.length > 0 ? operands : ['-']) {
      const device = tool.device(operand);
      if (operand === '-') yield* copyStdin(tool, (text) => text);
      else if (device) yield* copyDevice(tool, device, (text) => text);
      else {
        const text = yield* tool.read(operand);
        if (text.ok) yield* tool.out(text.value);
        else {
          status = 1;
          const directory = text.error === 'EISDIR';
          yield* tool.complain(
            directory ? `read error: ${errorText(text.error)}` : `can't open '${operand}': ${errorText(text.error)}`,
          );
        }
      }
    }
    return status;
  }),
});
