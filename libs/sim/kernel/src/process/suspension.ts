import type { Simulation, Timer } from '../simulation.js';
import type { Wait } from './program.js';
import type { Waitable } from './waitable.js';

/** What waits: goes on with the index of what was ready, or -1 when the time is up. */
export interface Sleeper {
  /** The event that will let it go on, if one is planned. */
  timer: Timer | undefined;
  resume(index: number): void;
}

/** One wait: wakes its sleeper once, for what happens first. */
export class Suspension {
  private over = false;
  private readonly ends: (() => void)[] = [];

  constructor(
    private readonly simulation: Simulation,
    private readonly sleeper: Sleeper,
  ) {}

  begin({ on, timeoutMs }: Wait): void {
    this.sleeper.timer = timeoutMs === undefined ? undefined : this.simulation.after(timeoutMs, () => this.timeOut());
    for (let index = 0; index < on.length; index++) this.ends.push(this.watch(on[index], index));
    const ready = on.findIndex((waitable) => waitable.ready);
    if (ready >= 0) this.wake(ready);
  }

  cancel(): void {
    if (this.over) return;
    this.over = true;
    for (const end of this.ends) end();
  }

  private watch(waitable: Waitable, index: number): () => void {
    return waitable.subscribe(() => {
      if (waitable.ready) this.wake(index);
    });
  }

  private timeOut(): void {
    if (this.over) return;
    this.cancel();
    this.sleeper.resume(-1);
  }

  private wake(index: number): void {
    if (this.over) return;
    this.cancel();
    const { sleeper } = this;
    sleeper.timer?.cancel();
    sleeper.timer = this.simulation.after(0, () => sleeper.resume(index));
  }
}
