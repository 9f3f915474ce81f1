/** A condition that a process can wait for. */
export interface Waitable {
  /** True when a process need not wait. */
  readonly ready: boolean;
  /** Calls `wake` at each change that may have made it ready; the returned function ends that. */
  subscribe(wake: () => void): () => void;
}

/** A condition that code sets and clears. */
export class Condition implements Waitable {
  /** Nearly always there is one at the most. */
  private subscribers: (() => void) | Set<() => void> | undefined;
  private state = false;

  get ready(): boolean {
    return this.state;
  }

  set(): void {
    this.state = true;
    this.notify();
  }

  clear(): void {
    this.state = false;
  }

  subscribe(wake: () => void): () => void {
    if (this.subscribers === undefined) this.subscribers = wake;
    else if (typeof this.subscribers === 'function') this.subscribers = new Set([this.subscribers, wake]);
    else this.subscribers.add(wake);
    return () => this.unsubscribe(wake);
  }

  private unsubscribe(wake: () => void): void {
    if (this.subscribers === wake) this.subscribers = undefined;
    else if (this.subscribers instanceof Set) {
      this.subscribers.delete(wake);
      if (this.subscribers.size === 0) this.subscribers = undefined;
    }
  }

  protected notify(): void {
    if (typeof this.subscribers === 'function') this.subscribers();
    else if (this.subscribers) for (const wake of [...this.subscribers]) wake();
  }
}
