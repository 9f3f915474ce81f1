import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { GRADING_QUEUE, type RunProgress } from '@seatrial/contracts';
import type { QueueFactory } from '@seatrial/queue';
import { QUEUES } from '../service/service-tokens.js';

type Listener = (progress: RunProgress | 'ended') => void;

/** Passes what the queue tells of running jobs on to those who watch a run in this process. */
@Injectable()
export class RunProgressHub implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listeners = new Map<string, Set<Listener>>();
  private events: ReturnType<QueueFactory['listen']> | undefined;

  constructor(@Inject(QUEUES) private readonly queues: QueueFactory) {}

  async onApplicationBootstrap(): Promise<void> {
    this.events = this.queues.listen(GRADING_QUEUE, {
      onProgress: (id, progress) => {
        this.tell(id, progress as RunProgress);
      },
      onEnd: (id) => {
        this.tell(id, 'ended');
      },
    });
    await this.events.ready;
  }

  async onModuleDestroy(): Promise<void> {
    await this.events?.close();
  }

  private tell(runId: string, progress: RunProgress | 'ended'): void {
    for (const listener of this.listeners.get(runId) ?? []) listener(progress);
  }

  /** Calls the listener with each news of a run; the returned function ends that. */
  watch(runId: string, listener: Listener): () => void {
    const listeners = this.listeners.get(runId) ?? new Set();
    this.listeners.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(runId);
    };
  }
}
