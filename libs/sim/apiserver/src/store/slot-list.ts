import type { KubeObject } from '../contract/object.js';

/** Where a table keeps one object. Every list that the object is in holds its slot, and so sees each new version. */
export interface Slot {
  readonly namespace: string;
  readonly name: string;
  object: KubeObject;
  /** The lists that hold the slot. */
  lists: readonly SlotList[];
}

const EMPTY: readonly KubeObject[] = Object.freeze([]);

function compareSlots(a: Slot, b: Slot): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/**
 * Objects in the order of namespace and name. A write costs O(1); order is restored when a list is asked for, by
 * merging what was added since. Lists handed out never change.
 */
export class SlotList {
  private readonly slots = new Set<Slot>();
  private order: readonly Slot[] = [];
  private added: Slot[] = [];
  private removed = false;
  private cache: readonly KubeObject[] | undefined = EMPTY;

  get size(): number {
    return this.slots.size;
  }

  add(slot: Slot): void {
    this.slots.add(slot);
    this.added.push(slot);
    this.cache = undefined;
  }

  delete(slot: Slot): void {
    this.slots.delete(slot);
    this.removed = true;
    this.cache = undefined;
  }

  /** One of the objects has another version. */
  touch(): void {
    this.cache = undefined;
  }

  list(): readonly KubeObject[] {
    if (!this.cache) {
      if (this.added.length > 0 || this.removed) this.restoreOrder();
      this.cache = this.order.map(({ object }) => object);
    }
    return this.cache;
  }

  private restoreOrder(): void {
    const added = this.added.length > 1 ? this.added.sort(compareSlots) : this.added;
    const order: Slot[] = [];
    let next = 0;
    // A slot that left and came back is in both lists, at the same place.
    const take = (slot: Slot): void => {
      if (this.slots.has(slot) && order.at(-1) !== slot) order.push(slot);
    };
    for (const slot of this.order) {
      while (next < added.length && compareSlots(added[next], slot) < 0) take(added[next++]);
      take(slot);
    }
    while (next < added.length) take(added[next++]);
    this.order = order;
    this.added = [];
    this.removed = false;
  }
}
