import type { SubmissionContent } from '@seatrial/contracts';
import { loadExercise } from '@seatrial/engine';
import { readSamples } from '@seatrial/exercise';
import { EXERCISES, readExerciseFolders } from '../service/checkout.js';

/** An exercise of the checkout with one of its samples. */
export function loadSample(exercise: string, path: string) {
  const found = readExerciseFolders(EXERCISES).find((candidate) => candidate.path.endsWith(exercise));
  const loaded = found && loadExercise(found.folder);
  const sample = found && readSamples(found.folder).find((candidate) => candidate.path === path);
  if (!loaded?.ok || !sample) throw new Error(`there is no ${exercise}/${path}`);
  const { manifests, transcript } = sample;
  const submission: SubmissionContent = { manifests, ...(transcript !== undefined && { transcript }) };
  return { loaded: loaded.value, submission };
}
