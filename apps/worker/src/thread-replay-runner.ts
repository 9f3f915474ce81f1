import { MessageChannel } from 'node:worker_threads';
import type { Verdict } from '@seatrial/contracts';
import { refuse } from '@seatrial/engine';
import { ReplayLimitError, type ReplayRunner, type ReplayTask } from '@seatrial/features';
import type { ReplayLimits } from '@seatrial/platform';
import { Piscina } from 'piscina';
import { loadCachedExercise } from './load-cached-exercise.js';
import type { ThreadMessage, ThreadTask } from './replay-task.js';
import { youngGenerationMb } from './young-generation.js';

/** Threads run compiled code; from the sources (in specs) it is found in dist/ too. */
const THREAD_FILE = new URL('../dist/replay.thread.js', import.meta.url).href;
const IDLE_MS = 60_000;

/** Runs replays in threads, each with a limit on its time and memory; a thread that breaks one is ended and replaced. */
export class ThreadReplayRunner implements ReplayRunner {
  private pool: Piscina<ThreadTask, Verdict> | undefined;
  private readonly running = new Set<AbortController>();

  /** `report` is told of threads that die while they have nothing to do, or before they are ready. */
  constructor(
    private readonly threads: number,
    private readonly limits: ReplayLimits,
    private readonly report: (error: Error) => void = () => undefined,
  ) {}

  /** Threads start with the first replay, and anew after the pool has broken down. */
  private openPool(): Piscina<ThreadTask, Verdict> {
    if (this.pool) return this.pool;
    const pool = new Piscina<ThreadTask, Verdict>({
      filename: THREAD_FILE,
      minThreads: 1,
      maxThreads: this.threads,
      idleTimeout: IDLE_MS,
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: this.limits.memoryMb,
        maxYoungGenerationSizeMb: youngGenerationMb(this.limits.memoryMb),
      },
    });
    pool.on('error', (error: Error) => {
      this.breakDown(error);
    });
    this.pool = pool;
    return pool;
  }

  /** Piscina starts no other thread when one died before it was ready: what runs fails, the next one gets a new pool. */
  private breakDown(error: Error): void {
    this.report(error);
    const pool = this.pool;
    this.pool = undefined;
    for (const replay of this.running) replay.abort(error);
    void pool?.destroy();
  }

  async run(task: ReplayTask, onStep: (done: number, total: number, command: string) => void): Promise<Verdict> {
    const { port1, port2 } = new MessageChannel();
    const ending = new AbortController();
    let begun = false;
    let timer: NodeJS.Timeout | undefined;
    port1.on('message', (message: ThreadMessage) => {
      // The time counts from when a thread takes the replay up: waiting for one is not the submission's fault.
      if (message.kind === 'begun') {
        begun = true;
        timer = setTimeout(() => {
          ending.abort(new ReplayLimitError('time', this.limits.timeoutMs));
        }, this.limits.timeoutMs);
      } else onStep(message.done, message.total, message.command);
    });
    this.running.add(ending);
    try {
      const options = { name: 'replay', transferList: [port2], signal: ending.signal };
      return await this.openPool().run({ task, progress: port2 }, options);
    } catch (error) {
      if (ending.signal.aborted) throw ending.signal.reason;
      if (!isOutOfMemory(error)) throw error;
      if (begun) throw new ReplayLimitError('memory', this.limits.memoryMb);
      this.breakDown(error);
      throw error;
    } finally {
      this.running.delete(ending);
      clearTimeout(timer);
      port1.close();
    }
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
    await this.pool?.close();
  }
}

function isOutOfMemory(error: unknown): error is Error {
  return (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
}
