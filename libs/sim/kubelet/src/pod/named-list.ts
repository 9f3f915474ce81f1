/** Few things by name, in the order they were added: a Map, but for its room for many. */
export class NamedList<T> {
  private names: readonly string[] = [];
  private items: readonly T[] = [];

  get size(): number {
    return this.items.length;
  }

  get(name: string): T | undefined {
    const at = this.names.indexOf(name);
    return at < 0 ? undefined : this.items[at];
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  set(name: string, item: T): void {
    const at = this.names.indexOf(name);
    if (at >= 0) {
      this.items = this.items.with(at, item);
      return;
    }
    // Not `push`: an array that grows takes room for many.
    this.names = this.names.length === 0 ? [name] : [...this.names, name];
    this.items = this.items.length === 0 ? [item] : [...this.items, item];
  }

  values(): readonly T[] {
    return this.items;
  }
}
