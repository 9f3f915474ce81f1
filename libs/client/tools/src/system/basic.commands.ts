import { sleep as pass, type Coroutine } from '@seatrial/kernel';
import { expandEchoEscapes, formatPrintf } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { groupName, userOf } from './users.js';

function constant(name: string, status: number) {
  return defineCommand({
    name,
    program: toolProgram(function* () {
      return status;
    }),
  });
}

export const trueCommand = constant('true', 0);
export const falseCommand = constant('false', 1);

export const echo = defineCommand({
  name: 'echo',
  program: toolProgram(function* (tool) {
    let words = [...tool.args];
    let newline = true;
    let escapes = false;
    while (words.length > 0 && /^-[neE]+$/.test(words[0])) {
      if (words[0].includes('n')) newline = false;
      if (/[eE]/.test(words[0])) escapes = words[0].lastIndexOf('e') > words[0].lastIndexOf('E');
      words = words.slice(1);
    }
    const text = words.join(' ');
    const expanded = escapes ? expandEchoEscapes(text) : { text, stopped: false };
    yield* tool.out(expanded.text + (newline && !expanded.stopped ? '\n' : ''));
    return 0;
  }),
});

export const printf = defineCommand({
  name: 'printf',
  program: toolProgram(function* (tool) {
    const args = tool.args[0] === '--' ? tool.args.slice(1) : tool.args;
    if (args.length === 0) {
      yield* tool.err("printf: missing operand\nTry 'printf --help' for more information.\n");
      return 1;
    }
    const result = formatPrintf(args[0], args.slice(1), { now: tool.machine.simulation.now() });
    for (const error of result.errors) yield* tool.complain(error);
    yield* tool.out(result.text);
    return result.errors.length > 0 ? 1 : 0;
  }),
});

export const yes = defineCommand({
  name: 'yes',
  program: toolProgram(function* (tool) {
    const line = `${tool.args.length > 0 ? tool.args.join(' ') : 'y'}\n`;
    const text = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
    for (;;) {
      tool.charge(10);
      tool.machine.simulation.charge('bytes', 0);
      yield* tool.out(text);
      yield* pass(1);
    }
  }),
});

