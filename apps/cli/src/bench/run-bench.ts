import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import type { SubmissionContent } from '@seatrial/contracts';
import { grade, loadExercise, openSimulatedReplay } from '@seatrial/engine';
import { readSamples } from '@seatrial/exercise';
import { CHECKOUT, EXERCISES, readExerciseFolders } from '../service/checkout.js';
import { startEmbeddedService } from '../service/embedded-service.js';
import { GraphqlClient } from '../service/graphql-client.js';
import { seedCourse } from '../service/seed.js';
import { submitAndFollow } from '../service/submit-sample.js';
import type { Row } from './row.js';
import { benchScale, benchVirtualTime } from './scale-bench.js';

const WARM_UP = 30;
const REPLAYS = 200;
const SUBMISSIONS = 200;
const CLIENTS = 16;
const COLD_STARTS = 3;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function timesText(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p95 ${percentile(sorted, 0.95).toFixed(1)} ms`;
}

function loadSample(exercise: string, path: string) {
  const found = readExerciseFolders(EXERCISES).find((candidate) => candidate.path.endsWith(exercise));
  const loaded = found && loadExercise(found.folder);
  const sample = found && readSamples(found.folder).find((candidate) => candidate.path === path);
  if (!loaded?.ok || !sample) throw new Error(`there is no ${exercise}/${path}`);
  const { manifests, transcript } = sample;
  const submission: SubmissionContent = { manifests, ...(transcript !== undefined && { transcript }) };
  return { loaded: loaded.value, submission };
}

/** (a) Replay and grading of the DockerCoins sample, warm, in this thread. */
function benchReplay(): Row[] {
  const { loaded, submission } = loadSample('dockercoins', 'samples/perfect');
  const times: number[] = [];
  let cpuMs = 0;
  for (let i = 0; i < WARM_UP + REPLAYS; i++) {
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    grade(submission, loaded, { seed: 'live', openReplay: openSimulatedReplay });
    if (i < WARM_UP) continue;
    times.push(performance.now() - started);
    const used = process.cpuUsage(cpu);
    cpuMs += (used.user + used.system) / 1000 / REPLAYS;
  }
  return [
    { what: `(a) replay + grade DockerCoins, warm, one thread, ${String(REPLAYS)} times`, value: timesText(times) },
    { what: '    processor time of one', value: `${cpuMs.toFixed(1)} ms` },
  ];
}

/** (b) Submissions end to end: submit over HTTP, follow over WebSocket, until the verdict has come. */
async function benchService(): Promise<Row[]> {
  const service = await startEmbeddedService({ environment: { LOG_LEVEL: 'error', PORT: '0', ...process.env } });
  try {
    const { studentTokens } = await seedCourse(service.api.application);
    const token = [...studentTokens.values()][0] ?? '';
    const clients = Array.from({ length: CLIENTS }, () => new GraphqlClient(service.api.url, token));
    const { submission } = loadSample('httpenv-nodeport', 'samples/perfect');
    for (const client of clients) await submitAndFollow(client, 'httpenv-nodeport', submission);
    const times: number[] = [];
    let left = SUBMISSIONS;
    const started = performance.now();
    await Promise.all(
      clients.map(async (client) => {
        while (left-- > 0) {
          const submitted = performance.now();
          await submitAndFollow(client, 'httpenv-nodeport', submission);
          times.push(performance.now() - submitted);
        }
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    for (const client of clients) await client.close();
    const queue = service.config.redisUrl === undefined ? 'PostgreSQL' : 'Redis';
    return [
      {
        what: `(b) submissions end to end, embedded PostgreSQL, queue on ${queue}, ${String(CLIENTS)} clients`,
        value: `${(times.length / seconds).toFixed(1)}/s, ${timesText(times)}`,
      },
    ];
  } finally {
    await service.stop();
  }
}

/** (c) From nothing to the first answer: initdb, migrations, API, worker; and a process that grades once. */
async function benchColdStart(): Promise<Row[]> {
  const starts: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    const started = performance.now();
    const service = await startEmbeddedService({ environment: { LOG_LEVEL: 'error', PORT: '0', ...process.env } });
    await fetch(`${service.api.url}/health/ready`);
    starts.push(performance.now() - started);
    await service.stop();
  }
  const program = new URL('./grade-once.js', import.meta.url);
  const processes: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    const started = performance.now();
    await promisify(execFile)(process.execPath, [program.pathname], { cwd: CHECKOUT });
    processes.push(performance.now() - started);
  }
  return [
    { what: '(c) cold start of the service: initdb, migrations, API, worker, first answer', value: timesText(starts) },
    { what: '    cold start of one process that grades DockerCoins once', value: timesText(processes) },
  ];
}

/** Measures, and prints a table in Markdown: large clusters alone with `scale`, all the rest without. */
export async function runBench({ scale }: { readonly scale: boolean }): Promise<number> {
  const rows = scale
    ? [...benchVirtualTime(), ...benchScale()]
    : [...benchReplay(), ...(await benchService()), ...(await benchColdStart()), ...benchVirtualTime()];
  const machine = `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  say(`Measured on ${machine}\n\n| what | measured |\n|---|---|`);
  for (const { what, value } of rows) say(`| ${what.trim()} | ${value} |`);
  return 0;
}
