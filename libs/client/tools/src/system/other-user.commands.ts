import { borrowInput, borrowOutput, lookUpProgram, reportMissing, runCommand } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';
import { runToEnd } from './run-to-end.js';
import { userOf } from './users.js';

const USAGE = `usage: sudo -h | -K | -k | -V
usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]
usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command [arg ...]]
usage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i | -s] [command [arg ...]]
usage: sudo -e [-ABkNnS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file ...
`;

export const sudo = defineCommand({
  name: 'sudo',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-E --preserve-env=?, -H --set-home, -i --login, -s --shell, -u --user=, -n --non-interactive, -S --stdin, -k, -v, -l, -b --background, -A',
      { stopAtOperand: true },
    );
    const user = values.get('u')?.at(-1) ?? 'root';
    const account = userOf(tool.machine, user);
    if (!account) return yield* tool.die(`unknown user ${user}`);
    const words = [...operands];
    const environment = new Map(tool.process.env);
    while (words.length > 0 && /^\w+=/.test(words[0])) {
      const word = words.shift() ?? '';
      environment.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    }
    environment.set('USER', account.name).set('LOGNAME', account.name).set('SUDO_USER', tool.process.user);
    if (flags.has('H') || flags.has('i') || !flags.has('E')) environment.set('HOME', account.home);
    const shell = ['/bin/bash'];
    if (flags.has('v') || flags.has('k')) return 0;
    if (words.length === 0 && !flags.has('i') && !flags.has('s')) {
      yield* tool.err(USAGE);
      return 1;
    }
    const argv = words.length === 0 ? shell : words;
    const found = lookUpProgram({ machine: tool.machine, env: environment, cwd: tool.process.cwd }, argv[0]);
    if (!found.ok && !argv[0].includes('/')) {
      reportMissing(tool.machine, argv[0]);
      return yield* tool.die(`${argv[0]}: command not found`);
    }
    return yield* runToEnd(tool, argv, { env: environment, user });
  }),
});

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
