import type { Waitable, Waker } from './waitable.js';

const NOTHING: readonly Waitable[] = [];

/** What a coroutine waits for at present. */
export class Waits {
  private on = NOTHING;
  /** How to end the waits that do without a waker. */
  private ends: (() => void)[] | undefined;

  constructor(private readonly waker: Waker) {}

  begin(on: readonly Waitable[]): void {
    this.on = on;
    for (const waitable of on) {
      if (waitable.addWaker) waitable.addWaker(this.waker);
      else (this.ends ??= []).push(waitable.subscribe(() => this.waker.changed(waitable)));
    }
  }

  end(): void {
    const { on, ends } = this;
    if (on.length === 0) return;
    this.on = NOTHING;
    for (const waitable of on) waitable.removeWaker?.(this.waker);
    if (!ends) return;
    this.ends = undefined;
    for (const end of ends) end();
  }

  indexOf(waitable: Waitable): number {
    return this.on.indexOf(waitable);
  }
}
