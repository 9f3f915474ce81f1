import { waitFor, Pipe, type Connection, type Coroutine, type Input, type Output } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

const BUSYBOX_USAGE = `BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.

Usage: nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]

Open a pipe to IP:PORT or FILE

\t-l\tListen mode, for inbound connects
\t\t(use -ll with -e for persistent server)
\t-p PORT\tLocal port
\t-w SEC\tConnect timeout
\t-i SEC\tDelay interval for lines sent
\t-f FILE\tUse file (ala /dev/ttyS0) instead of network
\t-e PROG\tRun PROG after connect
`;

const FAILURES: Readonly<Record<string, string>> = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  'host-unreachable': 'Host is unreachable',
  'network-unreachable': 'Network is unreachable',
  reset: 'Connection reset by peer',
};

interface Call {
  readonly listen: boolean;
  readonly zero: boolean;
  readonly verbose: boolean;
  readonly timeoutMs: number | undefined;
  readonly port: number | undefined;
  readonly operands: readonly string[];
}

/** Copies both ways until the peer closes; the end of the input closes the sending side only. */
export function* pump(tool: Tool, input: Input, output: Output, idleMs?: number): Coroutine<void> {
  const { stdin } = tool.process;
  let reading = true;
  for (;;) {
    const woken = yield* waitFor(reading ? [input.readable, stdin.readable] : [input.readable], idleMs);
    if (woken < 0) return;
    if (input.readable.ready) {
      const text = yield* input.read();
      if (text === undefined) return;
      yield* tool.out(text);
      continue;
    }
    const text = yield* stdin.read();
    if (text === undefined) {
      reading = false;
      output.close();
    } else if (!(yield* output.write(text))) return;
  }
}

function* connect(tool: Tool, call: Call): Coroutine<Connection | number> {
  const [host, portText] = call.operands;
  const port = Number(portText);
  const dialed = yield* tool.machine.network.dial({
    host,
    port,
    ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
  });
  if (dialed.ok) return dialed.value;
  const { failure, address } = dialed.error;
  const busybox = tool.machine.programs.has('busybox');
  if (failure === 'name-not-found' || failure === 'name-server-failure')
    yield* tool.complain(
      busybox
        ? `bad address '${host}'`
        : `getaddrinfo for host "${host}" port ${port}: ${failure === 'name-not-found' ? 'Name or service not known' : 'Temporary failure in name resolution'}`,
    );
  else if (busybox)
    yield* tool.complain(
      failure === 'timeout'
        ? 'timed out'
        : `can't connect to remote host (${address ?? host}): ${FAILURES[failure] ?? ''}`,
    );
  else if (call.verbose || call.zero)
    yield* tool.complain(
      `connect to ${host}${address === host || address === undefined ? '' : ` (${address})`} port ${port} (tcp) ${failure === 'timeout' ? 'timed out: Operation now in progress' : `failed: ${FAILURES[failure] ?? ''}`}`,
    );
  return 1;
}

function* serve(tool: Tool, call: Call): Coroutine<number> {
  const port = call.port ?? Number(call.operands[call.operands.length - 1]);
  const accepted = new Pipe();
  const answers = new Pipe();
  let taken = false;
  const listening = tool.machine.network.listen(port, {
    *stream(input, output) {
      if (taken) return;
      taken = true;
      const copying = input;
      for (;;) {
        const woken = yield* waitFor([copying.readable, answers.input.readable]);
        if (woken === 0) {
          const text = yield* copying.read();
          if (text === undefined) break;
          yield* accepted.output.write(text);
        } else {
          const text = yield* answers.input.read();
          if (text === undefined || !(yield* output.write(text))) break;
        }
      }
      accepted.output.close();
    },
  });
  if (!listening.ok) return yield* tool.die('bind: Address already in use');
  try {
    yield* pump(tool, accepted.input, answers.output);
    return 0;
  } finally {
    listening.value.close();
  }
}

