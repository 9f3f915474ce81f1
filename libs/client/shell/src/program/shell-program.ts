import { FILE_ERROR_TEXT, readLine, resolvePath, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { setOptionLetter, setOptionName } from '../builtins/option.builtins.js';
import { createShell } from '../evaluation/create-shell.js';
import { ExitJump, InterruptJump } from '../evaluation/jumps.js';
import { runScriptText } from '../evaluation/run-script.js';
import { newUsage, type Shell } from '../evaluation/shell.js';
import { runToEnd } from '../evaluation/subshell.js';
import { runInteractive, type PromptListener } from './interactive-loop.js';
import type { ShellFlavour, StepBudget } from '../session/shell-session-contract.js';
import { parseScript } from '../syntax/parse-script.js';

export interface ShellProgramOptions {
  readonly flavour: ShellFlavour;
  /** What one run may use up. */
  readonly budget?: Partial<StepBudget>;
  /** Told what an interactive shell is doing. */
  readonly onPrompt?: PromptListener;
}

const BASH_USAGE =
  'Usage:\tbash [GNU long option] [option] ...\n\tbash [GNU long option] [option] script-file ...\nGNU long options:\n\t--debug\n\t--debugger\n\t--dump-po-strings\n\t--dump-strings\n\t--help\n\t--init-file\n\t--login\n\t--noediting\n\t--noprofile\n\t--norc\n\t--posix\n\t--pretty-print\n\t--rcfile\n\t--restricted\n\t--verbose\n\t--version\nShell options:\n\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)\n\t-abefhkmnptuvxBCEHPT or -o option';

interface Invocation {
  readonly command?: string;
  readonly file?: string;
  readonly name: string;
  readonly positional: readonly string[];
  readonly letters: readonly (readonly [string, boolean])[];
  readonly names: readonly (readonly [string, boolean])[];
  readonly readsStdin: boolean;
  readonly interactive: boolean;
  readonly help?: 'version' | 'help';
  readonly invalid?: string;
}

/** bash's and ash's own arguments: `-c`, `-s`, `-i`, `-l`, `-o name`, option letters, a file, parameters. */
function parseInvocation(argv: readonly string[]): Invocation {
  const letters: [string, boolean][] = [];
  const names: [string, boolean][] = [];
  let takesCommand = false;
  let readsStdin = false;
  let interactive = false;
  let index = 1;
  const base = { name: argv[0], positional: [], letters, names, readsStdin, interactive };
  for (; index < argv.length; index++) {
    const arg = argv[index];
    if (arg === '--' || arg === '-') {
      index++;
      break;
    }
    if (arg === '--version') return { ...base, help: 'version' };
    if (arg === '--help') return { ...base, help: 'help' };
    if (arg === '--rcfile' || arg === '--init-file') index++;
    if (arg.startsWith('--')) continue;
    if (!/^[-+]./.test(arg)) break;
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'c') takesCommand = true;
      else if (letter === 's') readsStdin = true;
      else if (letter === 'i') interactive = true;
      else if (letter === 'o' || letter === 'O') names.push([argv[++index] ?? '', on]);
      else if (letter !== 'l' && !/[abefhkmnptuvxBCEHPT]/.test(letter)) return { ...base, invalid: `-${letter}` };
      else if (letter !== 'l') letters.push([letter, on]);
    }
  }
  const rest = argv.slice(index);
  const common = { letters, names, readsStdin, interactive };
  if (takesCommand && rest.length === 0) return { ...base, invalid: '-c' };
  if (takesCommand) return { ...common, command: rest[0], name: rest[1] ?? argv[0], positional: rest.slice(2) };
  if (rest.length > 0 && !readsStdin) return { ...common, file: rest[0], name: rest[0], positional: rest.slice(1) };
  return { ...common, name: argv[0], positional: rest, readsStdin: true };
}