const UNITS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1.5`, `2m`, `infinity` in ms; undefined when it is no interval. */
export function parseInterval(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Number.MAX_SAFE_INTEGER;
  const found = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  return found ? Number(found[1]) * UNITS[found[2]] : undefined;
}

export const sleep = defineCommand({
  name: 'sleep',
  program: toolProgram(function* (tool) {
    if (tool.args.length === 0) {
      yield* tool.err("sleep: missing operand\nTry 'sleep --help' for more information.\n");
      return 1;
    }
    let total = 0;
    for (const text of tool.args) {
      const ms = parseInterval(text);
      if (ms === undefined) {
        yield* tool.err(`sleep: invalid time interval ${tool.quote(text)}\nTry 'sleep --help' for more information.\n`);
        return 1;
      }
      total += ms;
    }
    yield* sleepLong(total);
    return 0;
  }),
  busybox: toolProgram(function* (tool) {
    if (tool.args.length === 0) {
      yield* tool.err(
        'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: sleep [N]...\n\nPause for a time equal to the total of the args given, where each arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays\n',
      );
      return 1;
    }
    let total = 0;
    for (const text of tool.args) {
      const ms = parseInterval(text);
      if (ms === undefined) return yield* tool.die(`invalid number '${text}'`);
      total += ms;
    }
    yield* sleepLong(total);
    return 0;
  }),
});

function* sleepLong(ms: number): Coroutine<void> {
  if (ms < Number.MAX_SAFE_INTEGER) yield* pass(ms);
  else yield { on: [] };
}

export const whoami = defineCommand({
  name: 'whoami',
  program: toolProgram(function* (tool) {
    const [user] = tool.process.user.split(':');
    const name = userOf(tool.machine, user)?.name;
    if (name === undefined && /^\d+$/.test(user)) return yield* tool.die(`unknown uid ${user}`);
    yield* tool.out(`${name ?? user}\n`);
    return 0;
  }),
});

function* runId(tool: Tool): Coroutine<number> {
  const { flags, operands } = yield* tool.options('-u --user, -g --group, -G --groups, -n --name, -r --real, -z, -a');
  const name = operands[0] ?? tool.process.user;
  // A process may run as a bare number that no passwd file names, as `user:group`, or as `user:group:more,groups`.
  const [userText, groupText, moreText = ''] = name.split(':');
  const user = userOf(tool.machine, userText);
  if (!user && !/^\d+$/.test(userText)) return yield* tool.die(`${tool.quote(name)}: no such user`);
  const uid = user?.uid ?? Number(userText);
  const gid = groupText === undefined ? (user?.gid ?? 0) : groupText === 'root' ? 0 : Number(groupText);
  const more = moreText === '' ? [] : moreText.split(',').map(Number);
  const group = groupName(tool.machine, gid) ?? (user?.gid === gid ? user.name : undefined);
  if (flags.has('u')) yield* tool.out(`${flags.has('n') ? (user?.name ?? uid) : uid}\n`);
  else if (flags.has('G')) yield* tool.out(`${[gid, ...more.filter((each) => each !== gid)].join(' ')}\n`);
  else if (flags.has('g')) yield* tool.out(`${flags.has('n') ? (group ?? gid) : gid}\n`);
  else {
    const named = (id: number, text: string | undefined): string =>
      text === undefined ? String(id) : `${id}(${text})`;
    const all = [...new Set([gid, ...more])].sort((a, b) => a - b);
    const groups = ` groups=${all.map((each) => named(each, each === gid ? group : groupName(tool.machine, each))).join(',')}`;
    yield* tool.out(`uid=${named(uid, user?.name)} gid=${named(gid, group)}${groups}\n`);
  }
  return 0;
}

export const id = defineCommand({ name: 'id', program: toolProgram(runId) });

export const hostname = defineCommand({
  name: 'hostname',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-i --ip-address, -I --all-ip-addresses, -f --fqdn --long, -s --short, -d --domain, -y',
    );
    const { addresses } = tool.machine.network;
    const name = tool.machine.hostname;
    if (operands.length > 0) return yield* setHostname(tool, operands[0]);
    if (flags.has('I')) yield* tool.out(`${addresses.join(' ')} \n`);
    else if (flags.has('i')) {
      const found = yield* tool.machine.network.resolve(name);
      yield* tool.out(
        `${found.ok ? found.value.join(' ') : (addresses[0] ?? '127.0.0.1')}${tool.machine.programs.has('busybox') ? ' ' : ''}\n`.replace(
          / \n$/,
          '\n',
        ),
      );
    } else if (flags.has('s')) yield* tool.out(`${name.split('.')[0]}\n`);
    else if (flags.has('d')) yield* tool.out(`${name.split('.').slice(1).join('.')}\n`);
    else if (flags.has('f')) yield* tool.out(`${fullName(tool, name)}\n`);
    else yield* tool.out(`${name}\n`);
    return 0;
  }),
});

/** Only a node's root may; a container has no right to. */
function* setHostname(tool: Tool, name: string): Coroutine<number> {
  if (tool.isBusybox) return yield* tool.die('sethostname: Operation not permitted');
  if (tool.process.user !== 'root') return yield* tool.die('you must be root to change the host name');
  tool.machine.hostname = name;
  return 0;
}

/** The canonical name that the hosts file gives the machine's own. */
function fullName(tool: Tool, name: string): string {
  const hosts = tool.machine.files.readFile('/etc/hosts');
  for (const line of hosts.ok ? hosts.value.split('\n') : []) {
    const [, canonical, ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (canonical && [canonical, ...aliases].includes(name)) return canonical;
  }
  return name;
}

export const uname = defineCommand({
  name: 'uname',
  program: toolProgram(function* (tool) {
    const { flags } = yield* tool.options(
      '-a --all, -s --kernel-name, -n --nodename, -r --kernel-release, -v --kernel-version, -m --machine, -p --processor, -i --hardware-platform, -o --operating-system',
    );
    const release = tool.machine.files.readFile('/proc/sys/kernel/osrelease');
    const fields: readonly (readonly [flag: string, text: string])[] = [
      ['s', 'Linux'],
      ['n', tool.machine.hostname],
      ['r', release.ok ? release.value.trim() : '6.1.0'],
      ['v', '#1 SMP PREEMPT_DYNAMIC'],
      ['m', 'x86_64'],
      ['o', 'GNU/Linux'],
    ];
    const machine = flags.has('p') || flags.has('i') ? 'm' : '';
    const shown = fields.filter(
      ([flag]) => flags.has('a') || flags.has(flag) || flag === machine || (flags.size === 0 && flag === 's'),
    );
    yield* tool.out(`${shown.map(([, text]) => text).join(' ')}\n`);
    return 0;
  }),
});

export const arch = defineCommand({
  name: 'arch',
  program: toolProgram(function* (tool) {
    yield* tool.out('x86_64\n');
    return 0;
  }),
});

export const nproc = defineCommand({
  name: 'nproc',
  program: toolProgram(function* (tool) {
    yield* tool.out('2\n');
    return 0;
  }),
});

export const clear = defineCommand({
  name: 'clear',
  program: toolProgram(function* (tool) {
    yield* tool.out('\u001b[H\u001b[2J\u001b[3J');
    return 0;
  }),
});

export const tty = defineCommand({
  name: 'tty',
  program: toolProgram(function* (tool) {
    yield* tool.out(tool.process.stdin.isTerminal ? '/dev/pts/0\n' : 'not a tty\n');
    return tool.process.stdin.isTerminal ? 0 : 1;
  }),
});

export const tput = defineCommand({
  name: 'tput',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    if (tool.args[0] === 'cols') yield* tool.out('80\n');
    else if (tool.args[0] === 'lines') yield* tool.out('24\n');
    return 0;
  }),
});

export const sync = constant('sync', 0);
export const stty = constant('stty', 0);
