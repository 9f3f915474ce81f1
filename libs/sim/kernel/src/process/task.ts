import type { Simulation, Timer } from '../simulation.js';
import type { Coroutine, Wait } from './program.js';
import { Waits } from './waits.js';
import type { Waitable, Waker } from './waitable.js';

/** A coroutine of a component itself, run by the event queue without being a process of any machine. */
export class Task implements Waker {
  private timer: Timer | undefined;
  private readonly waits = new Waits(this);
  private ended = false;

  constructor(
    private readonly simulation: Simulation,
    private readonly coroutine: Coroutine<void>,
  ) {
    this.timer = simulation.resumeAfter(0, this, -1);
  }

  cancel(): void {
    if (this.ended) return;
    this.ended = true;
    this.stopWaiting();
    this.coroutine.return();
  }

  /** Called by the event queue: the wait is over. */
  resume(index: number): void {
    if (this.ended) return;
    this.stopWaiting();
    const step = this.coroutine.next({ index });
    if (this.hasEnded()) return;
    if (step.done) this.ended = true;
    else this.suspend(step.value);
  }

  /** Something that it waits for has changed. */
  changed(waitable: Waitable): void {
    const index = waitable.ready ? this.waits.indexOf(waitable) : -1;
    if (index >= 0) this.wake(index);
  }

  private stopWaiting(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.waits.end();
  }

  private hasEnded(): boolean {
    return this.ended;
  }

  private wake(index: number): void {
    this.stopWaiting();
    this.timer = this.simulation.resumeAfter(0, this, index);
  }

  private suspend({ on, timeoutMs }: Wait): void {
    for (let index = 0; index < on.length; index++)
      if (on[index].ready) {
        this.wake(index);
        return;
      }
    if (timeoutMs !== undefined) this.timer = this.simulation.resumeAfter(timeoutMs, this, -1);
    this.waits.begin(on);
  }
}
