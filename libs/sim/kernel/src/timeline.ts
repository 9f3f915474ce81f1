import type { Allowance } from './allowance.js';
import { BudgetExceededError, type BudgetName, type SimulationBudget } from './budget.js';
import { EventQueue, QueuedEvent, type Resumable } from './event-queue.js';
import { invariant } from './invariant.js';

export type ChargedBudget = Exclude<BudgetName, 'events' | 'virtualTimeMs'>;

/** The time of a replay: its instant, what is yet to happen, and what has been used up. */
export class Timeline {
  /** The allowance of the machine whose program runs just now, if it has one. */
  allowance: Allowance | undefined;
  /** How many events have run. */
  events = 0;
  /** Milliseconds since the Unix epoch, virtual. */
  time: number;
  private readonly queue: EventQueue;
  /** Events and virtual time are counted on their own: they are charged at each step. */
  private readonly used: Record<ChargedBudget, number> = {
    objects: 0,
    bytes: 0,
    steps: 0,
    processes: 0,
  };

  constructor(
    readonly startTime: number,
    readonly budget: SimulationBudget,
  ) {
    this.time = startTime;
    this.queue = new EventQueue(startTime);
  }

  plan(time: number, action: (() => void) | Resumable, index: number): QueuedEvent {
    const event = new QueuedEvent(Math.max(Math.ceil(time), this.time), action, index);
    this.queue.push(event);
    return event;
  }

  nextEventTime(): number | undefined {
    return this.queue.peek()?.time;
  }

  step(): boolean {
    const event = this.queue.take(Infinity);
    if (!event) return false;
    this.run(event);
    return true;
  }

  runUntil(time: number): void {
    for (let event = this.queue.take(time); event; event = this.queue.take(time)) this.run(event);
    this.advance(Math.max(time, this.time));
  }

  runUntilTrue(done: () => boolean, deadline: number): boolean {
    while (!done()) {
      const event = this.queue.take(deadline);
      if (!event) {
        this.advance(Math.max(deadline, this.time));
        return done();
      }
      this.run(event);
    }
    return true;
  }

  private run(event: QueuedEvent): void {
    const { action } = event;
    if (!action) return;
    this.allowance?.charge('events', 1);
    if (++this.events > this.budget.events) throw new BudgetExceededError('events', this.budget.events);
    this.advance(Math.max(event.time, this.time));
    event.action = undefined;
    if (typeof action === 'function') action();
    else action.resume(event.index);
  }

  charge(budget: ChargedBudget, amount: number): void {
    this.allowance?.charge(budget, amount);
    this.used[budget] += amount;
    if (this.used[budget] > this.budget[budget]) throw new BudgetExceededError(budget, this.budget[budget]);
  }

  usage(): Readonly<Record<BudgetName, number>> {
    return { ...this.used, events: this.events, virtualTimeMs: this.time - this.startTime };
  }

  advance(time: number): void {
    invariant(time >= this.time, 'virtual time went backwards');
    this.allowance?.charge('virtualTimeMs', time - this.time);
    const limit = this.budget.virtualTimeMs;
    if (time - this.startTime > limit) throw new BudgetExceededError('virtualTimeMs', limit);
    this.time = time;
  }
}
