/** Counts every change of any node, so that no two versions are equal. */
let changes = 0;

/**
 * The versions of a snapshot's nodes, by slot: another one after each change of a node or of the pods on it. They lie
 * together, since every pod has those of hundreds of nodes looked at.
 */
export class NodeVersions {
  private values = new Int32Array(64);

  of(slot: number): number {
    return this.values[slot];
  }

  change(slot: number): void {
    if (slot >= this.values.length) {
      const values = new Int32Array(2 * slot);
      values.set(this.values);
      this.values = values;
    }
    this.values[slot] = ++changes;
  }
}
