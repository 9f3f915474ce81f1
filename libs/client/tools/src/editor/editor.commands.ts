import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import { HANDED_IN } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { runExCommand } from './ex-command.js';
import { NanoSession } from './nano-session.js';
import { TextBuffer } from './text-buffer.js';
import { ViSession } from './vi-session.js';

/** What vim says when it is started without a terminal. */
const NO_TERMINAL = 'Vim: Warning: Output is not to a terminal\nVim: Warning: Input is not from a terminal\n';
const INPUT_ENDED = 'Vim: Error reading input, exiting...\nVim: Finished.\n';

/** Feeds what is typed to an editor until it ends; false when the input ends first. */
function* typeInto(
  tool: Tool,
  session: { readonly exit: number | undefined; type(keys: string): Coroutine<number> },
): Coroutine<boolean> {
  const { stdin } = tool.process;
  while (session.exit === undefined) {
    const keys = yield* stdin.read();
    if (keys === undefined) return false;
    const taken = yield* session.type(keys);
    if (taken < keys.length) stdin.unread(keys.slice(taken).replace(/^\n/, ''));
  }
  return true;
}

/**
 * The end of an editor whose screen nobody has seen: what was handed in is what it left, and what it did to other files is
 * not known.
 */
function leaveUnwatched(tool: Tool, path: string | undefined): number {
  const restored = path !== undefined && tool.machine.facility(HANDED_IN)?.restore(tool.path(path)) === true;
  if (!restored) reportUnsupported(tool.machine, `what was typed into ${[tool.name, path ?? ''].join(' ').trim()}`);
  return 0;
}

function open(tool: Tool, path: string | undefined): TextBuffer {
  const read = path === undefined ? undefined : tool.readFile(path);
  return TextBuffer.of(read?.ok ? read.value : '');
}

/** vi: keys typed at a terminal, or piped in; `-c` and `+` run commands first. */
function vi(name: string) {
  return defineCommand({
    name,
    userlands: ['gnu'],
    program: toolProgram(function* (tool) {
      const first = tool.args.filter((arg) => arg.startsWith('+')).map((arg) => arg.slice(1) || '$');
      const rest = tool.args.filter((arg) => !arg.startsWith('+'));
      const { values, operands } = yield* tool.options(
        '-c=, -R, -n, -u=, -e, -s, -E, -y, -N, -C, -o, -O, -p, -i=, -T=, -w=, -Z, -v, -b, -X',
        { args: rest },
      );
      const [path] = operands;
      const terminal = tool.process.stdin.isTerminal;
      const unwatched = !terminal && tool.machine.facility(HANDED_IN) !== undefined;
      if (!terminal && !unwatched) yield* tool.err(NO_TERMINAL);
      const folder = path !== undefined && tool.machine.files.isDirectory(tool.path(path));
      if (folder) return yield* tool.die(`"${path}" is a directory`);
      const file = { buffer: open(tool, path), path };
      for (const command of [...first, ...(values.get('c') ?? [])]) {
        const { exit } = yield* runExCommand(tool, file, command);
        if (exit !== undefined) return exit;
      }
      const session = new ViSession(tool, file);
      if (yield* typeInto(tool, session)) return session.exit ?? 0;
      if (unwatched) return leaveUnwatched(tool, path);
      yield* tool.err(INPUT_ENDED);
      return 1;
    }),
  });
}

export const viCommand = vi('vi');
export const vim = vi('vim');

export const nano = defineCommand({
  name: 'nano',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-l, -i, -w, -B, -c, -m, -v, -E, -T=');
    if (!tool.process.stdin.isTerminal && tool.machine.facility(HANDED_IN)) return leaveUnwatched(tool, operands[0]);
    if (!tool.process.stdin.isTerminal) {
      yield* tool.err('Standard input is not a terminal\n');
      return 1;
    }
    const [path] = operands;
    const read = path === undefined ? undefined : tool.readFile(path);
    if (read && !read.ok && read.error !== 'ENOENT') return yield* tool.die(`${path}: ${errorText(read.error)}`);
    const session = new NanoSession(tool, open(tool, path), path);
    yield* typeInto(tool, session);
    return 0;
  }),
});