/** `bash` or `sh` as a program: `-c text`, a script file, or commands from standard input. */
export function createShellProgram(options: ShellProgramOptions): Program {
  return function* (process: Process): Coroutine<number> {
    const invocation = parseInvocation(process.argv);
    const name = process.argv[0];
    if (invocation.help === 'version' && options.flavour === 'bash') {
      yield* process.stdout.write(
        'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n',
      );
      return 0;
    }
    if (invocation.invalid !== undefined) {
      const { invalid } = invocation;
      const missing = invalid === '-c' || invalid === '-o';
      const bash = `${name}: ${invalid}: ${missing ? 'option requires an argument' : `invalid option\n${BASH_USAGE}`}`;
      const ash = `${name}: ${missing ? `${invalid} requires an argument` : `illegal option ${invalid}`}`;
      yield* process.stderr.write(options.flavour === 'bash' ? `${bash}\n` : `${ash}\n`);
      return 2;
    }
    const typed = invocation.command === undefined && invocation.file === undefined;
    const interactive = typed && (invocation.interactive || process.stdin.isTerminal);
    const shell = createShell(process, {
      flavour: options.flavour,
      name: shortName(invocation.name, options.flavour),
      positional: invocation.positional,
      interactive,
      usage: newUsage(options.budget),
    });
    for (const [letter, on] of invocation.letters) setOptionLetter(shell.state.options, letter, on);
    for (const [option, on] of invocation.names)
      if (!setOptionName(shell.state.options, option, on)) shell.state.shopt.add(option);
    try {
      return yield* runToEnd(shell, () => runInvocation(shell, invocation, options.onPrompt));
    } catch (error) {
      if (error instanceof InterruptJump) return 130;
      throw error;
    }
  };
}

function shortName(name: string, flavour: ShellFlavour): string {
  return flavour === 'ash' && name.endsWith('/sh') ? name : name;
}

function* runInvocation(shell: Shell, invocation: Invocation, onPrompt?: PromptListener): Coroutine<number> {
  if (invocation.command !== undefined) {
    shell.inputLetter = 'c';
    return yield* runScriptText(shell, invocation.command, { label: '-c', isAll: shell.flavour === 'ash' });
  }
  if (invocation.file !== undefined) return yield* runFile(shell, invocation.file);
  if (!invocation.readsStdin) return 0;
  shell.inputLetter = 's';
  if (shell.interactive) return yield* runInteractive(shell, onPrompt);
  return yield* runStandardInput(shell);
}

function* runFile(shell: Shell, file: string): Coroutine<number> {
  const found = shell.machine.files.readFile(resolvePath(shell.state.cwd, file));
  if (!found.ok) {
    const ash = shell.flavour === 'ash';
    const name = shell.process.argv[0];
    const text = found.error === 'EISDIR' && !ash ? 'Is a directory' : FILE_ERROR_TEXT[found.error];
    yield* shell.write(2, ash ? `${name}: can't open '${file}': ${text}\n` : `${name}: ${file}: ${text}\n`);
    return found.error === 'ENOENT' ? (ash ? 2 : 127) : ash ? 2 : 126;
  }
  shell.scriptFile = true;
  return yield* runScriptText(shell, found.value);
}

/** Commands line by line, so that what runs may read the rest of the input. */
function* runStandardInput(shell: Shell): Coroutine<number> {
  const input = shell.descriptors.get(0)?.input;
  let text = '';
  let line = 1;
  let firstLine = 1;
  let status = 0;
  for (;;) {
    const next = input ? yield* readLine(input) : undefined;
    if (next === undefined) return text === '' ? status : yield* runScriptText(shell, text, { firstLine });
    text += `${next}\n`;
    line++;
    const parsed = parseScript(text);
    if ((!parsed.ok && parsed.error.incomplete) || /\\\n$/.test(text)) continue;
    status = yield* runScriptText(shell, text, { firstLine });
    if (!parsed.ok && shell.flavour === 'ash') throw new ExitJump(2);
    text = '';
    firstLine = line;
  }
}
