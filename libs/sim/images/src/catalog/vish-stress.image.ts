import { reportUnsupported, waitFor, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { Quantity, formatGoDuration, klogLine, parseGoDuration } from '@seatrial/schema';
import { defineImage } from '../image.js';
import { goStop } from '../server/go-http.js';

const CORE = 1_000_000_000;
const STEP_MS = 500;

/** Values of the flags after the entrypoint's own; undefined where one is not known. */
function flagsOf(words: readonly string[]): ReadonlyMap<string, string> | undefined {
  const flags = new Map([
    ['cpus', '0'],
    ['mem-total', '0'],
    ['mem-alloc-size', '4Ki'],
    ['mem-alloc-sleep', '1ms'],
  ]);
  for (let index = 0; index < words.length; index++) {
    const [, name, value] = /^--?([\w-]+)(?:=(.*))?$/.exec(words[index]) ?? [];
    if (name === 'logtostderr') continue;
    if (name === undefined || !flags.has(name)) return undefined;
    flags.set(name, value ?? words[++index] ?? '');
  }
  return flags;
}

const QUANTITY = /^\d+(?:\.\d+)?(?:[KMG]i?|k)?$/;

function* run(process: Process): Coroutine<number> {
  const flags = flagsOf(process.argv.slice(1));
  const value = (name: string): string => flags?.get(name) ?? '';
  const [total, step] = [value('mem-total'), value('mem-alloc-size')];
  const pause = parseGoDuration(value('mem-alloc-sleep'));
  const cpus = Number(value('cpus'));
  if (!pause.ok || !Number.isInteger(cpus) || ![total, step].every((text) => QUANTITY.test(text))) {
    reportUnsupported(process.machine, process.argv.join(' '));
    return 2;
  }
  const { simulation } = process.machine;
  const log = (line: number, text: string): Coroutine<boolean> =>
    process.stderr.write(`${klogLine(simulation.now(), 'I', `main.go:${line}`, text, process.pid)}\n`);
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  yield* log(
    26,
    `Allocating "${total}" memory, in "${step}" chunks, with a ${formatGoDuration(pause.value)} sleep between allocations`,
  );
  for (let thread = 0; thread < cpus; thread++) yield* log(39, 'Spawning a thread to consume CPU');
  process.cpuNanocores = cpus * CORE;
  const bytesOf = (text: string): number => Quantity.of(text).milliValue() / 1000;
  const [wanted, chunk] = [bytesOf(total), Math.max(1, bytesOf(step))];
  const bytesPerStep = Math.max(1, Math.floor(STEP_MS / Math.max(1e-3, pause.value / 1e6))) * chunk;
  let taken = 0;
  while (taken < wanted && !process.signalArrived.ready) {
    taken = Math.min(wanted, taken + bytesPerStep);
    process.memoryBytes = taken;
    yield* waitFor([process.signalArrived], Math.max(STEP_MS, pause.value / 1e6));
  }
  if (!process.signalArrived.ready) yield* log(29, `Allocated "${total}" memory`);
  yield* waitFor([process.signalArrived]);
  return goStop(process, process.takeSignal() ?? 'TERM');
}

const program: Program = (process) => run(process);

/** What Kubernetes' pages on CPU resources run (github.com/vishh/stress). */
export const vishStress = defineImage({
  repository: 'docker.io/vish/stress',
  fromInternet: true,
  tags: ['latest'],
  sizeBytes: 1_456_640,
  config: { entrypoint: ['/stress', '-logtostderr'] },
  programs: { '/stress': program },
});
