import { SIGNALS, sleep as pass, waitFor, type Coroutine, type Process, type Signal } from '@seatrial/kernel';
import {
  borrowInput,
  borrowOutput,
  formatDate,
  lookUpProgram,
  runCommand,
  startCommand,
  startFailureStatus,
} from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { splitLines, errorText, toolProgram, type Tool } from '../tool/tool.js';
import { parseInterval } from './basic.commands.js';
import { userOf } from './users.js';

/** Starts a command or says why not. */
export function* start(
  tool: Tool,
  argv: readonly string[],
  options: Parameters<typeof startCommand>[2] = {},
): Coroutine<Process | number> {
  const started = startCommand(tool.process, argv, options);
  if (started.ok) return started.value;
  const failure = startFailureStatus(started.error);
  const quoted =
    tool.name === 'timeout' || tool.name === 'nohup'
      ? `failed to run command ${tool.quote(argv[0])}`
      : tool.name === 'xargs'
        ? argv[0]
        : tool.quote(argv[0]);
  yield* tool.complain(
    `${tool.machine.programs.has('busybox') ? `can't execute '${argv[0]}'` : quoted}: ${failure.text}`,
  );
  return failure.code;
}

/** Runs a command to its end with this tool's streams: its status. */
export function* runToEnd(
  tool: Tool,
  argv: readonly string[],
  options: Parameters<typeof startCommand>[2] = {},
): Coroutine<number> {
  const child = yield* start(tool, argv, options);
  if (typeof child === 'number') return child;
  yield* waitFor([child.exited]);
  return child.exitStatus?.code ?? 0;
}

function signalOf(text: string): Signal | undefined {
  const name = text.toUpperCase().replace(/^SIG/, '');
  return (Object.keys(SIGNALS) as Signal[]).find((signal) => signal === name || String(SIGNALS[signal]) === name);
}

/**
 * timeout(1) leads a group, so that the children of its child end too (setpgid): one of its own, or the whole pipeline's
 * when it is the first command of an interactive one. Busybox's knows its child only.
 */
function joinGroup(tool: Tool, child: Process, foreground: boolean): void {
  if (foreground) return;
  if (tool.machine.programs.has('busybox')) child.group = child.pid;
  else {
    tool.process.group = tool.process.pid;
    child.group = tool.process.pid;
  }
}

/** The signal for the child and what is in its group, but not for timeout itself, which ignores it. */
function signalOthers(tool: Tool, child: Process, signal: Signal): void {
  child.kill(signal);
  if (child.group !== child.pid && child.group !== tool.process.pid) return;
  for (const process of tool.machine.processes.list())
    if (process.group === child.group && process !== tool.process && process !== child) process.kill(signal);
}

export const timeout = defineCommand({
  name: 'timeout',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-k --kill-after=, -s --signal=, --preserve-status, --foreground, -v --verbose',
      { stopAtOperand: true, status: 125 },
    );
    const [duration, ...argv] = operands;
    if (argv.length === 0) {
      yield* tool.err("Try 'timeout --help' for more information.\n");
      return 125;
    }
    const ms = parseInterval(duration);
    if (ms === undefined) {
      yield* tool.err(
        `timeout: invalid time interval ${tool.quote(duration)}\nTry 'timeout --help' for more information.\n`,
      );
      return 125;
    }
    const signal = signalOf(values.get('s')?.at(-1) ?? 'TERM') ?? 'TERM';
    const child = yield* start(tool, argv);
    if (typeof child === 'number') return child;
    joinGroup(tool, child, flags.has('foreground'));
    try {
      if ((yield* waitFor([child.exited], ms === 0 ? undefined : ms)) >= 0) return child.exitStatus?.code ?? 0;
      signalOthers(tool, child, signal);
      // busybox's is the command itself: the signal ends it.
      if (tool.isBusybox) tool.process.kill(signal);
      // The signal goes to timeout's own group.
      if (signal === 'KILL' && !flags.has('foreground')) tool.process.kill('KILL');
      const after = parseInterval(values.get('k')?.at(-1) ?? '');
      if (after !== undefined && (yield* waitFor([child.exited], after)) < 0) {
        signalOthers(tool, child, 'KILL');
        yield* waitFor([child.exited]);
        return 137;
      }
      yield* waitFor([child.exited]);
      return flags.has('preserve-status') ? (child.exitStatus?.code ?? 0) : signal === 'KILL' ? 137 : 124;
    } finally {
      // Ended itself (Ctrl-C, a signal): takes the child along.
      if (!child.exitStatus) signalOthers(tool, child, 'TERM');
    }
  }),
});

