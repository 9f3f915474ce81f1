import { MessageChannel } from 'node:worker_threads';
import type { Verdict } from '@seatrial/contracts';
import { refuse } from '@seatrial/engine';
import { ReplayLimitError, type ReplayRunner, type ReplayTask } from '@seatrial/features';
import type { ReplayLimits } from '@seatrial/platform';
import { Piscina } from 'piscina';
import { loadCachedExercise } from './load-cached-exercise.js';
import type { StepMessage, ThreadTask } from './replay-task.js';

/** Threads run compiled code; from the sources (in specs) it is found in dist/ too. */
const THREAD_FILE = new URL('../dist/replay.thread.js', import.meta.url).href;
const IDLE_MS = 60_000;

/** Runs replays in threads, each with a limit on its time and memory; a thread that breaks one is ended and replaced. */
export class ThreadReplayRunner implements ReplayRunner {
  private readonly pool: Piscina<ThreadTask, Verdict>;

  constructor(
    threads: number,
    private readonly limits: ReplayLimits,
  ) {
    this.pool = new Piscina<ThreadTask, Verdict>({
      filename: THREAD_FILE,
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: IDLE_MS,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb },
    });
  }

  async run(task: ReplayTask, onStep: (done: number, total: number, command: string) => void): Promise<Verdict> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', ({ done, total, command }: StepMessage) => {
      onStep(done, total, command);
    });
    try {
      return await this.pool.run(
        { task, progress: port2 },
        { name: 'replay', transferList: [port2], signal: AbortSignal.timeout(this.limits.timeoutMs) },
      );
    } catch (error) {
      throw this.asLimitError(error) ?? error;
    } finally {
      port1.close();
    }
  }

  private asLimitError(error: unknown): ReplayLimitError | undefined {
    const { name, code } = error as { name?: unknown; code?: unknown };
    if (name === 'AbortError' || name === 'TimeoutError') return new ReplayLimitError('time', this.limits.timeoutMs);
    return code === 'ERR_WORKER_OUT_OF_MEMORY' ? new ReplayLimitError('memory', this.limits.memoryMb) : undefined;
  }

  refuse(task: ReplayTask, { limit, amount }: ReplayLimitError): Promise<Verdict> {
    const text = limit === 'time' ? `${String(amount)} ms` : `${String(amount)} MB`;
    const verdict = refuse(task.submission, loadCachedExercise(task), task.seed, {
      code: 'over_budget',
      message: {
        en: `the replay needs more than ${text} of ${limit}, the limit of a worker`,
        es: `la repetición necesita más de ${text} de ${limit === 'time' ? 'tiempo' : 'memoria'}, el límite de un trabajador`,
      },
    });
    return Promise.resolve(verdict);
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}
