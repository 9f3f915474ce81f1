/**
 * What a part of the simulator keeps for each of the objects of another, such as an index for each store: held by that
 * object itself, and gone with it. A WeakMap would do the same, but V8 keeps its entries until the next full collection
 * when they lead back to their key: every cluster would outlive its replay. The owners must not be frozen.
 */
export class Attached<K extends object, V> {
  private readonly key = Symbol('attached');

  get(owner: K): V | undefined {
    return (owner as Readonly<Record<symbol, V | undefined>>)[this.key];
  }

  set(owner: K, value: V): void {
    (owner as Record<symbol, V>)[this.key] = value;
  }
}
