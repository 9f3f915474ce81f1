/** Values by key, so many at most: those that were set first go first. */
export class RecentValues<T> {
  private readonly values = new Map<string, T>();

  constructor(private readonly limit: number) {}

  get(key: string): T | undefined {
    return this.values.get(key);
  }

  /** Sets a value that is not there yet, and returns it. */
  add(key: string, value: T): T {
    if (this.values.size >= this.limit) this.values.delete(this.values.keys().next().value ?? '');
    this.values.set(key, value);
    return value;
  }
}

/**
 * Results of a pure function of a text, the most recent ones kept: for texts that the same session reads over and over
 * (a kubeconfig, a certificate). Callers must not change what they get.
 */
export function rememberRecent<T>(compute: (text: string) => T, limit = 16): (text: string) => T {
  const results = new RecentValues<T>(limit);
  return (text) => results.get(text) ?? results.add(text, compute(text));
}
