import { Condition, waitFor, type Coroutine, type Input, type Waitable } from '@seatrial/kernel';

/** A container's open stdin (`stdin: true`): nothing comes until somebody attaches, then what they send. */
export class AttachedInput implements Input, Waitable {
  private source: Input | undefined;
  private leave: (() => void) | undefined;
  private readonly attached = new Condition();
  private readonly subscribers = new Set<() => void>();

  constructor(readonly isTerminal = false) {}

  get readable(): Waitable {
    return this;
  }

  get ready(): boolean {
    return this.source?.readable.ready ?? false;
  }

  subscribe(wake: () => void): () => void {
    this.subscribers.add(wake);
    this.follow();
    return () => {
      this.subscribers.delete(wake);
      this.follow();
    };
  }

  /** Takes what another input gives from now on; the first one to attach stays. */
  attach(source: Input): void {
    if (this.source) return;
    this.source = source;
    this.follow();
    this.attached.set();
    this.notify();
  }

  /** Listens to the source for as long as somebody waits here. */
  private follow(): void {
    if (this.subscribers.size > 0)
      this.leave ??= this.source?.readable.subscribe(() => {
        this.notify();
      });
    else {
      this.leave?.();
      this.leave = undefined;
    }
  }

  private notify(): void {
    for (const wake of [...this.subscribers]) wake();
  }

  *read(): Coroutine<string | undefined> {
    while (!this.source) yield* waitFor([this.attached]);
    return yield* this.source.read();
  }

  take(): string {
    return this.source?.take() ?? '';
  }

  unread(text: string): void {
    this.source?.unread(text);
  }

  close(): void {
    this.source?.close();
  }
}