function* run(tool: Tool, call: Call): Coroutine<number> {
  if (call.listen) return yield* serve(tool, call);
  if (call.operands.length < 2) return yield* tool.die('missing port number');
  const connection = yield* connect(tool, call);
  if (typeof connection === 'number') return connection;
  const [host, port] = call.operands;
  if (call.verbose || call.zero) {
    const shown = connection.remoteAddress === host ? host : `${host} (${connection.remoteAddress})`;
    if (call.verbose) yield* tool.err(`Connection to ${shown} ${port} port [tcp/*] succeeded!\n`);
    if (call.zero) {
      connection.close();
      return 0;
    }
  }
  const { input, output } = connection.open();
  yield* pump(tool, input, output, call.timeoutMs);
  connection.close();
  return 0;
}

const seconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text) * 1000;

function* runBusybox(tool: Tool): Coroutine<number> {
  const unknown = tool.args.find((arg) => /^-/.test(arg) && !/^-[lpwife\d]/.test(arg));
  if (unknown !== undefined) {
    yield* tool.err(`nc: invalid option -- '${unknown[1]}'\n${BUSYBOX_USAGE}`);
    return 1;
  }
  const { flags, values, operands } = yield* tool.options('-l, -p=, -w=, -i=, -f=, -e=');
  if (operands.length === 0 && !flags.has('l')) {
    yield* tool.err(BUSYBOX_USAGE);
    return 1;
  }
  const port = values.get('p')?.[0];
  return yield* run(tool, {
    listen: flags.has('l'),
    zero: false,
    verbose: false,
    timeoutMs: seconds(values.get('w')?.[0]),
    port: port === undefined ? undefined : Number(port),
    operands,
  });
}

function* runOpenBsd(tool: Tool): Coroutine<number> {
  const { flags, values, operands } = yield* tool.options(
    '-l, -p=, -w=, -i=, -z, -v, -n, -u, -k, -q=, -N, -4, -6, -s=',
  );
  const port = values.get('p')?.[0];
  return yield* run(tool, {
    listen: flags.has('l'),
    zero: flags.has('z'),
    verbose: flags.has('v'),
    timeoutMs: seconds(values.get('w')?.[0]),
    port: port === undefined ? undefined : Number(port),
    operands,
  });
}

export const nc = defineCommand({ name: 'nc', program: toolProgram(runOpenBsd), busybox: toolProgram(runBusybox) });

/** telnet: a raw connection with its banner. */
function* runTelnet(tool: Tool): Coroutine<number> {
  const [host = '', port = '23'] = tool.args.filter((arg) => !arg.startsWith('-'));
  const busybox = tool.machine.programs.has('busybox');
  const dialed = yield* tool.machine.network.dial({ host, port: Number(port) });
  if (!dialed.ok) {
    const { failure, address } = dialed.error;
    if (failure === 'name-not-found' || failure === 'name-server-failure')
      yield* tool.err(
        busybox
          ? `telnet: bad address '${host}'\n`
          : `telnet: could not resolve ${host}/${port}: ${failure === 'name-not-found' ? 'Name or service not known' : 'Temporary failure in name resolution'}\n`,
      );
    else if (busybox)
      yield* tool.err(`telnet: can't connect to remote host (${address ?? host}): ${FAILURES[failure] ?? ''}\n`);
    else
      yield* tool.err(
        `Trying ${address ?? host}...\ntelnet: Unable to connect to remote host: ${FAILURES[failure] ?? ''}\n`,
      );
    return 1;
  }
  const connection = dialed.value;
  if (busybox) yield* tool.out(`Connected to ${host}\n`);
  else yield* tool.out(`Trying ${connection.remoteAddress}...\nConnected to ${host}.\nEscape character is '^]'.\n`);
  const { input, output } = connection.open();
  yield* pump(tool, input, output, tool.process.stdin.isTerminal ? undefined : 10_000);
  connection.close();
  yield* tool.err('Connection closed by foreign host.\n');
  return 1;
}

export const telnet = defineCommand({ name: 'telnet', program: toolProgram(runTelnet) });
