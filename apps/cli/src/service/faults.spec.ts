import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { startApi, type RunningApi } from '@seatrial/api';
import { GRADING_QUEUE, type GradingJob } from '@seatrial/contracts';
import {
  CoursesService,
  ExercisesService,
  GradingModule,
  IdentityService,
  ServiceModule,
  type ReplayRunner,
} from '@seatrial/features';
import { applyMigrations, startEmbeddedPostgres, type EmbeddedPostgres } from '@seatrial/persistence';
import { NestLogger, createLogger, readConfig, type ServiceConfig } from '@seatrial/platform';
import { QueueFactory } from '@seatrial/queue';
import { ThreadReplayRunner } from '@seatrial/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from './checkout.js';
import { GraphqlClient } from './graphql-client.js';
import { submitAndFollow } from './submit-sample.js';

const EXERCISE = readFileSync(new URL('../../../../libs/grading/engine/fixtures/greet.yaml', import.meta.url), 'utf8');
const WORKER = fileURLToPath(new URL('../../../worker/dist/main.js', import.meta.url));
/** Long enough to be caught at work, short enough for a spec. */
const LONG = `${'for i in $(seq 1 15000); do x=$((i * 2)); done\n'.repeat(15)}echo hello`;

let postgres: EmbeddedPostgres;
let config: ServiceConfig;
let api: RunningApi;
let student: GraphqlClient;
let environment: Record<string, string>;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  environment = {
    DATABASE_URL: postgres.url,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    PORT: '0',
    SEATRIAL_JOB_LOCK_MS: '1500',
    SEATRIAL_WORKER_THREADS: '1',
    ...(process.env.REDIS_URL && { REDIS_URL: process.env.REDIS_URL }),
  };
  config = readConfig(environment, 1);
  await applyMigrations(config.databaseUrl, MIGRATIONS);
  api = await startApi(config);
  const { application, url } = api;
  const identity = application.get(IdentityService, { strict: false });
  const courses = application.get(CoursesService, { strict: false });
  const course = await courses.ensureCourse('faults', 'Faults');
  await application.get(ExercisesService, { strict: false }).publish(course.id, new Map([['exercise.yaml', EXERCISE]]));
  const user = await identity.ensureUser({ name: 'Ana', email: 'ana@example.org' });
  await courses.enrol(course.id, user.id, 'student');
  student = new GraphqlClient(url, await identity.issueToken(user.id, 'spec'));
}, 120_000);

afterAll(async () => {
  await student.close();
  await api.close();
  await postgres.stop();
});

/** A worker in this process whose replays fail the first so many times. */
async function startFailingWorker(failures: number): Promise<{ attempts: () => number; close: () => Promise<void> }> {
  const threads = new ThreadReplayRunner(1, config.replay);
  let attempts = 0;
  const runner: ReplayRunner = {
    run(task, onStep) {
      attempts++;
      return attempts <= failures ? Promise.reject(new Error('a fault of ours')) : threads.run(task, onStep);
    },
    refuse: (task, error) => threads.refuse(task, error),
    close: () => threads.close(),
  };
  const logger = createLogger(config, 'worker');
  const root = { ...ServiceModule.forRoot(config, logger), imports: [GradingModule.forRoot(runner)] };
  const application = await NestFactory.createApplicationContext(root, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  return { attempts: () => attempts, close: () => application.close() };
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else
      child.once('exit', () => {
        resolve();
      });
  });

describe('a fault of ours', () => {
  it('is tried again and leaves no trace in the grade', async () => {
    const worker = await startFailingWorker(2);
    const run = await submitAndFollow(student, 'greet', { manifests: [], transcript: 'echo hello' });
    expect([run.outcome, run.score?.exact, worker.attempts()]).toEqual(['graded', '1', 3]);
    await worker.close();
  });

  it('that stays is a grader_error without a score, and the next submission is graded', async () => {
    const worker = await startFailingWorker(3);
    const lost = await submitAndFollow(student, 'greet', { manifests: [], transcript: 'echo hello' });
    expect([lost.outcome, lost.score, worker.attempts()]).toEqual(['grader_error', null, 3]);
    const next = await submitAndFollow(student, 'greet', { manifests: [], transcript: 'echo hello' });
    expect(next.outcome).toBe('graded');
    await worker.close();
  });
});

describe('a worker that is killed', () => {
  const startWorkerProcess = (): ChildProcess =>
    spawn(process.execPath, [WORKER], { env: { ...process.env, ...environment }, stdio: 'inherit' });

  it('loses no run: another takes it, and it is graded once', async () => {
    const first = startWorkerProcess();
    let second: ChildProcess | undefined;
    const content = { manifests: [], transcript: LONG };
    const run = await submitAndFollow(student, 'greet', content, ({ state, step }) => {
      if (state !== 'running' || step < 2 || second) return;
      first.kill('SIGKILL');
      second = startWorkerProcess();
    });
    expect(second, 'the first worker was caught at work').toBeDefined();
    expect([run.outcome, run.score?.exact]).toEqual(['graded', '1']);
    expect(run.checks).toHaveLength(1);
    second?.kill('SIGTERM');
    if (second) await ended(second);
    expect(second?.exitCode).toBe(0);
  }, 120_000);

  it('that is asked to stop finishes what it has in hand', async () => {
    const worker = startWorkerProcess();
    let asked = false;
    const run = await submitAndFollow(student, 'greet', { manifests: [], transcript: LONG }, ({ state, step }) => {
      if (asked || state !== 'running' || step < 2) return;
      asked = true; // a second SIGTERM would end it at once
      worker.kill('SIGTERM');
    });
    expect(asked).toBe(true);
    expect(run.outcome).toBe('graded');
    await ended(worker);
    expect(worker.exitCode).toBe(0);
  }, 120_000);
});

it('grades a run once, however often the queue brings it', async () => {
  const worker = await startFailingWorker(0);
  const runs: string[] = [];
  const { submit } = await student.request<{ submit: { run: { id: string } } }>(
    'mutation($input: SubmitInput!) { submit(input: $input) { run { id } } }',
    { input: { exercise: 'greet', clientId: randomUUID(), transcript: 'echo hello' } },
  );
  const runId = submit.run.id;
  const queues = new QueueFactory({
    databaseUrl: config.databaseUrl,
    ...(config.redisUrl !== undefined && { redisUrl: config.redisUrl }),
  });
  const queue = queues.openQueue<GradingJob>(GRADING_QUEUE);
  const completed = async (id: string): Promise<void> => {
    while ((await queue.stateOf(id)) !== 'completed') await new Promise((resolve) => setTimeout(resolve, 20));
    const { run } = await student.request<{ run: { digest: string } }>('query($id: ID!) { run(id: $id) { digest } }', {
      id: runId,
    });
    runs.push(run.digest);
  };
  await completed(runId);
  await queue.addAll([{ id: `${runId}-again`, payload: { runId } }]);
  await completed(`${runId}-again`);
  expect(worker.attempts()).toBe(1);
  expect(runs[1]).toBe(runs[0]);
  await queue.close();
  await queues.end();
  await worker.close();
});
