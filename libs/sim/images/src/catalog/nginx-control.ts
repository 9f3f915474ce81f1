import { baseName, type Coroutine, type Process, type Result, type Signal } from '@seatrial/kernel';
import { complaintLine, logLine, type NginxComplaint } from './nginx-log.js';

const SIGNALS: Readonly<Record<string, Signal>> = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' };
const CONFIG_FILE = '/etc/nginx/nginx.conf';

/** What reading the configuration came to. */
type Configured = Result<unknown, NginxComplaint>;

/** `nginx -t`. */
export function* testConfig(process: Process, config: Configured): Coroutine<number> {
  const text = config.ok
    ? `nginx: the configuration file ${CONFIG_FILE} syntax is ok\nnginx: configuration file ${CONFIG_FILE} test is successful\n`
    : `${complaintLine(process, config.error)}nginx: configuration file ${CONFIG_FILE} test failed\n`;
  yield* process.stderr.write(text);
  return config.ok ? 0 : 1;
}

/** `nginx -s`: a signal to the server that runs here, which is the machine's first process of the name. */
export function* sendSignal(process: Process, name: string, config: Configured): Coroutine<number> {
  if (!Object.hasOwn(SIGNALS, name)) {
    yield* process.stderr.write(`nginx: invalid option: "-s ${name}"\n`);
    return 1;
  }
  if (!config.ok) {
    yield* process.stderr.write(complaintLine(process, config.error));
    return 1;
  }
  const { processes } = process.machine;
  const master = processes.list().find((other) => other !== process && baseName(other.argv[0] ?? '') === 'nginx');
  if (!master) {
    yield* process.stderr.write(logLine(process, 'error', 'invalid PID number "" in "/run/nginx.pid"'));
    return 1;
  }
  yield* process.stderr.write(logLine(process, 'notice', 'signal process started'));
  master.kill(SIGNALS[name]);
  return 0;
}
