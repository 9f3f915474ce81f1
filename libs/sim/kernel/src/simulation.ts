import type { Allowance } from './allowance.js';
import { DEFAULT_BUDGET, type BudgetName, type SimulationBudget } from './budget.js';
import type { Resumable } from './event-queue.js';
import { RandomSource } from './random.js';
import { Timeline, type ChargedBudget } from './timeline.js';

export interface SimulationOptions {
  /** Milliseconds since the Unix epoch at which virtual time starts. */
  readonly startTime: number;
  readonly seed: string;
  readonly budget?: Partial<SimulationBudget>;
}

/** A part of a simulation whose time goes on already. */
interface Branch {
  readonly timeline: Timeline;
  readonly random: RandomSource;
}

/** Something that will happen, unless it is cancelled first. Cancelling twice is harmless. */
export interface Timer {
  readonly time: number;
  cancel(): void;
}

/**
 * The one source of time, order, randomness and identifiers of a replay. Time is virtual, in whole
 * milliseconds: it stands still while code runs and jumps to the next event.
 */
export class Simulation {
  readonly startTime: number;
  readonly random: RandomSource;
  readonly budget: SimulationBudget;
  private readonly timeline: Timeline;

  constructor(options: SimulationOptions | Branch) {
    this.timeline =
      'timeline' in options
        ? options.timeline
        : new Timeline(options.startTime, { ...DEFAULT_BUDGET, ...options.budget });
    this.random = 'timeline' in options ? options.random : new RandomSource(options.seed);
    this.startTime = this.timeline.startTime;
    this.budget = this.timeline.budget;
  }

  /** The same time, order and budgets with randomness of its own, for what must not disturb the rest. */
  branch(name: string): Simulation {
    return new Simulation({ timeline: this.timeline, random: this.random.split(name) });
  }

  /** The allowance of the machine whose program runs just now, if it has one. */
  get allowance(): Allowance | undefined {
    return this.timeline.allowance;
  }

  set allowance(allowance: Allowance | undefined) {
    this.timeline.allowance = allowance;
  }

  /** How many events have run: what holds still during an event can be remembered by it. */
  get eventCount(): number {
    return this.timeline.events;
  }

  /** Milliseconds since the Unix epoch, virtual. */
  now(): number {
    return this.timeline.time;
  }

  /** Runs `action` at an instant (not before now); actions of the same instant run in the order they were asked for. */
  at(time: number, action: () => void): Timer {
    return this.timeline.plan(time, action, -1);
  }

  after(delayMs: number, action: () => void): Timer {
    return this.timeline.plan(this.timeline.time + delayMs, action, -1);
  }

  /** Resumes `waiting` with an index after a delay: as `after`, without a function for each wait. */
  resumeAfter(delayMs: number, waiting: Resumable, index: number): Timer {
    return this.timeline.plan(this.timeline.time + delayMs, waiting, index);
  }

  /** When the next event is due, or undefined when nothing is left to happen. */
  nextEventTime(): number | undefined {
    return this.timeline.nextEventTime();
  }

  /** Runs the next event, jumping to its time. False when there is none. */
  step(): boolean {
    return this.timeline.step();
  }

  /** Runs all events up to and including `time`, then stands at `time`. */
  runUntil(time: number): void {
    this.timeline.runUntil(time);
  }

  /** Runs events until `done` says so; stops at `deadline` (an instant) at the latest. True when `done` was met. */
  runUntilTrue(done: () => boolean, deadline: number): boolean {
    return this.timeline.runUntilTrue(done, deadline);
  }

  /**
   * Uses up part of a budget; throws `BudgetExceededError` when it is gone, and an `AllowanceExceededError` when the
   * allowance of the running program's machine is. Negative amounts give back.
   */
  charge(budget: ChargedBudget, amount: number): void {
    this.timeline.charge(budget, amount);
  }

  usage(): Readonly<Record<BudgetName, number>> {
    return this.timeline.usage();
  }

  /** Sets the clock forward without letting anything happen meanwhile: what was due then is late. */
  jump(ms: number): void {
    this.timeline.advance(this.timeline.time + ms);
  }
}
