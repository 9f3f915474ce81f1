import { SIGNALS, type Coroutine, type Signal } from '@seatrial/kernel';
import { jobEnded } from '../evaluation/job-table.js';
import { singleQuote } from '../evaluation/quote.js';
import type { Shell } from '../evaluation/shell.js';
import { signalNamed, trapCondition } from '../evaluation/traps.js';
import { complainAs, defineBuiltin, type Builtin } from './builtin.js';

const PSEUDO = new Set(['EXIT', 'ERR', 'DEBUG', 'RETURN']);

const trap = defineBuiltin({
  name: 'trap',
  ash: true,
  *run(shell, args) {
    const words = args[0] === '--' ? args.slice(1) : args;
    if (words[0] === '-l') return yield* listSignals(shell);
    if (words.length === 0 || words[0] === '-p') return yield* printTraps(shell, words.slice(1));
    const single = words.length === 1;
    const command = single ? '-' : words[0];
    let status = 0;
    for (const word of single ? words : words.slice(1)) {
      const condition = trapCondition(word);
      if (condition === undefined) status = yield* complainAs(shell, 'trap', `${word}: invalid signal specification`);
      else setTrap(shell, condition, command);
    }
    return status;
  },
});

function setTrap(shell: Shell, condition: string, command: string): void {
  if (command === '-') shell.state.traps.delete(condition);
  else shell.state.traps.set(condition, command);
  if (!PSEUDO.has(condition)) shell.updateSignalHandler(condition as Signal);
}

function* printTraps(shell: Shell, words: readonly string[]): Coroutine<number> {
  const wanted = words.map(trapCondition);
  for (const [condition, command] of shell.state.traps) {
    if (wanted.length > 0 && !wanted.includes(condition)) continue;
    const name = PSEUDO.has(condition) || shell.flavour === 'ash' ? condition : `SIG${condition}`;
    yield* shell.out(`trap -- ${singleQuote(command)} ${name}\n`);
  }
  return 0;
}

const SIGNALS_PER_LINE = 5;
/** Every signal of Linux by number; 32 and 33 belong to the C library. */
const SIGNAL_NAMES = [
  ...'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU'.split(
    ' ',
  ),
  ...'URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN'.split(' '),
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${String(index + 1)}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${String(14 - index)}`),
  'RTMAX',
];

function* listSignals(shell: Shell): Coroutine<number> {
  const cells = SIGNAL_NAMES.map((name, index) => [index < 31 ? index + 1 : index + 3, name] as const).map(
    ([number, name]) => `${String(number).padStart(2)}) ${shell.flavour === 'ash' ? '' : 'SIG'}${name}`,
  );
  const perLine = shell.flavour === 'ash' ? 1 : SIGNALS_PER_LINE;
  for (let at = 0; at < cells.length; at += perLine) yield* shell.out(`${cells.slice(at, at + perLine).join('\t')}\n`);
  return 0;
}

const kill = defineBuiltin({
  name: 'kill',
  ash: true,
  *run(shell, args) {
    if (args.length === 0) return yield* killsNothing(shell);
    if (args[0] === '-l' || args[0] === '-L') return yield* translateSignals(shell, args.slice(1));
    const { signal, word, targets } = parseKill(args);
    if (signal === undefined) {
      const ash = shell.flavour === 'ash';
      return yield* complainAs(
        shell,
        'kill',
        ash ? `bad signal name '${word}'` : `${word}: invalid signal specification`,
      );
    }
    if (targets.length === 0) return yield* killsNothing(shell);
    let status = 0;
    for (const target of targets) {
      const failed = yield* killOne(shell, target, signal);
      status = shell.flavour === 'ash' ? status + failed : failed || status;
    }
    // A shell that has ended itself runs nothing more.
    if (shell.process.exitStatus) yield { on: [] };
    return status;
  },
});

function* killsNothing(shell: Shell): Coroutine<number> {
  if (shell.flavour === 'ash') {
    yield* shell.write(2, 'sh: you need to specify whom to kill\n');
    return 1;
  }
  yield* shell.write(
    2,
    'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
  );
  return 2;
}

function* translateSignals(shell: Shell, words: readonly string[]): Coroutine<number> {
  if (words.length === 0) return yield* listSignals(shell);
  for (const word of words) {
    const number = Number(word);
    const signal = signalNamed(Number.isInteger(number) && number > 128 ? String(number - 128) : word);
    if (signal === undefined) return yield* complainAs(shell, 'kill', `${word}: invalid signal specification`);
    yield* shell.out(/^\d+$/.test(word) ? `${signal}\n` : `${String(SIGNALS[signal])}\n`);
  }
  return 0;
}

function parseKill(args: readonly string[]): {
  signal: Signal | 'probe' | undefined;
  word: string;
  targets: readonly string[];
} {
  let rest = args;
  let word = 'TERM';
  if (rest[0] === '-s' || rest[0] === '-n') {
    word = rest[1] ?? '';
    rest = rest.slice(2);
  } else if (/^-./.test(rest[0]) && rest[0] !== '--') {
    word = rest[0].slice(1);
    rest = rest.slice(1);
  }
  if (rest[0] === '--') rest = rest.slice(1);
  return { signal: word === '0' ? 'probe' : signalNamed(word), word, targets: rest };
}

function* killOne(shell: Shell, target: string, signal: Signal | 'probe'): Coroutine<number> {
  const { processes } = shell.machine;
  if (target.startsWith('%')) {
    const job = shell.state.jobs.find(target);
    if (!job || job === 'ambiguous') return yield* complainAs(shell, 'kill', `${target}: no such job`);
    // Ended, but not reported yet: its group is empty.
    if (jobEnded(job) && shell.flavour === 'bash')
      return yield* complainAs(shell, 'kill', `(${String(job.group)}) - No such process`);
    if (signal !== 'probe') for (const process of job.processes) process.kill(signal);
    return 0;
  }
  if (!/^-?\d+$/.test(target)) {
    const text =
      shell.flavour === 'ash' ? `invalid number '${target}'` : `${target}: arguments must be process or job IDs`;
    return yield* complainAs(shell, 'kill', text);
  }
  const pid = Number(target);
  if (pid <= 0) {
    const group = pid === 0 ? shell.process.group : -pid;
    if (signal !== 'probe') processes.signalGroup(group, signal);
    return 0;
  }
  const process = processes.get(pid);
  if (!process) {
    const ash = shell.flavour === 'ash';
    return yield* complainAs(
      shell,
      'kill',
      ash ? `can't kill pid ${pid}: No such process` : `(${pid}) - No such process`,
    );
  }
  if (signal !== 'probe') processes.send(process, signal);
  return 0;
}

export const SIGNAL_BUILTINS: readonly Builtin[] = [kill, trap];
