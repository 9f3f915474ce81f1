import { loadExercise, type LoadedExercise } from '@seatrial/engine';
import type { ReplayTask } from '@seatrial/features';

const CACHED = 100;
const cache = new Map<string, LoadedExercise>();

/** The exercise of a task; those used last are kept. */
export function loadCachedExercise({ exerciseKey, exerciseFiles }: ReplayTask): LoadedExercise {
  const cached = cache.get(exerciseKey);
  if (cached) return cached;
  const loaded = loadExercise(new Map(Object.entries(exerciseFiles)));
  if (!loaded.ok) throw new Error(`exercise ${exerciseKey} has errors: ${JSON.stringify(loaded.error)}`);
  const oldest = cache.size >= CACHED ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  cache.set(exerciseKey, loaded.value);
  return loaded.value;
}