export const env = defineCommand({
  name: 'env',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-i --ignore-environment, -u --unset=, -0 --null, -C --chdir=, -S --split-string=, -v --debug',
      { stopAtOperand: true, status: 125 },
    );
    const environment = new Map(flags.has('i') || operands[0] === '-' ? [] : tool.process.env);
    for (const name of values.get('u') ?? []) environment.delete(name);
    const words = [...(values.get('S')?.flatMap((text) => text.split(/\s+/)) ?? []), ...operands];
    if (words[0] === '-') words.shift();
    while (words.length > 0 && words[0].includes('=')) {
      const word = words.shift() ?? '';
      environment.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    }
    if (words.length > 0) {
      const cwd = values.get('C')?.at(-1);
      return yield* runToEnd(tool, words, { env: environment, ...(cwd === undefined ? {} : { cwd: tool.path(cwd) }) });
    }
    for (const [name, value] of environment) yield* tool.out(`${name}=${value}${flags.has('0') ? '\0' : '\n'}`);
    return 0;
  }),
});

export const printenv = defineCommand({
  name: 'printenv',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-0 --null', { status: 2 });
    const environment = tool.process.env;
    if (operands.length === 0) {
      for (const [name, value] of environment) yield* tool.out(`${name}=${value}\n`);
      return 0;
    }
    let status = 0;
    for (const name of operands) {
      const value = environment.get(name);
      if (value === undefined) status = 1;
      else yield* tool.out(`${value}\n`);
    }
    return status;
  }),
});

export const sudo = defineCommand({
  name: 'sudo',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-E --preserve-env=?, -H --set-home, -i --login, -s --shell, -u --user=, -n --non-interactive, -S --stdin, -k, -v, -l, -b --background, -A',
      { stopAtOperand: true },
    );
    const user = values.get('u')?.at(-1) ?? 'root';
    const found = userOf(tool.machine, user);
    if (!found) return yield* tool.die(`unknown user ${user}`);
    const words = [...operands];
    const environment = new Map(tool.process.env);
    while (words.length > 0 && /^\w+=/.test(words[0])) {
      const word = words.shift() ?? '';
      environment.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    }
    environment.set('USER', found.name).set('LOGNAME', found.name).set('SUDO_USER', tool.process.user);
    if (flags.has('H') || flags.has('i') || !flags.has('E')) environment.set('HOME', found.home);
    const shell = ['/bin/bash'];
    if (flags.has('v') || flags.has('k')) return 0;
    if (words.length === 0 && !flags.has('i') && !flags.has('s')) {
      yield* tool.err(
        'usage: sudo -h | -K | -k | -V\nusage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]\nusage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command [arg ...]]\nusage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\nusage: sudo -e [-ABkNnS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file ...\n',
      );
      return 1;
    }
    const argv = words.length === 0 ? shell : words;
    if (
      !lookUpProgram({ machine: tool.machine, env: environment, cwd: tool.process.cwd }, argv[0]).ok &&
      !argv[0].includes('/')
    )
      return yield* tool.die(`${argv[0]}: command not found`);
    return yield* runToEnd(tool, argv, { env: environment, user });
  }),
});

export const time = defineCommand({
  name: 'time',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-p, -v, -f=, -o=', { stopAtOperand: true });
    const began = tool.machine.simulation.now();
    const status = yield* runToEnd(tool, operands);
    const elapsed = (tool.machine.simulation.now() - began) / 1000;
    yield* tool.err(
      `real\t${Math.floor(elapsed / 60)}m ${(elapsed % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`,
    );
    return status;
  }),
});

export const watch = defineCommand({
  name: 'watch',
  program: toolProgram(function* (tool) {
    const { values, operands } = yield* tool.options(
      '-n --interval=, -d --differences=?, -t --no-title, -e, -g, -x, -c --color, -b, -p, -w',
      { stopAtOperand: true },
    );
    if (operands.length === 0) {
      yield* tool.err('\nUsage:\n watch [options] command\n');
      return 1;
    }
    const seconds = Math.max(0.1, Number(values.get('n')?.at(-1) ?? 2));
    for (;;) {
      const header = `Every ${seconds.toFixed(1)}s: ${operands.join(' ')}`;
      const when = `${tool.machine.hostname}: ${formatDate('%a %b %e %H:%M:%S %Y', tool.machine.simulation.now())}`;
      yield* tool.out(
        `\u001b[H\u001b[J${header}${' '.repeat(Math.max(1, 80 - header.length - when.length))}${when}\n\n`,
      );
      yield* runToEnd(tool, ['/bin/sh', '-c', operands.join(' ')]);
      yield* pass(seconds * 1000);
    }
  }),
});

/** Words of xargs' input: blanks separate, quotes and backslashes protect. */
function inputWords(text: string): string[] {
  const words: string[] = [];
  for (const found of text.matchAll(/(?:"([^"\n]*)"|'([^'\n]*)'|\\([^]))|([^\s"'\\]+)|(\s+)/g)) {
    const piece = found[1] ?? found[2] ?? found[3] ?? found[4];
    const previous = found.index > 0 ? text[found.index - 1] : ' ';
    if (piece === undefined) continue;
    if (words.length === 0 || /\s/.test(previous)) words.push(piece);
    else words[words.length - 1] += piece;
  }
  return words;
}

