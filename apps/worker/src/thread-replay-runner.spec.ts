import { readFileSync } from 'node:fs';
import type { ReplayTask } from '@seatrial/features';
import { expect, it } from 'vitest';
import { ThreadReplayRunner } from './index.js';

const EXERCISE = readFileSync(new URL('../../../libs/grading/engine/fixtures/greet.yaml', import.meta.url), 'utf8');
const task = (transcript: string): ReplayTask => ({
  seed: 'live',
  exerciseKey: 'greet',
  exerciseFiles: { 'exercise.yaml': EXERCISE },
  submission: { manifests: [], transcript },
});
const ignore = (): void => undefined;

it('grades in a thread and tells of each step', async () => {
  const runner = new ThreadReplayRunner(1, { timeoutMs: 60_000, memoryMb: 512 });
  const commands: string[] = [];
  const verdict = await runner.run(task('echo hello\nls'), (_done, _total, command) => commands.push(command));
  expect([verdict.outcome, verdict.score]).toEqual(['graded', { numerator: 1, denominator: 1 }]);
  expect(commands).toEqual(['echo hello', 'ls']);
  const again = await runner.run(task('echo hello\nls'), ignore);
  expect(again.digest).toBe(verdict.digest);
  await runner.close();
});

it('ends what takes too long, says so, and goes on', async () => {
  const slow = new ThreadReplayRunner(1, { timeoutMs: 1, memoryMb: 512 });
  await expect(slow.run(task('echo hello'), ignore)).rejects.toMatchObject({ name: 'ReplayLimitError', limit: 'time' });
  await expect(slow.run(task('echo hello'), ignore)).rejects.toMatchObject({ limit: 'time' });
  await slow.close();
});

it('gives what breaks the limits each time a verdict that names the limit', async () => {
  const runner = new ThreadReplayRunner(1, { timeoutMs: 10, memoryMb: 512 });
  const error: unknown = await runner.run(task('echo hello'), ignore).catch((thrown: unknown) => thrown);
  const verdict = await runner.refuse(task('echo hello'), error as never);
  expect(verdict.outcome).toBe('submission_error');
  expect(verdict.problem?.message.en).toBe('the replay needs more than 10 ms of time, the limit of a worker');
  await runner.close();
});

it('ends what needs too much memory, says so, and goes on', async () => {
  const small = new ThreadReplayRunner(1, { timeoutMs: 60_000, memoryMb: 64 });
  const glutton = Array.from({ length: 30 }, (_, n) => `seq 1 900000 > lines${String(n)}`).join('\n');
  await expect(small.run(task(glutton), ignore)).rejects.toMatchObject({ name: 'ReplayLimitError', limit: 'memory' });
  expect((await small.run(task('echo hello'), ignore)).outcome).toBe('graded');
  await small.close();
}, 60_000);

it('fails, and does not hang, when no thread can start', async () => {
  const errors: Error[] = [];
  const tiny = new ThreadReplayRunner(1, { timeoutMs: 60_000, memoryMb: 1 }, (error) => errors.push(error));
  await expect(tiny.run(task('echo hello'), ignore)).rejects.toThrow(/memory/);
  await expect(tiny.run(task('echo hello'), ignore)).rejects.toThrow(/memory/);
  expect(errors.length).toBeGreaterThan(0);
  await tiny.close();
}, 60_000);

it('counts the time of a replay from when a thread takes it up', async () => {
  const runner = new ThreadReplayRunner(1, { timeoutMs: 10_000, memoryMb: 512 });
  const verdicts = await Promise.all(Array.from({ length: 4 }, () => runner.run(task('echo hello'), ignore)));
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => 'graded'));
  await runner.close();
});
