import type { Verdict } from '@seatrial/contracts';
import { grade, openSimulatedReplay } from '@seatrial/engine';
import { loadCachedExercise } from './load-cached-exercise.js';
import type { StepMessage, ThreadTask } from './replay-task.js';

/** Runs in a thread of its own: one replay and its grading, from the first line to the verdict. */
export function replay({ task, progress }: ThreadTask): Verdict {
  const loaded = loadCachedExercise(task);
  try {
    return grade(task.submission, loaded, {
      seed: task.seed,
      openReplay: openSimulatedReplay,
      onStep: (done, total, command) => {
        const message: StepMessage = { done, total, command };
        progress.postMessage(message);
      },
    });
  } finally {
    progress.close();
  }
}
