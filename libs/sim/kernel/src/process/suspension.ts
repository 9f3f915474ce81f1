import type { Simulation, Timer } from '../simulation.js';
import type { Wait } from './program.js';
import type { Waitable, Waker } from './waitable.js';
import { Waits } from './waits.js';

/** What waits: goes on with the index of what was ready, or -1 when the time is up. */
export interface Sleeper {
  /** The event that will let it go on, if one is planned. */
  timer: Timer | undefined;
  resume(index: number): void;
}

/** One wait: wakes its sleeper once, for what happens first. */
export class Suspension implements Waker {
  private over = false;
  private readonly waits = new Waits(this);

  constructor(
    private readonly simulation: Simulation,
    private readonly sleeper: Sleeper,
  ) {}

  begin({ on, timeoutMs }: Wait): void {
    this.sleeper.timer = timeoutMs === undefined ? undefined : this.simulation.resumeAfter(timeoutMs, this, -1);
    this.waits.begin(on);
    for (let index = 0; index < on.length; index++)
      if (on[index].ready) {
        this.wake(index);
        return;
      }
  }

  cancel(): void {
    if (this.over) return;
    this.over = true;
    this.waits.end();
  }

  /** Called by the event queue: the time is up. */
  resume(): void {
    if (this.over) return;
    this.cancel();
    this.sleeper.resume(-1);
  }

  changed(waitable: Waitable): void {
    const index = waitable.ready ? this.waits.indexOf(waitable) : -1;
    if (index >= 0) this.wake(index);
  }

  private wake(index: number): void {
    if (this.over) return;
    this.cancel();
    const { sleeper } = this;
    sleeper.timer?.cancel();
    sleeper.timer = this.simulation.resumeAfter(0, sleeper, index);
  }
}
