import { compareStrings } from '@seatrial/kernel';

/**
 * What comm and join know about the order of their inputs: they complain of a line out of order once in each file, and only
 * after some line was found in one file alone (GNU coreutils 9.1, `check_order`).
 */
export class SortedInput {
  private readonly told = new Set<number>();
  private unpaired = false;

  constructor(private readonly check: 'default' | 'always' | 'never') {}

  /** A line of one file only. */
  sawUnpaired(): void {
    this.unpaired = true;
  }

  /** Whether to complain of the file: `key` comes before the one that preceded it. */
  outOfOrder(file: number, previous: string, key: string): boolean {
    if (this.check === 'never' || this.told.has(file) || !(this.unpaired || this.check === 'always')) return false;
    if (compareStrings(previous, key) <= 0) return false;
    this.told.add(file);
    return true;
  }

  get failed(): boolean {
    return this.told.size > 0;
  }
}

/** `--check-order`, `--nocheck-order`. */
export function orderCheck(flags: ReadonlyMap<string, number>): SortedInput {
  return new SortedInput(flags.has('nocheck-order') ? 'never' : flags.has('check-order') ? 'always' : 'default');
}
