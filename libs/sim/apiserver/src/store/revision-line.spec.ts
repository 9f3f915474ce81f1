import { describe, expect, it } from 'vitest';
import { RevisionLine } from './revision-line.js';

describe('revisions of a store that went back', () => {
  // Ten entries (2 to 11); back to four of them (5), told with two entries; then three more (6 to 8).
  const line = new RevisionLine(2);
  line.branch(4, 5, 12);

  it('are given again', () => {
    expect([2, 5, 6, 8].map((revision) => line.indexOf(revision))).toEqual([0, 3, 12, 14]);
    expect([4, 10, 13, 15].map((length) => line.revisionAt(length))).toEqual([5, 11, 6, 8]);
    expect(line.rangesAfter(3, 15)).toEqual([
      [2, 4],
      [12, 15],
    ]);
    expect(line.rangesAfter(6, 15)).toEqual([[13, 15]]);
  });

  it('lead on from where the other branch was left', () => {
    // Fifteen entries by now; forward to the first ten (11), told with one entry.
    line.branch(10, 11, 16);
    expect([5, 6, 11, 12].map((revision) => line.indexOf(revision))).toEqual([3, 4, 9, 16]);
    expect([10, 15, 17].map((length) => line.revisionAt(length))).toEqual([11, 8, 12]);
    expect(line.rangesAfter(10, 17)).toEqual([
      [9, 10],
      [16, 17],
    ]);
  });
});
