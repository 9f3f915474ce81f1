/** One line of the table that `bench` prints. */
export interface Row {
  readonly what: string;
  readonly value: string;
  /** What it should be at the most (or at the least), in words. */
  readonly target?: string;
}

/** Measurements that belong together: one file each, named `<name>.bench.ts`. */
export interface BenchGroup {
  /** As in `bench --only <name>`. */
  readonly name: string;
  /** Takes long or much memory: runs with `--scale` only, the others without. */
  readonly scale?: true;
  readonly run: () => Row[] | Promise<Row[]>;
}

export const defineBench = (group: BenchGroup): BenchGroup => group;
