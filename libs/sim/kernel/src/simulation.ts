import type { Allowance } from './allowance.js';
import { BudgetExceededError, DEFAULT_BUDGET, type BudgetName, type SimulationBudget } from './budget.js';
import { EventQueue, QueuedEvent, type Resumable } from './event-queue.js';
import { invariant } from './invariant.js';
import { RandomSource } from './random.js';

export interface SimulationOptions {
  /** Milliseconds since the Unix epoch at which virtual time starts. */
  readonly startTime: number;
  readonly seed: string;
  readonly budget?: Partial<SimulationBudget>;
}

/** Something that will happen, unless it is cancelled first. Cancelling twice is harmless. */
export interface Timer {
  readonly time: number;
  cancel(): void;
}

type ChargedBudget = Exclude<BudgetName, 'events' | 'virtualTimeMs'>;

/**
 * The one source of time, order, randomness and identifiers of a replay. Time is virtual, in whole
 * milliseconds: it stands still while code runs and jumps to the next event.
 */
export class Simulation {
  readonly startTime: number;
  readonly random: RandomSource;
  readonly budget: SimulationBudget;
  /** The allowance of the machine whose program runs just now, if it has one. */
  allowance: Allowance | undefined;
  private readonly queue: EventQueue;
  /** Events and virtual time are counted on their own: they are charged at each step. */
  private readonly used: Record<ChargedBudget, number> = {
    objects: 0,
    bytes: 0,
    steps: 0,
    processes: 0,
  };
  private events = 0;
  private time: number;

  constructor(options: SimulationOptions) {
    this.startTime = options.startTime;
    this.time = options.startTime;
    this.queue = new EventQueue(options.startTime);
    this.random = new RandomSource(options.seed);
    this.budget = { ...DEFAULT_BUDGET, ...options.budget };
  }

  /** How many events have run: what holds still during an event can be remembered by it. */
  get eventCount(): number {
    return this.events;
  }

  /** Milliseconds since the Unix epoch, virtual. */
  now(): number {
    return this.time;
  }

  /** Runs `action` at an instant (not before now); actions of the same instant run in the order they were asked for. */
  at(time: number, action: () => void): Timer {
    return this.plan(time, action, -1);
  }

  after(delayMs: number, action: () => void): Timer {
    return this.at(this.time + delayMs, action);
  }

  /** Resumes `waiting` with an index after a delay: as `after`, without a function for each wait. */
  resumeAfter(delayMs: number, waiting: Resumable, index: number): Timer {
    return this.plan(this.time + delayMs, waiting, index);
  }

  private plan(time: number, action: (() => void) | Resumable, index: number): Timer {
    const event = new QueuedEvent(Math.max(Math.ceil(time), this.time), action, index);
    this.queue.push(event);
    return event;
  }

  /** When the next event is due, or undefined when nothing is left to happen. */
  nextEventTime(): number | undefined {
    return this.queue.peek()?.time;
  }

  /** Runs the next event, jumping to its time. False when there is none. */
  step(): boolean {
    const event = this.queue.take(Infinity);
    if (!event) return false;
    this.run(event);
    return true;
  }

  /** Runs all events up to and including `time`, then stands at `time`. */
  runUntil(time: number): void {
    for (let event = this.queue.take(time); event; event = this.queue.take(time)) this.run(event);
    this.advance(Math.max(time, this.time));
  }

  /** Runs events until `done` says so; stops at `deadline` (an instant) at the latest. True when `done` was met. */
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

  /**
   * Uses up part of a budget; throws {@link BudgetExceededError} when it is gone, and an `AllowanceExceededError` when
   * the allowance of the running program's machine is. Negative amounts give back.
   */
  charge(budget: ChargedBudget, amount: number): void {
    this.allowance?.charge(budget, amount);
    this.used[budget] += amount;
    if (this.used[budget] > this.budget[budget]) throw new BudgetExceededError(budget, this.budget[budget]);
  }

  usage(): Readonly<Record<BudgetName, number>> {
    return { ...this.used, events: this.events, virtualTimeMs: this.time - this.startTime };
  }

  /** Sets the clock forward without letting anything happen meanwhile: what was due then is late. */
  jump(ms: number): void {
    this.advance(this.time + ms);
  }

  private advance(time: number): void {
    invariant(time >= this.time, 'virtual time went backwards');
    this.allowance?.charge('virtualTimeMs', time - this.time);
    const limit = this.budget.virtualTimeMs;
    if (time - this.startTime > limit) throw new BudgetExceededError('virtualTimeMs', limit);
    this.time = time;
  }
}
