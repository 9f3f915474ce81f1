import type { Coroutine, FacilityKey, Process, Program } from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { redisDate } from '../server/http-dates.js';
import { runServer } from '../server/run-server.js';
import { BUSYBOX_BASE } from './base-image.js';
import { redisCli } from './redis-cli-program.js';
import { formatReply, readCommand } from './redis-protocol.js';
import { RedisStore } from './redis-store.js';

/** A redis server's data, for clients of the simulator that need no protocol. */
export const REDIS: FacilityKey<RedisStore> = { name: 'redis' };

const VERSION = '7.0.15';

const server: Program = function* (process: Process): Coroutine<number> {
  const { simulation } = process.machine;
  const store = new RedisStore(() => simulation.now());
  const option = process.argv.indexOf('--port');
  const port = option < 0 ? 6379 : Number(process.argv[option + 1]);
  const log = (mark: string, text: string): Coroutine<boolean> =>
    process.stdout.write(`${process.pid}:${mark} ${redisDate(simulation.now())} ${text}\n`);
  const capability = <T>(key: FacilityKey<T>): T | undefined =>
    key.name === REDIS.name ? (store as unknown as T) : undefined;
  return yield* runServer(process, {
    ports: [
      {
        port,
        service: {
          capability,
          *stream(input, output) {
            for (;;) {
              const words = yield* readCommand(input);
              if (words === undefined) return;
              if (words.length === 0) continue;
              if (!(yield* output.write(formatReply(store.run(words))))) return;
              if (words[0].toUpperCase() === 'QUIT') return;
            }
          },
        },
      },
    ],
    inUse: () => `Could not create server TCP listening socket *:${port}: bind: Address already in use\n`,
    *started() {
      yield* log('C', '# oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
      yield* log(
        'C',
        `# Redis version=${VERSION}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started`,
      );
      if (process.argv.length <= 1)
        yield* log(
          'C',
          '# Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
        );
      yield* log('M', '* monotonic clock: POSIX clock_gettime');
      yield* log('M', `* Running mode=standalone, port=${port}.`);
      yield* log('M', '# Server initialized');
      yield* log('M', '* Ready to accept connections');
    },
    *stop() {
      yield* process.stdout.write(
        `${process.pid}:signal-handler (${Math.floor(simulation.now() / 1000)}) Received SIGTERM scheduling shutdown...\n`,
      );
      yield* log('M', '# User requested shutdown...');
      yield* log('M', '* Saving the final RDB snapshot before exiting.');
      yield* log('M', '* DB saved on disk');
      yield* log('M', '# Redis is now ready to exit, bye bye...');
      return 0;
    },
  });
};

export const redis = defineImage({
  repository: 'docker.io/library/redis',
  tags: ['latest', '5', '6', '7', 'alpine', '7-alpine'],
  sizeBytes: 11_029_702,
  config: { cmd: ['redis-server'], workingDir: '/data' },
  binaries: BUSYBOX_BASE.binaries,
  files: { ...BUSYBOX_BASE.files, '/data': { directory: true } },
  programs: { '/usr/local/bin/redis-server': server, '/usr/local/bin/redis-cli': redisCli },
});
