import {
  resolvePath,
  type Coroutine,
  type FacilityKey,
  type Input,
  type Output,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { redisDate } from '../server/http-dates.js';
import { runServer } from '../server/run-server.js';
import { BUSYBOX_BASE, publishedOn } from './base-image.js';
import { redisCli } from './redis-cli-program.js';
import { formatReply, readCommand } from './redis-protocol.js';
import { RedisConfig } from './redis-config.js';
import { RedisFiles } from './redis-files.js';
import { RedisStore, type RedisReply } from './redis-store.js';

/** A redis server's data, for clients of the simulator that need no protocol. */
export const REDIS: FacilityKey<RedisStore> = { name: 'redis' };

const VERSION = '7.0.15';

const logLine = (process: Process, mark: string, text: string): string =>
  `${process.pid}:${mark} ${redisDate(process.machine.simulation.now())} ${text}\n`;

const log = (process: Process, mark: string, text: string): Coroutine<boolean> =>
  process.stdout.write(logLine(process, mark, text));

const NO_PASSWORD: RedisReply = {
  error:
    'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
};
const WRONG_PASSWORD: RedisReply = { error: 'WRONGPASS invalid username-password pair or user is disabled.' };

function* converse(store: RedisStore, files: RedisFiles, input: Input, output: Output): Coroutine<void> {
  let known = false;
  const reply = (words: readonly string[]): RedisReply => {
    const password = store.config.get('requirepass');
    const name = words[0].toUpperCase();
    if (name === 'AUTH') {
      if (password === '' && words.length === 2) return NO_PASSWORD;
      known = words.at(-1) === password && (words.length === 2 || words[1] === 'default');
      return known ? { ok: 'OK' } : WRONG_PASSWORD;
    }
    if (password !== '' && !known && name !== 'QUIT') return { error: 'NOAUTH Authentication required.' };
    return store.run(words);
  };
  for (;;) {
    const words = yield* readCommand(input);
    if (words === undefined) return;
    if (words.length === 0) continue;
    const answer = reply(words);
    yield* files.flush();
    if (files.ended || !(yield* output.write(formatReply(answer)))) return;
    if (words[0].toUpperCase() === 'QUIT') return;
  }
}

function* greet(process: Process, port: number, files: RedisFiles): Coroutine<boolean> {
  yield* log(process, 'C', '# oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
  yield* log(
    process,
    'C',
    `# Redis version=${VERSION}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started`,
  );
  yield* log(
    process,
    'C',
    process.argv.length > 1
      ? '# Configuration loaded'
      : '# Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
  );
  yield* log(process, 'M', '* monotonic clock: POSIX clock_gettime');
  yield* log(process, 'M', `* Running mode=standalone, port=${port}.`);
  yield* log(process, 'M', '# Server initialized');
  const loaded = yield* files.load();
  yield* files.flush();
  if (loaded) yield* log(process, 'M', '* Ready to accept connections');
  return loaded;
}

function* shutDown(process: Process, files: RedisFiles): Coroutine<number | undefined> {
  if (files.ended) return 0;
  const seconds = Math.floor(process.machine.simulation.now() / 1000);
  yield* process.stdout.write(`${process.pid}:signal-handler (${seconds}) Received SIGTERM scheduling shutdown...\n`);
  const done = files.shutDown();
  yield* files.flush();
  return done ? 0 : undefined;
}

/** Reads the file and the options of a server's command line; why it does not start. */
function configured({ argv, cwd, machine }: Process, config: RedisConfig): string | undefined {
  const words = argv.slice(1);
  let text = '';
  if (words[0] !== undefined && !words[0].startsWith('--')) {
    const path = resolvePath(cwd, words.shift() ?? '');
    const file = machine.files.readFile(path);
    if (!file.ok) return `Fatal error, can't open config file '${path}': No such file or directory\n`;
    text = `${file.value}\n`;
  }
  const lines: string[] = [];
  for (const word of words) {
    if (word.startsWith('--')) lines.push(word.slice(2));
    else lines[lines.length - 1] += ` ${JSON.stringify(word)}`;
  }
  const read = config.read(text + lines.join('\n'), VERSION);
  return read.ok ? undefined : read.error;
}

function* refuse(process: Process, text: string): Coroutine<number> {
  yield* process.stderr.write(text);
  return 1;
}

/** `redis-server *:6379`, as `proc-title-template` makes it. */
function serverTitle({ argv }: Process, config: RedisConfig): string {
  const [bind = ''] = config.get('bind').split(' ');
  const address = bind === '' || bind === '*' || bind === '0.0.0.0' ? '*' : bind;
  return `${argv[0]} ${address}:${config.get('port')}`;
}

const server: Program = (process: Process) => {
  const { simulation } = process.machine;
  const config = new RedisConfig();
  const problem = configured(process, config);
  if (problem !== undefined) return refuse(process, problem);
  const store = new RedisStore(() => simulation.now(), config);
  if (config.get('dir') === '') config.set('dir', [process.cwd]);
  const files = new RedisFiles(process, store, (mark, text) => logLine(process, mark, text));
  const port = Number(config.get('port'));
  const capability = <T>(key: FacilityKey<T>): T | undefined =>
    key.name === REDIS.name ? (store as unknown as T) : undefined;
  process.title = serverTitle(process, config);
  return runServer(process, {
    ports: [{ port, service: { capability, stream: (input, output) => converse(store, files, input, output) } }],
    inUse: () => `Could not create server TCP listening socket *:${port}: bind: Address already in use\n`,
    prepare: () => greet(process, port, files),
    stop: () => shutDown(process, files),
  });
};

export const redis = defineImage({
  repository: 'docker.io/library/redis',
  tags: ['latest', '5', '6', '7', 'alpine', '7-alpine'],
  sizeBytes: 11_029_702,
  published: publishedOn('debian', 'redis-benchmark', 'redis-sentinel'),
  config: { cmd: ['redis-server'], workingDir: '/data' },
  binaries: BUSYBOX_BASE.binaries,
  files: { ...BUSYBOX_BASE.files, '/data': { directory: true } },
  programs: { '/usr/local/bin/redis-server': server, '/usr/local/bin/redis-cli': redisCli },
});
