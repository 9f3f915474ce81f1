import {
  compareStrings,
  sha256Hex,
  sleep,
  waitFor,
  type Connection,
  type Coroutine,
  type FacilityKey,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { dial, dialNow, failed, isWaiting } from '../server/go-dial.js';
import { respond, respondJson } from '../server/responses.js';
import { runServer } from '../server/run-server.js';
import { BUSYBOX_BASE } from './base-image.js';
import { REDIS } from './redis.image.js';
import { formatCommand, readReply } from './redis-protocol.js';
import type { RedisReply, RedisStore } from './redis-store.js';

/** What rng and hasher do, for the worker's inner loop. */
const COMPUTE: FacilityKey<(input: string) => string> = { name: 'dockercoins-compute' };
const REQUEST_MS = 100;
const MAX_RANDOM_BYTES = 1_048_576;

function capabilityOf(compute: (input: string) => string): NetworkService['capability'] {
  return <T>(key: FacilityKey<T>): T | undefined => (key.name === COMPUTE.name ? (compute as unknown as T) : undefined);
}

function* answerRandom(process: Process, { path }: HttpRequest): Coroutine<HttpResponse> {
  const count = /^\/(\d+)$/.exec(path)?.[1];
  if (count === undefined) return respond(200, `RNG running on ${process.machine.hostname}\n`);
  yield* sleep(REQUEST_MS);
  const bytes = process.machine.simulation.random.hex(Math.min(Number(count), MAX_RANDOM_BYTES));
  return respond(200, bytes, 'application/octet-stream');
}

const rngServer: Program = (process: Process) => {
  const { random } = process.machine.simulation;
  return runServer(process, {
    ports: [
      {
        port: 80,
        service: {
          capability: capabilityOf((count) => random.hex(Number(count))),
          http: (request) => answerRandom(process, request),
        },
      },
    ],
  });
};

function* answerHash(process: Process, { method, body }: HttpRequest): Coroutine<HttpResponse> {
  if (method !== 'POST') return respond(200, `HASHER running on ${process.machine.hostname}\n`);
  yield* sleep(REQUEST_MS);
  return respond(200, sha256Hex(body));
}

const hasherServer: Program = (process: Process) =>
  runServer(process, {
    ports: [
      {
        port: 80,
        service: {
          capability: capabilityOf((text) => sha256Hex(text)),
          http: (request) => answerHash(process, request),
        },
      },
    ],
  });

function* redisCommand(connection: Connection, words: readonly string[]): Coroutine<RedisReply | undefined> {
  const store: RedisStore | undefined = connection.service.capability?.(REDIS);
  if (store) return store.run(words);
  const { input, output } = connection.open();
  yield* output.write(formatCommand(words));
  return yield* readReply(input);
}

/** One unit of work: random bytes from rng, hashed by hasher; a hash that starts with 0 is a coin. Undefined when done, else the error. */
function* work(process: Process): Coroutine<string | undefined> {
  const toRng = dialNow(process, 'rng', 80);
  const rng = isWaiting(toRng) ? yield* toRng : toRng;
  if (failed(rng)) return `Get "http://rng/32": ${rng.error}`;
  const make = rng.service.capability?.(COMPUTE);
  let data: string;
  if (make) data = make('32');
  else {
    const answer = yield* rng.http({ method: 'GET', path: '/32', headers: new Map([['host', 'rng']]), body: '' });
    if (!answer.ok) return 'Get "http://rng/32": EOF';
    data = answer.value.body;
  }
  rng.close();
  const toHasher = dialNow(process, 'hasher', 80);
  const hasher = isWaiting(toHasher) ? yield* toHasher : toHasher;
  if (failed(hasher)) return `Post "http://hasher/": ${hasher.error}`;
  const hash = hasher.service.capability?.(COMPUTE);
  let digest: string;
  if (hash) digest = hash(data);
  else {
    const answer = yield* hasher.http({
      method: 'POST',
      path: '/',
      headers: new Map([['host', 'hasher']]),
      body: data,
    });
    if (!answer.ok) return 'Post "http://hasher/": EOF';
    digest = answer.value.body;
  }
  hasher.close();
  if (!digest.startsWith('0')) return undefined;
  const redis = yield* dial(process, 'redis', 6379);
  if (failed(redis)) return redis.error;
  yield* redisCommand(redis, ['HSET', 'wallet', digest, data]);
  redis.close();
  return undefined;
}

const UNITS_PER_REPORT = 4;

/** Works as the original: reports each second, counts hashes in redis, waits ten seconds after an error. */
const worker: Program = function* (process: Process): Coroutine<number> {
  process.setSignalHandler('TERM', 'default');
  for (;;) {
    yield* sleep(1000);
    let error: string | undefined;
    for (let unit = 0; unit < UNITS_PER_REPORT && error === undefined; unit++) error = yield* work(process);
    if (error === undefined) {
      yield* process.stderr.write(`INFO:__main__:${UNITS_PER_REPORT} units of work done, updating hash counter\n`);
      const redis = yield* dial(process, 'redis', 6379);
      if (failed(redis)) error = redis.error;
      else {
        yield* redisCommand(redis, ['INCRBY', 'hashes', String(UNITS_PER_REPORT)]);
        redis.close();
      }
    }
    if (error === undefined) continue;
    yield* process.stderr.write(`ERROR:__main__:In work loop:\n${error}\n`);
    yield* waitFor([process.signalArrived], 10_000);
  }
};

const PAGE = `<html>
<head><title>DockerCoin Miner WebUI</title></head>
<body>
<h1>DockerCoin Miner WebUI</h1>
<div id="graph"></div>
<h2>Current mining speed: <span id="speed">-- hashes/second</span></h2>
</body>
</html>
`;

function* answerPage(process: Process, { path }: HttpRequest): Coroutine<HttpResponse> {
  if (path === '/')
    return respond(302, 'Found. Redirecting to /index.html', 'text/plain; charset=utf-8', [
      ['Location', '/index.html'],
    ]);
  if (path === '/index.html') return respond(200, PAGE, 'text/html; charset=UTF-8');
  if (path !== '/json') return respond(404, `Cannot GET ${path}\n`);
  const redis = yield* dial(process, 'redis', 6379);
  if (failed(redis)) return respond(500, `${redis.error}\n`);
  const coins = yield* redisCommand(redis, ['HLEN', 'wallet']);
  const hashes = yield* redisCommand(redis, ['GET', 'hashes']);
  redis.close();
  const now = process.machine.simulation.now() / 1000;
  return respondJson({ coins: Number(coins ?? 0), hashes: Number(hashes ?? 0), now });
}

const webuiServer: Program = (process: Process) =>
  runServer(process, { ports: [{ port: 80, service: { http: (request) => answerPage(process, request) } }] });

const TAGS = ['v0.1', 'v0.2', 'latest'] as const;

function coin(name: string, program: Program, exposedPorts: readonly number[]) {
  return defineImage({
    repository: `docker.io/dockercoins/${name}`,
    tags: TAGS,
    sizeBytes: 3_723_114,
    config: { cmd: [name], exposedPorts },
    ...BUSYBOX_BASE,
    programs: { [`/usr/local/bin/${name}`]: program },
  });
}

/** The DockerCoins application (rng, hasher, worker, webui); it needs a redis beside it. */
export const dockercoins = [
  coin('hasher', hasherServer, [80]),
  coin('rng', rngServer, [80]),
  coin('webui', webuiServer, [80]),
  coin('worker', worker, []),
].sort((a, b) => compareStrings(a.repository, b.repository));