export const xargs = defineCommand({
  name: 'xargs',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-0 --null, -a --arg-file=, -d --delimiter=, -E=, -e, -I --replace=, -i, -L --max-lines=, -n --max-args=, -P --max-procs=, -p, -r --no-run-if-empty, -s=, -t --verbose, -x',
      { stopAtOperand: true },
    );
    const text = yield* tool.read(values.get('a')?.at(-1));
    if (!text.ok)
      return yield* tool.die(
        `Cannot open input file ${tool.quote(values.get('a')?.at(-1) ?? '')}: ${errorText(text.error)}`,
      );
    const size = values.get('n')?.at(-1);
    if (size !== undefined && !/^\d+$/.test(size))
      return yield* xargsUsage(tool, `invalid number "${size}" for -n option`);
    if (size === '0') return yield* xargsUsage(tool, 'value 0 for -n option should be >= 1');
    const replace = values.get('I')?.at(-1) ?? (flags.has('i') ? '{}' : undefined);
    const delimiter = flags.has('0')
      ? '\0'
      : values.get('d')?.at(-1)?.replace('\\n', '\n').replace('\\t', '\t').replace('\\0', '\0');
    const lines = replace !== undefined || flags.has('L');
    const words =
      delimiter !== undefined
        ? text.value.split(delimiter).filter((word, index, all) => word !== '' || index < all.length - 1)
        : lines
          ? splitLines(text.value)
              .map((line) => line.trim())
              .filter((line) => line !== '')
          : inputWords(text.value);
    const quote = delimiter === undefined ? unmatchedQuote(text.value) : undefined;
    if (quote !== undefined)
      return yield* tool.die(
        `unmatched ${quote} quote; by default quotes are special to xargs unless you use the -0 option`,
      );
    const command = operands.length > 0 ? operands : ['echo'];
    const count = replace === undefined ? Number(size ?? values.get('L')?.at(-1) ?? words.length) : 1;
    if (words.length === 0) {
      if (flags.has('r') || replace !== undefined) return 0;
      return yield* xargsStatus(tool, command[0], yield* runToEnd(tool, command));
    }
    let worst = 0;
    for (let at = 0; at < words.length; at += Math.max(1, count)) {
      const batch = words.slice(at, at + Math.max(1, count));
      const split = flags.has('L') && replace === undefined ? batch.flatMap(inputWords) : batch;
      const argv =
        replace === undefined ? [...command, ...split] : command.map((word) => word.replaceAll(replace, batch[0]));
      if (flags.has('t')) yield* tool.err(`${argv.join(' ')}\n`);
      const status = yield* xargsStatus(tool, argv[0], yield* runToEnd(tool, argv));
      if (status === 124 || status > 125) return status;
      worst = Math.max(worst, status);
    }
    return worst;
  }),
});

function* xargsUsage(tool: Tool, text: string): Coroutine<number> {
  yield* tool.err(`xargs: ${text}\nTry 'xargs --help' for more information.\n`);
  return 1;
}

/** The kind of quote that a line opens and does not close. */
function unmatchedQuote(text: string): 'single' | 'double' | undefined {
  const left = text.replace(/\\[^]|"[^"\n]*"|'[^'\n]*'/g, '');
  const found = /["']/.exec(left);
  return found ? (found[0] === '"' ? 'double' : 'single') : undefined;
}

function* xargsStatus(tool: Tool, name: string, status: number): Coroutine<number> {
  if (status === 0 || status === 126 || status === 127) return status;
  if (status !== 255) return 123;
  yield* tool.complain(`${name}: exited with status 255; aborting`);
  return 124;
}

/** `su [-] [user] [-c command]`. */
export const su = defineCommand({
  name: 'su',
  program: toolProgram(function* (tool) {
    const { values, operands } = yield* tool.options('-c --command=, -l --login, -s --shell=, -m -p');
    const user = operands.find((operand) => operand !== '-') ?? 'root';
    const found = userOf(tool.machine, user);
    if (!found)
      return yield* tool.die(`user ${user} does not exist or the user entry does not contain all the required fields`);
    const environment = new Map(tool.process.env).set('HOME', found.home).set('USER', user);
    const command = values.get('c')?.at(-1);
    const ended = yield* runCommand(tool.process, command === undefined ? ['/bin/sh'] : ['/bin/sh', '-c', command], {
      env: environment,
      user,
      stdin: borrowInput(tool.process.stdin),
      stdout: borrowOutput(tool.process.stdout),
    });
    return ended.ok ? ended.value.code : 127;
  }),
});
