import { waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { parseGoDuration } from '@seatrial/schema';
import { goDialError } from '../../server/go-dial.js';
import { notSimulated, type AgnhostCommand } from './agnhost-command.js';

/** How long Linux goes on with a connection that nobody answers (tcp_syn_retries). */
const KERNEL_TIMEOUT_MS = 127_000;

interface Target {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

function* refuse({ stderr }: Process, text: string): Coroutine<number> {
  yield* stderr.write(`${text}\n`);
  return 1;
}

function* overTcp(process: Process, { host, port, timeoutMs }: Target): Coroutine<number> {
  const { network, files } = process.machine;
  const dialed = yield* network.dial({ host, port, timeoutMs });
  if (dialed.ok) {
    dialed.value.close();
    return 0;
  }
  const { failure } = dialed.error;
  if (failure === 'timeout') return yield* refuse(process, 'TIMEOUT');
  if (failure === 'refused') return yield* refuse(process, 'REFUSED');
  const text = goDialError(files, host, port, dialed.error);
  const named = failure === 'name-not-found' || failure === 'name-server-failure';
  return yield* refuse(process, named ? `DNS: ${text.replace(/^dial tcp: /, '')}` : `OTHER: ${text}`);
}

function* overUdp(process: Process, { host, port, timeoutMs }: Target, data: string): Coroutine<number> {
  const { network, files } = process.machine;
  const dialed = yield* network.dial({ host, port, protocol: 'UDP', timeoutMs });
  if (!dialed.ok) {
    const { failure, address = host } = dialed.error;
    const read = `read udp ${network.addresses[0]}->${address}:${port}`;
    if (failure === 'refused') return yield* refuse(process, `REFUSED: ${read}: read: connection refused`);
    if (failure === 'timeout') return yield* refuse(process, `TIMEOUT: ${read}: i/o timeout`);
    return yield* refuse(process, `DNS: ${goDialError(files, host, port, dialed.error).replace(/^dial tcp: /, '')}`);
  }
  const { input, output } = dialed.value.open();
  yield* output.write(`${data}\n`);
  yield* waitFor([input.readable], timeoutMs);
  const answer = input.take();
  dialed.value.close();
  if (answer !== '') return 0;
  return yield* refuse(process, `TIMEOUT: read udp ${network.addresses[0]}->${host}:${port}: i/o timeout`);
}

/** Tries a connection and says in a word what came of it (test/images/agnhost/connect). */
export const connect: AgnhostCommand = {
  name: 'connect',
  flags: { timeout: '0s', protocol: 'tcp', 'udp-data': 'hostname', 'sctp-data': 'hostname' },
  *run({ process, flags, args }) {
    if (args.length !== 1) return yield* notSimulated(process, `connect with ${args.length} arguments`);
    const [, host, port] = /^\[?([^\]]*)\]?:([^:]*)$/.exec(args[0]) ?? [];
    if (host === undefined) return yield* refuse(process, `UNKNOWN: address ${args[0]}: missing port in address`);
    if (!/^\d+$/.test(port)) return yield* refuse(process, `DNS: lookup tcp/${port}: unknown port`);
    const timeout = parseGoDuration(flags.get('timeout') ?? '');
    const timeoutMs = timeout.ok && timeout.value > 0 ? timeout.value / 1e6 : KERNEL_TIMEOUT_MS;
    const target = { host, port: Number(port), timeoutMs };
    const protocol = flags.get('protocol') ?? '';
    if (protocol === 'udp') return yield* overUdp(process, target, flags.get('udp-data') ?? '');
    if (protocol === 'tcp' || protocol === '') return yield* overTcp(process, target);
    return yield* notSimulated(process, `connect --protocol=${protocol}`);
  },
};
