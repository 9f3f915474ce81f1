import { baseName, type Coroutine, type Process, type Signal } from '@seatrial/kernel';
import type { parseNginxConfig } from './nginx-config.js';

const SIGNALS: Readonly<Record<string, Signal>> = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' };
const CONFIG_FILE = '/etc/nginx/nginx.conf';

type Configured = ReturnType<typeof parseNginxConfig>;

/** `nginx -t`. */
export function* testConfig(process: Process, config: Configured): Coroutine<number> {
  const text = config.ok
    ? `nginx: the configuration file ${CONFIG_FILE} syntax is ok\nnginx: configuration file ${CONFIG_FILE} test is successful\n`
    : `${config.error}nginx: configuration file ${CONFIG_FILE} test failed\n`;
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
    yield* process.stderr.write(config.error);
    return 1;
  }
  const { processes, simulation } = process.machine;
  const stamp = new Date(simulation.now()).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  const master = processes.list().find((other) => other !== process && baseName(other.argv[0] ?? '') === 'nginx');
  const where = `${process.pid}#${process.pid}`;
  if (!master) {
    yield* process.stderr.write(`${stamp} [error] ${where}: invalid PID number "" in "/run/nginx.pid"\n`);
    return 1;
  }
  yield* process.stderr.write(`${stamp} [notice] ${where}: signal process started\n`);
  master.kill(SIGNALS[name]);
  return 0;
}
