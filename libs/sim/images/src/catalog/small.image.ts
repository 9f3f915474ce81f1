import { sleep, waitFor, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { unixDate } from '../server/http-dates.js';
import { BUSYBOX_BASE, publishedOn } from './base-image.js';
import { perlProgram } from './perl-program.js';

const GREETING = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

To try something more ambitious, you can run an Ubuntu container with:
 $ docker run -it ubuntu bash

Share images, automate workflows, and more with a free Docker ID:
 https://hub.docker.com/

For more examples and ideas, visit:
 https://docs.docker.com/get-started/

`;

const greet: Program = function* (process: Process): Coroutine<number> {
  yield* process.stdout.write(GREETING);
  return 0;
};

export const helloWorld = defineImage({
  repository: 'docker.io/library/hello-world',
  tags: ['latest', 'linux'],
  sizeBytes: 9_125,
  config: { cmd: ['/hello'] },
  programs: { '/hello': greet },
});

const tick: Program = function* (process: Process): Coroutine<number> {
  for (;;) {
    yield* process.stdout.write(`${unixDate(process.machine.simulation.now())}\n`);
    yield* sleep(1000);
  }
};

export const clock = defineImage({
  repository: 'docker.io/jpetazzo/clock',
  tags: ['latest'],
  sizeBytes: 1_032_560,
  config: { cmd: ['/usr/local/bin/clock'] },
  ...BUSYBOX_BASE,
  programs: { '/usr/local/bin/clock': tick },
});

/** Waits for ever; ends at once on TERM or INT, as pause does, at once when its release is asked for. */
const pauseProgram: Program = function* (process: Process): Coroutine<number> {
  if (process.argv.includes('-v')) return 0;
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  yield* waitFor([process.signalArrived]);
  return 0;
};

export const pause = defineImage({
  repository: 'registry.k8s.io/pause',
  tags: ['3.6', '3.9', '3.10', '3.10.1'],
  publishedTags: 'latest 3.1 3.2 3.4.1 3.5 3.7 3.8'.split(' '),
  sizeBytes: 2_691_171,
  config: { entrypoint: ['/pause'], user: '65535:65535' },
  programs: { '/pause': pauseProgram },
});

/** Sleeps without a handler for TERM, so that stopping it takes the whole grace period. */
const forever: Program = function* (): Coroutine<number> {
  yield* waitFor([]);
  return 0;
};

export const fluentd = defineImage({
  repository: 'quay.io/fluentd_elasticsearch/fluentd',
  tags: ['v5.0.1', 'v2.5.2'],
  sizeBytes: 1_032_570,
  config: { cmd: ['/usr/local/bin/fluentd'] },
  ...BUSYBOX_BASE,
  programs: { '/usr/local/bin/fluentd': forever },
});

const PYTHON = ['pip', 'pip3', 'python', 'python3'];
const NODE = ['corepack', 'node', 'npm', 'npx', 'yarn'];

export const python = defineImage({
  repository: 'docker.io/library/python',
  tags: ['3-alpine', '3.12'],
  sizeBytes: 1_032_565,
  published: publishedOn('debian', ...PYTHON, 'curl', 'gcc', 'git', 'make'),
  config: { cmd: ['sh'] },
  ...BUSYBOX_BASE,
});

export const node = defineImage({
  repository: 'docker.io/library/node',
  tags: ['20-alpine', '20'],
  sizeBytes: 1_032_566,
  published: publishedOn('debian', ...NODE, 'curl', 'git', 'python3'),
  config: { cmd: ['sh'] },
  ...BUSYBOX_BASE,
});

export const perl = defineImage({
  repository: 'docker.io/library/perl',
  tags: ['5.34', '5.34.0'],
  sizeBytes: 9_212_000,
  published: publishedOn('debian', 'cpan', 'cpanm', 'curl', 'gcc', 'git', 'make'),
  config: { cmd: ['sh'] },
  ...BUSYBOX_BASE,
  programs: { '/usr/local/bin/perl': perlProgram },
});

const UNITS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

const size = (text: string): number =>
  Number(/^\d+/.exec(text)?.[0] ?? '0') * (UNITS[text.slice(-1).toUpperCase()] ?? 1);

/** stress(1): spins, allocates, and says so. */
const stressProgram: Program = function* (process: Process): Coroutine<number> {
  const option = (...names: readonly string[]): string | undefined => {
    const index = process.argv.findIndex((word) => names.includes(word));
    return index < 0 ? undefined : process.argv[index + 1];
  };
  const workers = Number(option('--vm', '-m') ?? '0');
  const cpu = Number(option('--cpu', '-c') ?? '0');
  yield* process.stdout.write(
    `stress: info: [${process.pid}] dispatching hogs: ${cpu} cpu, 0 io, ${workers} vm, 0 hdd\n`,
  );
  yield* sleep(500);
  process.memoryBytes = workers * size(option('--vm-bytes') ?? '256M');
  process.cpuNanocores = (cpu + (process.argv.includes('--vm-hang') ? 0 : workers)) * 1_000_000_000;
  const timeout = option('--timeout', '-t');
  if (timeout === undefined) yield* waitFor([]);
  else yield* sleep((Number(/^\d+/.exec(timeout)?.[0] ?? '0') || 0) * 1000);
  yield* process.stdout.write(`stress: info: [${process.pid}] successful run completed in ${timeout ?? '0'}s\n`);
  return 0;
};

export const stress = defineImage({
  repository: 'docker.io/polinux/stress',
  tags: ['latest'],
  publishedTags: '1.0.4'.split(' '),
  sizeBytes: 3_723_490,
  config: { cmd: ['stress'] },
  ...BUSYBOX_BASE,
  programs: { '/usr/local/bin/stress': stressProgram },
});
