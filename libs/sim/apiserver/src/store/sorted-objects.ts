import type { KubeObject } from '../contract/object.js';

/** Orders by namespace, then name: NUL sorts before every character that a name may have. */
export const objectKey = (namespace: string | undefined, name: string): string =>
  namespace ? `${namespace}\0${name}` : name;

export const keyOf = (object: KubeObject): string => objectKey(object.metadata.namespace, object.metadata.name);

const EMPTY: readonly KubeObject[] = Object.freeze([]);

/**
 * Objects by key, listed in key order. A write costs O(1); order is restored when a list is asked for, by merging what
 * was added since. Lists handed out never change.
 */
export class SortedObjects {
  private readonly objects = new Map<string, KubeObject>();
  private order: readonly string[] = [];
  private added: string[] = [];
  private removed = 0;
  private cache: readonly KubeObject[] | undefined = EMPTY;

  get size(): number {
    return this.objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.objects.get(key);
  }

  set(key: string, object: KubeObject): void {
    if (!this.objects.has(key)) this.added.push(key);
    this.objects.set(key, object);
    this.cache = undefined;
  }

  delete(key: string): void {
    if (!this.objects.delete(key)) return;
    this.removed++;
    this.cache = undefined;
  }

  list(): readonly KubeObject[] {
    if (!this.cache) {
      if (this.added.length > 0 || this.removed > 0) this.restoreOrder();
      const list: KubeObject[] = [];
      for (const key of this.order) list.push(this.objects.get(key) as KubeObject);
      this.cache = list;
    }
    return this.cache;
  }

  private restoreOrder(): void {
    const added = this.added.length > 1 ? [...new Set(this.added)].sort() : this.added;
    const order: string[] = [];
    let next = 0;
    const take = (key: string): void => {
      if (this.objects.has(key) && order.at(-1) !== key) order.push(key);
    };
    for (const key of this.order) {
      while (next < added.length && added[next] < key) take(added[next++]);
      take(key);
    }
    while (next < added.length) take(added[next++]);
    this.order = order;
    this.added = [];
    this.removed = 0;
  }
}
