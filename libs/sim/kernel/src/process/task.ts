import type { Simulation, Timer } from '../simulation.js';
import type { Coroutine, Wait } from './program.js';

const NONE: readonly (() => void)[] = [];

/** A coroutine of a component itself, run by the event queue without being a process of any machine. */
export class Task {
  private readonly coroutine: Coroutine<void>;
  private timer: Timer | undefined;
  private unsubscribe: readonly (() => void)[] = NONE;
  private ended = false;

  constructor(
    private readonly simulation: Simulation,
    program: () => Coroutine<void>,
  ) {
    this.coroutine = program();
    this.timer = simulation.after(0, () => this.resume(-1));
  }

  cancel(): void {
    if (this.ended) return;
    this.ended = true;
    this.stopWaiting();
    this.coroutine.return();
  }

  private stopWaiting(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const subscriptions = this.unsubscribe;
    this.unsubscribe = NONE;
    for (const end of subscriptions) end();
  }

  private resume(index: number): void {
    if (this.ended) return;
    this.stopWaiting();
    const step = this.coroutine.next({ index });
    if (this.hasEnded()) return;
    if (step.done) this.ended = true;
    else this.suspend(step.value);
  }

  private hasEnded(): boolean {
    return this.ended;
  }

  private suspend(wait: Wait): void {
    const wake = (index: number): void => {
      this.stopWaiting();
      this.timer = this.simulation.after(0, () => this.resume(index));
    };
    for (let index = 0; index < wait.on.length; index++)
      if (wait.on[index].ready) {
        wake(index);
        return;
      }
    if (wait.timeoutMs !== undefined) this.timer = this.simulation.after(wait.timeoutMs, () => this.resume(-1));
    if (wait.on.length > 0)
      this.unsubscribe = wait.on.map((waitable, index) =>
        waitable.subscribe(() => {
          if (waitable.ready) wake(index);
        }),
      );
  }
}
