import { UNSUPPORTED, sleep, waitFor, type Coroutine, type Machine, type SpawnOptions } from '@seatrial/kernel';
import { borrowInput, borrowOutput } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { userOf } from '../system/users.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { nodeOf, notSimulated } from './cluster-tool.js';

const FAILURE_STATUS = 255;
/** How long the neighbour is looked for in vain. */
const NO_ROUTE_MS = 3000;
const OPTIONS = '-i=, -p=, -o=, -l=, -F=, -t, -T, -q, -n, -N, -v, -4, -6, -A, -X, -C';

/** Places a node's executables when somebody first logs in. */
export function furnish(machine: Machine): void {
  if (machine.files.exists('/usr/bin/bash')) return;
  for (const name of machine.programs.keys()) {
    const placed = machine.files.writeFile(`/usr/bin/${name}`, `\u007fELF ${name}\n`, { mode: 0o755 });
    if (placed.ok && placed.value) placed.value.program = name;
  }
}

function machineOf(tool: Tool, host: string): Machine | undefined {
  const node = nodeOf(tool);
  const found = node?.profile.nodes.find(({ name, address }) => name === host || address === host);
  return found && node?.machines.get(found.name);
}

/** Runs words at another machine's shell as one of its users, or the shell itself: its status. */
export function* logIn(tool: Tool, machine: Machine, user: string, words: readonly string[]): Coroutine<number> {
  const home = userOf(machine, user)?.home ?? '/';
  const status = yield* runShell(tool, machine, {
    argv: words.length === 0 ? ['bash'] : ['bash', '-c', words.join(' ')],
    env: new Map([
      ['HOME', home],
      ['LOGNAME', user],
      ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ['SHELL', '/bin/bash'],
      ['USER', user],
    ]),
    cwd: machine.files.isDirectory(home) ? home : '/',
    user,
  });
  return status ?? (yield* notSimulated(tool, 'to a machine without a shell'));
}

/** Runs the shell of another machine with this tool's streams, to its end: its status; undefined where there is none. */
export function* runShell(
  tool: Tool,
  machine: Machine,
  how: Pick<SpawnOptions, 'argv' | 'cwd' | 'env' | 'user'>,
): Coroutine<number | undefined> {
  const program = machine.programs.get('bash');
  if (!program) return undefined;
  furnish(machine);
  const sink = tool.machine.facility(UNSUPPORTED);
  if (sink) machine.provide(UNSUPPORTED, sink);
  const { stdin, stdout, stderr } = tool.process;
  const child = machine.processes.spawn({
    ...how,
    program,
    stdin: borrowInput(stdin),
    stdout: borrowOutput(stdout),
    stderr: borrowOutput(stderr),
  });
  try {
    yield* waitFor([child.exited]);
    return child.exitStatus?.code ?? 0;
  } finally {
    if (!child.exitStatus) child.kill('HUP');
  }
}

/** OpenSSH's client, among the nodes of the cluster: the keys of an administrator are in place. */
export const ssh = defineCommand({
  name: 'ssh',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { operands, values } = yield* tool.options(OPTIONS, { stopAtOperand: true, status: FAILURE_STATUS });
    const [destination, ...words] = operands;
    if (destination === undefined) {
      yield* tool.err(
        'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]\n           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]\n           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]\n           [-J destination] [-L address] [-l login_name] [-m mac_spec]\n           [-O ctl_cmd] [-o option] [-p port] [-R address] [-S ctl_path]\n           [-W host:port] [-w local_tun[:remote_tun]] destination [command [argument ...]]\n',
      );
      return FAILURE_STATUS;
    }
    const at = destination.lastIndexOf('@');
    const host = destination.slice(at + 1);
    const user = at > 0 ? destination.slice(0, at) : (values.get('l')?.at(-1) ?? tool.process.user);
    const machine = machineOf(tool, host);
    if (machine) {
      if (nodeOf(tool)?.failures.isReachable(machine.hostname) === false) {
        yield* sleep(NO_ROUTE_MS);
        yield* tool.err(`ssh: connect to host ${host} port ${values.get('p')?.at(-1) ?? '22'}: No route to host\n`);
        return FAILURE_STATUS;
      }
      if (userOf(machine, user)) {
        const status = yield* logIn(tool, machine, user, words);
        if (words.length === 0 && tool.process.stdin.isTerminal) yield* tool.err(`Connection to ${host} closed.\r\n`);
        return status;
      }
      yield* tool.err(`${user}@${host}: Permission denied (publickey,password).\n`);
      return FAILURE_STATUS;
    }
    const resolved = yield* tool.machine.network.resolve(host);
    if (resolved.ok) return yield* notSimulated(tool, 'to a machine that is no node');
    const unknown = resolved.error.failure === 'name-not-found';
    const problem = unknown ? 'Name or service not known' : 'Temporary failure in name resolution';
    yield* tool.err(`ssh: Could not resolve hostname ${host}: ${problem}\n`);
    return FAILURE_STATUS;
  }),
});
