import { compareStrings } from '@seatrial/kernel';
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

/** Namespaces in the order of their keys in etcd, where a slash follows the name: `team-b` comes before `team`. */
export const compareNamespaces = (a: string, b: string): number => compareStrings(`${a}/`, `${b}/`);

function compareSlots(a: Slot, b: Slot): number {
  if (a.namespace !== b.namespace) return compareNamespaces(a.namespace, b.namespace);
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/**
 * Objects in the order of namespace and name. A write costs O(1); order is restored when a list is asked for, by
 * merging what was added since. Lists handed out never change.
 */
export class SlotList {
  private order: readonly Slot[] = [];
  private added: Slot[] = [];
  /** Those that left since order was last restored. */
  private gone: Set<Slot> | undefined;
  private count = 0;
  private cache: readonly KubeObject[] | undefined = EMPTY;

  get size(): number {
    return this.count;
  }

  /** Takes in a slot that it does not hold. */
  add(slot: Slot): void {
    this.count++;
    this.gone?.delete(slot);
    this.added.push(slot);
    this.cache = undefined;
  }

  /** Lets go of a slot that it holds. */
  delete(slot: Slot): void {
    this.count--;
    this.gone ??= new Set();
    this.gone.add(slot);
    this.cache = undefined;
  }

  /** One of the objects has another version. */
  touch(): void {
    this.cache = undefined;
  }

  list(): readonly KubeObject[] {
    if (!this.cache) {
      if (this.added.length > 0 || this.gone) this.restoreOrder();
      this.cache = this.order.map(({ object }) => object);
    }
    return this.cache;
  }

  private restoreOrder(): void {
    const { gone } = this;
    const added = this.added.length > 1 ? this.added.sort(compareSlots) : this.added;
    const order: Slot[] = [];
    let last: Slot | undefined;
    let next = 0;
    // A slot that left and came back is in both lists, at the same place.
    const take = (slot: Slot): void => {
      if (slot === last || gone?.has(slot)) return;
      order.push(slot);
      last = slot;
    };
    for (const slot of this.order) {
      while (next < added.length && compareSlots(added[next], slot) < 0) take(added[next++]);
      take(slot);
    }
    while (next < added.length) take(added[next++]);
    this.order = order;
    this.added = [];
    this.gone = undefined;
  }
}
