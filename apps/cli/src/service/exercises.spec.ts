import { fractionText, type Verdict } from '@seatrial/contracts';
import { grade, loadExercise, openSimulatedReplay, type LoadedExercise } from '@seatrial/engine';
import { readSamples, type ExerciseError, type ExerciseSample } from '@seatrial/exercise';
import { describe, expect, it } from 'vitest';
import { EXERCISES, readExerciseFolders } from './checkout.js';

const exercises = readExerciseFolders(EXERCISES).map(({ path, folder }) => {
  const errors: ExerciseError[] = [];
  const loaded = loadExercise(folder);
  if (!loaded.ok) throw new Error(`${path}: ${JSON.stringify(loaded.error)}`);
  const samples = readSamples(folder, errors);
  if (errors.length > 0) throw new Error(`${path}: ${JSON.stringify(errors)}`);
  return { id: loaded.value.exercise.id, loaded: loaded.value, samples };
});

function gradeSample(loaded: LoadedExercise, { manifests, transcript }: ExerciseSample, seed: string): Verdict {
  const submission = { manifests, ...(transcript !== undefined && { transcript }) };
  return grade(submission, loaded, { seed, openReplay: openSimulatedReplay });
}

const lost = (verdict: Verdict): string[] =>
  verdict.checks.filter(({ status }) => status !== 'passed').map(({ id }) => id);

describe.each(exercises)('$id', ({ loaded, samples }) => {
  it('gives nothing for nothing', () => {
    const verdict = gradeSample(loaded, { path: '', manifests: [] }, 'live');
    expect([verdict.outcome, fractionText(verdict.score)]).toEqual(['submission_error', '0']);
  });

  it.each(samples)('$path earns and loses what it declares', (sample) => {
    const verdict = gradeSample(loaded, sample, 'live');
    const { expected } = sample;
    if (sample.path.startsWith('solutions/')) expect(lost(verdict)).toEqual([]);
    expect({ score: fractionText(verdict.score), lost: lost(verdict).sort() }).toEqual({
      score: expected && fractionText(expected.score),
      lost: [...(expected?.failing ?? [])].sort(),
    });
    expect(verdict.outcome).toBe('graded');
  });

  it.each(samples)('$path earns the same with other seeds', (sample) => {
    const scores = ['a', 'b', 'c'].map((seed) => fractionText(gradeSample(loaded, sample, seed).score));
    expect(new Set(scores).size).toBe(1);
  });
});

it('gives 50 gradings of one submission one digest', () => {
  const dockercoins = exercises.find(({ id }) => id === 'dockercoins');
  const sample = dockercoins?.samples.find(({ path }) => path === 'samples/perfect');
  if (!dockercoins || !sample) throw new Error('no sample');
  const digests = Array.from({ length: 50 }, () => gradeSample(dockercoins.loaded, sample, 'live').digest);
  expect(new Set(digests).size).toBe(1);
}, 60_000);
