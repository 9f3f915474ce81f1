import type { Simulation, Timer } from '@seatrial/kernel';
import type { RetryPolicy } from '../contract/controller.js';

/** workqueue.DefaultTypedControllerRateLimiter. */
const DEFAULT_RETRIES: RetryPolicy = { firstMs: 5, maxMs: 1_000_000 };

/** How long a worker is busy with a key: its requests take their time, and what changes meanwhile is looked at once. */
const BUSY_MS = 10;

/**
 * A controller's queue in virtual time (client-go util/workqueue): keys wait once each, are handed out in order while no
 * worker is busy with them, and come back with exponential back-off when they failed.
 */
export class WorkQueue {
  private queued = new Set<string>();
  /** Until when a worker is busy with a key, the first to be free first. */
  private readonly busy = new Map<string, number>();
  private readonly waiting = new Map<string, Timer>();
  private readonly failures = new Map<string, number>();
  private pump: Timer | undefined;

  constructor(
    private readonly simulation: Simulation,
    private readonly delayMs: number,
    private readonly work: (key: string) => void,
    private readonly retries: RetryPolicy = DEFAULT_RETRIES,
  ) {}

  get empty(): boolean {
    return this.queued.size === 0;
  }

  /** Puts a key on the queue; it is worked on after the time that a change takes through an informer. */
  add(key: string): void {
    this.queued.add(key);
    this.runAt(this.simulation.now() + this.delayMs);
  }

  /** Adds the key after a delay; of several delays of one key the one that ends first counts. */
  addAfter(key: string, delayMs: number): void {
    const due = this.simulation.now() + Math.max(0, delayMs);
    const known = this.waiting.get(key);
    if (known && known.time <= due) return;
    known?.cancel();
    const timer = this.simulation.at(due, () => {
      this.waiting.delete(key);
      this.add(key);
    });
    this.waiting.set(key, timer);
  }

  /** Adds the key after the first delay · 2^failures, at most the longest; gives it up after as many tries as it has. */
  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    const { firstMs, maxMs, tries = Infinity } = this.retries;
    if (failures >= tries) {
      this.forget(key);
      return;
    }
    this.failures.set(key, failures + 1);
    this.addAfter(key, Math.min(firstMs * 2 ** Math.min(failures, 30), maxMs));
  }

  forget(key: string): void {
    this.failures.delete(key);
  }

  stop(): void {
    this.pump?.cancel();
    for (const timer of this.waiting.values()) timer.cancel();
    this.waiting.clear();
    this.queued.clear();
  }

  private runAt(time: number): void {
    this.pump ??= this.simulation.at(time, () => this.run());
  }

  private run(): void {
    this.pump = undefined;
    const now = this.simulation.now();
    for (const [key, until] of this.busy) {
      if (until > now) break;
      this.busy.delete(key);
    }
    const keys = this.queued;
    this.queued = new Set();
    let firstFree = Infinity;
    for (const key of keys) {
      const until = this.busy.get(key);
      if (until === undefined) {
        this.busy.set(key, now + BUSY_MS);
        this.work(key);
      } else {
        this.queued.add(key);
        firstFree = Math.min(firstFree, until);
      }
    }
    if (firstFree < Infinity) this.runAt(firstFree);
  }
}
