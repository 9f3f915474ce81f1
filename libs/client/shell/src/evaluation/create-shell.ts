import type { Process } from '@seatrial/kernel';
import type { ShellFlavour } from '../session/shell-session-contract.js';
import { DescriptorTable } from './descriptor-table.js';
import { importedFunctions } from './exported-function.js';
import { JobTable } from './job-table.js';
import { OpenFile } from './open-file.js';
import { Shell, type StepUsage } from './shell.js';
import type { ShellState } from './shell-state.js';
import { VariableTable } from './variables.js';

export interface ShellOptions {
  readonly flavour: ShellFlavour;
  readonly name: string;
  readonly positional?: readonly string[];
  readonly interactive?: boolean;
  readonly usage: StepUsage;
}

const SHOPT_DEFAULTS = ['checkwinsize', 'cmdhist', 'complete_fullquote', 'extquote', 'force_fignore', 'globasciiranges', 'globskipdots', 'hostcomplete', 'interactive_comments', 'patsub_replacement', 'progcomp', 'promptvars', 'sourcepath']; // prettier-ignore

const RANDOM_RANGE = 32_768;

function initialVariables(process: Process, flavour: ShellFlavour): VariableTable {
  const variables = new VariableTable();
  for (const [name, value] of process.env)
    if (/^(?:[A-Za-z_]\w*|BASH_FUNC_.+%%)$/.test(name)) variables.set(name, { value, exported: true });
  const { simulation } = process.machine;
  const plain: Record<string, string> = {
    IFS: ' \t\n',
    OPTIND: '1',
    PPID: String(process.parent?.pid ?? 0),
    PS4: '+ ',
  };
  const numericUser = process.user === 'root' ? '0' : '1000';
  if (flavour === 'bash')
    Object.assign(plain, {
      BASH: '/bin/bash',
      BASH_VERSION: '5.2.15(1)-release',
      EUID: numericUser,
      HOSTNAME: process.machine.hostname,
      HOSTTYPE: 'x86_64',
      MACHTYPE: 'x86_64-pc-linux-gnu',
      OSTYPE: 'linux-gnu',
      UID: numericUser,
    });
  for (const [name, value] of Object.entries(plain)) variables.set(name, { value });
  const level = Number(process.env.get('SHLVL') ?? 0);
  variables.set('SHLVL', { value: String(level + 1), exported: true });
  variables.set('PWD', { value: process.cwd, exported: true });
  if (!variables.get('PATH'))
    variables.set('PATH', { value: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' });
  let secondsBase = simulation.now();
  variables.dynamic.set('SECONDS', {
    get: () => String(Math.floor((simulation.now() - secondsBase) / 1000)),
    set: (value) => {
      secondsBase = simulation.now() - Number(value) * 1000;
    },
  });
  const random = simulation.random.split(`shell/${process.machine.hostname}/${String(process.pid)}`);
  variables.dynamic.set('RANDOM', { get: () => String(random.below(RANDOM_RANGE)) });
  if (flavour === 'bash') {
    variables.dynamic.set('EPOCHSECONDS', { get: () => String(Math.floor(simulation.now() / 1000)) });
    variables.dynamic.set('EPOCHREALTIME', { get: () => (simulation.now() / 1000).toFixed(6) });
  }
  return variables;
}

/** A shell for a process, with its streams as descriptors 0, 1 and 2. */
export function createShell(process: Process, options: ShellOptions): Shell {
  const descriptors = new DescriptorTable();
  const { stdin, stdout, stderr } = process;
  // The process closes its own streams when it ends; the table only borrows them.
  descriptors.set(0, new OpenFile(borrowed(stdin), undefined));
  descriptors.set(
    1,
    new OpenFile(undefined, {
      isTerminal: stdout.isTerminal,
      write: (text) => stdout.write(text),
      close: () => undefined,
    }),
  );
  descriptors.set(
    2,
    new OpenFile(undefined, {
      isTerminal: stderr.isTerminal,
      write: (text) => stderr.write(text),
      close: () => undefined,
    }),
  );
  const state: ShellState = {
    variables: initialVariables(process, options.flavour),
    functions: importedFunctions(options.flavour === 'bash' ? process.env : new Map<string, string>()),
    aliases: new Map(),
    options: new Set(options.flavour === 'bash' ? ['braceexpand', 'hashall', 'interactive-comments'] : []),
    shopt: new Set(SHOPT_DEFAULTS),
    positional: [...(options.positional ?? [])],
    name: options.name,
    traps: new Map(),
    lastStatus: 0,
    lastBackgroundPid: undefined,
    pipeStatus: [0],
    directoryStack: [],
    umask: process.umask,
    getoptsOffset: 0,
    jobs: new JobTable(),
    hash: new Map(),
    cwd: process.cwd,
    lastArgument: options.name,
  };
  return new Shell(process, options.flavour, state, descriptors, options.interactive ?? false, options.usage);
}

function borrowed(stdin: Process['stdin']): Process['stdin'] {
  return {
    readable: stdin.readable,
    isTerminal: stdin.isTerminal,
    ...(stdin.setEcho && { setEcho: stdin.setEcho }),
    read: () => stdin.read(),
    take: () => stdin.take(),
    unread: (text) => {
      stdin.unread(text);
    },
    close: () => undefined,
  };
}
