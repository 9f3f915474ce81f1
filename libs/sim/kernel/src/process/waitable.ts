/** A condition that a process can wait for. */
export interface Waitable {
  /** True when a process need not wait. */
  readonly ready: boolean;
  /** Calls `wake` at each change that may have made it ready; the returned function ends that. */
  subscribe(wake: () => void): () => void;
}

/** A condition that code sets and clears. */
export class Condition implements Waitable {
  private subscribers: Set<() => void> | undefined;
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
    const subscribers = (this.subscribers ??= new Set());
    subscribers.add(wake);
    return () => {
      subscribers.delete(wake);
      if (subscribers.size === 0 && this.subscribers === subscribers) this.subscribers = undefined;
    };
  }

  protected notify(): void {
    if (this.subscribers) for (const wake of [...this.subscribers]) wake();
  }
}
