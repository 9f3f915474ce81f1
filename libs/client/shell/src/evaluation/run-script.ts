import type { Coroutine } from '@seatrial/kernel';
import type { CommandNode, ListNode } from '../syntax/script-node.js';
import { ScriptParser } from '../syntax/script-parser.js';
import { ashSyntaxMessage, bashSyntaxMessages, type ScriptSyntaxError } from '../syntax/syntax-error.js';
import { DiscardJump, ExitJump } from './jumps.js';
import { runList } from './run-list.js';
import type { Shell } from './shell.js';

export interface ScriptOptions {
  readonly firstLine?: number;
  /** Stands between the name and the line in messages about the syntax (`-c`, `eval`…). */
  readonly label?: string;
  /** Nothing follows the text in this process: its last command may take it over. */
  readonly isAll?: boolean;
}

/** What ends a list as its last thing to do, where that is a simple command (ash's EV_EXIT). */
function lastCommand({ items }: ListNode): CommandNode | undefined {
  const item = items.at(-1);
  if (!item || item.background) return undefined;
  const { commands, negated, timed } = item.rest.at(-1)?.pipeline ?? item.first;
  return commands.length === 1 && !negated && !timed && commands[0].type === 'simple' ? commands[0] : undefined;
}

/** Reads and runs a text command by command. A syntax error ends it with status 2 after what came before has run. */
export function* runScriptText(shell: Shell, text: string, options: ScriptOptions = {}): Coroutine<number> {
  const cuts: [number, number, string][] = [];
  const parser = ScriptParser.of(text, {
    flavour: shell.flavour,
    firstLine: options.firstLine ?? 1,
    extendedGlobs: () => shell.state.shopt.has('extglob'),
    // Asked anew for every line: a script may switch it on.
    alias: (name) =>
      shell.interactive || shell.state.shopt.has('expand_aliases') || shell.flavour === 'ash'
        ? shell.state.aliases.get(name)
        : undefined,
    onCutHereDocument: (line, start, delimiter) => cuts.push([line, start, delimiter]),
    charge: (steps) => {
      shell.charge(steps);
    },
  });
  shell.charge(text.length);
  let status = 0;
  for (;;) {
    const from = parser.offset;
    const verbose = shell.option('verbose');
    const command = parser.nextCommand();
    // `set -v` shows the lines as they are read.
    if (verbose) yield* shell.write(2, parser.textFrom(from));
    for (const [line, start, delimiter] of cuts.splice(0)) yield* warnOfCut(shell, line, start, delimiter);
    if (!command.ok) {
      yield* complainOfSyntax(shell, command.error, options.label);
      shell.state.lastStatus = 2;
      if (shell.flavour === 'ash') throw new ExitJump(2);
      return 2;
    }
    if (!command.value) return status;
    if (shell.option('noexec') && !shell.interactive) continue;
    // Only where no line's end follows it (parser_eof).
    if (options.isAll && parser.isAtEnd && !text.endsWith('\n')) shell.last = lastCommand(command.value);
    status = yield* runLine(shell, () => runList(shell, command.value ?? { items: [] }));
  }
}

/** One complete command; an expansion error in it gives up the rest of it, and in a subshell everything. */
function* runLine(shell: Shell, body: () => Coroutine<number>): Coroutine<number> {
  const { loopDepth, errexitSuspended } = shell;
  try {
    return yield* body();
  } catch (error) {
    if (!(error instanceof DiscardJump) || shell.subshellLevel > 0 || shell.flavour === 'ash') throw error;
    shell.loopDepth = loopDepth;
    shell.errexitSuspended = errexitSuspended;
    shell.state.lastStatus = error.status;
    return error.status;
  }
}

function* warnOfCut(shell: Shell, line: number, start: number, delimiter: string): Coroutine<void> {
  if (shell.flavour === 'ash') return;
  shell.line = line;
  yield* shell.complain(`warning: here-document at line ${start} delimited by end-of-file (wanted \`${delimiter}')`);
}

/** Prints a syntax error as the flavour words it. */
export function* complainOfSyntax(shell: Shell, error: ScriptSyntaxError, label: string | undefined): Coroutine<void> {
  const file = shell.frames.findLast((frame) => frame.kind === 'file')?.name ?? shell.state.name;
  if (shell.flavour === 'ash') {
    const where = shell.scriptFile ? `line ${error.line}: ` : '';
    yield* shell.write(2, `${file}: ${where}${ashSyntaxMessage(error)}\n`);
    return;
  }
  const middle = label === undefined ? '' : `${label}: `;
  for (const message of bashSyntaxMessages(error))
    yield* shell.write(2, `${file}: ${middle}line ${error.line}: ${message}\n`);
}
