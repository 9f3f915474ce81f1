/** Who is told of changes of what it waits for, without a function for each wait. */
export interface Waker {
  changed(waitable: Waitable): void;
}

/** A condition that a process can wait for. */
export interface Waitable {
  /** True when a process need not wait. */
  readonly ready: boolean;
  /** Calls `wake` at each change that may have made it ready; the returned function ends that. */
  subscribe(wake: () => void): () => void;
  /** The same for a waker, where it can be done; `removeWaker` ends that. */
  addWaker?(waker: Waker): void;
  removeWaker?(waker: Waker): void;
}

type Subscriber = (() => void) | Waker;

/** A condition that code sets and clears. */
export class Condition implements Waitable {
  /** Nearly always there is one at the most. */
  private subscribers: Subscriber | Set<Subscriber> | undefined;
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
    this.add(wake);
    return () => this.remove(wake);
  }

  addWaker(waker: Waker): void {
    this.add(waker);
  }

  removeWaker(waker: Waker): void {
    this.remove(waker);
  }

  private add(subscriber: Subscriber): void {
    if (this.subscribers === undefined) this.subscribers = subscriber;
    else if (this.subscribers instanceof Set) this.subscribers.add(subscriber);
    else this.subscribers = new Set([this.subscribers, subscriber]);
  }

  private remove(subscriber: Subscriber): void {
    if (this.subscribers === subscriber) this.subscribers = undefined;
    else if (this.subscribers instanceof Set) {
      this.subscribers.delete(subscriber);
      if (this.subscribers.size === 0) this.subscribers = undefined;
    }
  }

  protected notify(): void {
    const { subscribers } = this;
    if (subscribers === undefined) return;
    if (subscribers instanceof Set) for (const subscriber of [...subscribers]) this.tell(subscriber);
    else this.tell(subscribers);
  }

  private tell(subscriber: Subscriber): void {
    if (typeof subscriber === 'function') subscriber();
    else subscriber.changed(this);
  }
}
