import type { NodeInfo } from '../cache/node-info.js';

/**
 * Nodes that come into question, in the order of the search. Only their slots are written down: a large cluster has
 * hundreds of them for every pod, and most are told apart without the node itself being looked at.
 */
export class Candidates {
  /** The slots of the candidates, and room for more. */
  slots = new Int32Array(64);
  private count = 0;

  /** `all`: the snapshot's nodes, each at its slot. */
  constructor(private readonly all: readonly NodeInfo[]) {}

  get length(): number {
    return this.count;
  }

  node(index: number): NodeInfo {
    return this.all[this.slots[index]];
  }

  clear(): void {
    this.count = 0;
  }

  add(slot: number): void {
    if (this.count === this.slots.length) {
      const more = new Int32Array(2 * this.count);
      more.set(this.slots);
      this.slots = more;
    }
    this.slots[this.count++] = slot;
  }

  toArray(): NodeInfo[] {
    return Array.from(this.slots.subarray(0, this.count), (slot) => this.all[slot]);
  }
}
