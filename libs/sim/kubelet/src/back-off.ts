/** Exponential back-off by key (k8s.io/client-go/util/flowcontrol Backoff). Times in ms. */
export class BackOff {
  private readonly entries = new Map<string, { delay: number; updatedAt: number }>();

  constructor(
    private readonly initialMs: number,
    private readonly maximumMs: number,
    private readonly now: () => number,
  ) {}

  get(key: string): number {
    return this.entries.get(key)?.delay ?? 0;
  }

  /** Doubles the delay of a key, or starts it anew when it has been quiet for twice the maximum. */
  next(key: string, eventTime: number): void {
    const entry = this.entries.get(key);
    if (!entry || this.expired(entry, eventTime))
      this.entries.set(key, { delay: this.initialMs, updatedAt: this.now() });
    else this.entries.set(key, { delay: Math.min(entry.delay * 2, this.maximumMs), updatedAt: this.now() });
  }

  /** Whether the delay of a key, counted from `eventTime`, still runs. */
  isInBackOffSince(key: string, eventTime: number): boolean {
    const entry = this.entries.get(key);
    if (!entry || this.expired(entry, eventTime)) return false;
    return this.now() - eventTime < entry.delay;
  }

  /** Whether the delay of a key, counted from its last update, still runs. */
  isInBackOffSinceUpdate(key: string): boolean {
    const entry = this.entries.get(key);
    if (!entry || this.expired(entry, this.now())) return false;
    return this.now() - entry.updatedAt < entry.delay;
  }

  reset(key: string): void {
    this.entries.delete(key);
  }

  private expired(entry: { updatedAt: number }, eventTime: number): boolean {
    return eventTime - entry.updatedAt > 2 * this.maximumMs;
  }
}
