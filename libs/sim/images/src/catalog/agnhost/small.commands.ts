import { SAFE_ALPHABET, waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { klogLine, parseGoDuration } from '@seatrial/schema';
import { goStop } from '../../server/go-http.js';
import { notSimulated, type AgnhostCommand } from './agnhost-command.js';

/** Waits; INT and TERM end it with statuses of their own (test/images/agnhost/pause). */
export const pause: AgnhostCommand = {
  name: 'pause',
  flags: {},
  *run({ process }) {
    yield* process.stdout.write('Paused\n');
    for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
    yield* waitFor([process.signalArrived]);
    return process.takeSignal() === 'INT' ? 1 : 2;
  },
};

export const entrypointTester: AgnhostCommand = {
  name: 'entrypoint-tester',
  flags: {},
  *run({ process }) {
    yield* process.stdout.write(`[${process.argv.join(' ')}]\n`);
    return 0;
  },
};

/** The words behind a keyword of /etc/resolv.conf. */
const resolverWords = (keyword: string): AgnhostCommand['run'] =>
  function* ({ process }) {
    const file = process.machine.files.readFile('/etc/resolv.conf');
    const line = (file.ok ? file.value : '').split('\n').find((each) => each.startsWith(keyword));
    if (line === undefined) return yield* notSimulated(process, 'without a DNS search list');
    yield* process.stdout.write(`${line.split(' ').slice(1).join(',')}\n`);
    return 0;
  };

export const dnsSuffix: AgnhostCommand = { name: 'dns-suffix', flags: {}, run: resolverWords('search') };
export const dnsServerList: AgnhostCommand = { name: 'dns-server-list', flags: {}, run: resolverWords('nameserver') };

export const etcHosts: AgnhostCommand = {
  name: 'etc-hosts',
  flags: {},
  *run({ process }) {
    const file = process.machine.files.readFile('/etc/hosts');
    yield* process.stdout.write(`${file.ok ? file.value : ''}\n`);
    return 0;
  },
};

const METHODS = ['GET', 'POST', 'PUT'];
const NAMESPACES = ['kube-system', 'default', 'ns'];

function requestLine({ machine: { simulation } }: Process, id: number): string {
  const { random } = simulation;
  const [method, namespace] = [METHODS[random.below(3)], NAMESPACES[random.below(3)]];
  const length = 3 + random.below(2);
  const name = Array.from({ length }, () => SAFE_ALPHABET[random.below(SAFE_ALPHABET.length)]).join('');
  const text = `${id} ${method} /api/v1/namespaces/${namespace}/pods/${name} ${200 + random.below(400)}`;
  return `${klogLine(simulation.now(), 'I', 'logs_generator.go:76', text)}\n`;
}

function* generate(process: Process, lines: number, nanos: number): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  for (let id = 0; id < lines; id++) {
    yield* process.stderr.write(requestLine(process, id));
    yield* waitFor([process.signalArrived], nanos / lines / 1e6);
    const signal = process.takeSignal();
    if (signal !== undefined) return goStop(process, signal);
  }
  return 0;
}

/** So many lines like an API server's within so much time (test/images/agnhost/logs-generator). */
export const logsGenerator: AgnhostCommand = {
  name: 'logs-generator',
  flags: { 'log-lines-total': '0', 'run-duration': '0s' },
  *run({ process, flags }) {
    const lines = Number(flags.get('log-lines-total'));
    const duration = parseGoDuration(flags.get('run-duration') ?? '');
    if (!(lines > 0) || !duration.ok || duration.value <= 0)
      return yield* notSimulated(process, 'logs-generator without lines or time');
    return yield* generate(process, lines, duration.value);
  },
};
