/** A condition that a process can wait for. */
export interface Waitable {
  /** True when a process need not wait. */
  readonly ready: boolean;
  /** Calls `wake` at each change that may have made it ready; the returned function ends that. */
  subscribe(wake: () => void): () => void;
}

/** A condition that code sets and clears. */
export class Condition implements Waitable {
  private readonly subscribers = new Set<() => void>();
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
    this.subscribers.add(wake);
    return () => this.subscribers.delete(wake);
  }

  protected notify(): void {
    for (const wake of [...this.subscribers]) wake();
  }
}
