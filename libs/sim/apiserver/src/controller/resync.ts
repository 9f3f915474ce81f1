import type { Simulation, Timer } from '@seatrial/kernel';
import type { ControllerContext, ControllerResync } from '../contract/controller.js';
import type { WorkQueue } from './work-queue.js';

/**
 * A controller's regular look. One that found nothing is followed by none until something changes: what it would find
 * goes by the objects and the kubelets alone, and a cluster that nobody touches for an hour need not be looked at.
 */
export class Resync {
  private readonly startedAt: number;
  private timer: Timer | undefined;
  private stopped = false;

  constructor(
    private readonly simulation: Simulation,
    private readonly resync: ControllerResync,
    private readonly context: ControllerContext,
    private readonly queue: WorkQueue,
  ) {
    this.startedAt = simulation.now();
    this.plan();
  }

  /** Something has changed: the next look is when it would have been. */
  wake(): void {
    if (!this.timer && !this.stopped) this.plan();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private plan(): void {
    const { periodMs } = this.resync;
    const age = this.simulation.now() - this.startedAt;
    const next = (Math.floor(age / periodMs) + 1) * periodMs;
    this.timer = this.simulation.at(this.startedAt + next, () => this.look());
  }

  private look(): void {
    this.timer = undefined;
    const keys = this.resync.keys(this.context);
    for (const key of keys) this.queue.add(key);
    if (keys.length > 0) this.plan();
  }
}
