import { loadExercise, type LoadedExercise } from '@seatrial/engine';
import type { ReplayTask } from '@seatrial/features';
import { RecentValues } from '@seatrial/kernel';

const CACHED = 100;
const cache = new RecentValues<LoadedExercise>(CACHED);

/** The exercise of a task; those loaded last are kept. */
export function loadCachedExercise({ exerciseKey, exerciseFiles }: ReplayTask): LoadedExercise {
  const cached = cache.get(exerciseKey);
  if (cached) return cached;
  const loaded = loadExercise(new Map(Object.entries(exerciseFiles)));
  if (!loaded.ok) throw new Error(`exercise ${exerciseKey} has errors: ${JSON.stringify(loaded.error)}`);
  return cache.add(exerciseKey, loaded.value);
}
