/** From `revision` on, entries of history follow each other one a revision, beginning at `index`. */
interface Stretch {
  readonly revision: number;
  readonly index: number;
}

/**
 * Which entry of history a revision is. The two count alike until the store goes back: then the revisions after that
 * point are given again, to later entries.
 */
export class RevisionLine {
  /** The stretches that lead up to now. */
  private stretches: readonly Stretch[];
  /** The same at each point from which entries followed, oldest first. */
  private readonly branches: { readonly index: number; readonly stretches: readonly Stretch[] }[];

  constructor(firstRevision: number) {
    this.stretches = [{ revision: firstRevision, index: 0 }];
    this.branches = [{ index: 0, stretches: this.stretches }];
  }

  /** The entry that a revision is now. */
  indexOf(revision: number): number {
    for (let i = this.stretches.length - 1; i >= 0; i--) {
      const { revision: first, index } = this.stretches[i];
      if (revision >= first) return index + revision - first;
    }
    return -1;
  }

  /** The revision that the store was at when history had so many entries. */
  revisionAt(length: number): number {
    const stretch = this.stretchesAt(length).at(-1);
    return stretch ? stretch.revision + length - stretch.index - 1 : 0;
  }

  /** The entries after a revision, as ranges of indexes. */
  rangesAfter(revision: number, length: number): (readonly [from: number, to: number])[] {
    const ranges: (readonly [number, number])[] = [];
    this.stretches.forEach((stretch, i) => {
      const next = this.stretches.at(i + 1);
      const end = next ? stretch.index + next.revision - stretch.revision : length;
      const from = stretch.index + Math.max(0, revision + 1 - stretch.revision);
      if (from < end) ranges.push([from, Math.min(end, length)]);
    });
    return ranges;
  }

  /** The store is back where it was with `length` entries, and goes on after `revision` with the entry at `index`. */
  branch(length: number, revision: number, index: number): void {
    const kept = this.stretchesAt(length);
    this.stretches = [...kept, { revision: revision + 1, index }];
    this.branches.push({ index, stretches: this.stretches });
  }

  private stretchesAt(length: number): readonly Stretch[] {
    for (let i = this.branches.length - 1; i >= 0; i--)
      if (length >= this.branches[i].index) return this.branches[i].stretches;
    return this.stretches;
  }
}
