import type { Verdict } from '@seatrial/contracts';
import { grade, openSimulatedReplay } from '@seatrial/engine';
import { loadCachedExercise } from './load-cached-exercise.js';
import type { ThreadMessage, ThreadTask } from './replay-task.js';

/** Runs in a thread of its own: one replay and its grading, from the first line to the verdict. */
export function replay({ task, progress }: ThreadTask): Verdict {
  const tell = (message: ThreadMessage): void => {
    progress.postMessage(message);
  };
  tell({ kind: 'begun' });
  try {
    const loaded = loadCachedExercise(task);
    return grade(task.submission, loaded, {
      seed: task.seed,
      openReplay: openSimulatedReplay,
      onStep: (done, total, command) => {
        tell({ kind: 'step', done, total, command });
      },
    });
  } finally {
    progress.close();
  }
}
