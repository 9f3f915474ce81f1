import { cpus } from 'node:os';
import { UsageError } from '../cli-command.js';
import type { BenchGroup, Row } from './bench-group.js';
import { BENCH_GROUPS } from './registry.js';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

export interface BenchOptions {
  /** Large clusters alone, which otherwise are left out. */
  readonly scale: boolean;
  /** One group by name. */
  readonly only?: string;
}

function chosen({ scale, only }: BenchOptions): readonly BenchGroup[] {
  if (only === undefined) return BENCH_GROUPS.filter((group) => (group.scale ?? false) === scale);
  const group = BENCH_GROUPS.find(({ name }) => name === only);
  if (!group) throw new UsageError(`--only takes one of ${BENCH_GROUPS.map(({ name }) => name).join(', ')}`);
  return [group];
}

const line = ({ what, value, target = '' }: Row): string => `| ${what} | ${value} | ${target} |`;

/** Measures, and prints a table in Markdown. */
export async function runBench(options: BenchOptions): Promise<number> {
  const groups = chosen(options);
  const machine = `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  say(`Measured on ${machine}\n\n| what | measured | aim |\n|---|---|---|`);
  for (const group of groups) for (const row of await group.run()) say(line(row));
  return 0;
}
