import { parseArgs } from 'node:util';
import { UsageError, type CliCommand } from '../cli-command.js';

const DEFAULT_SEEDS = 1000;

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { seeds: { type: 'string' }, from: { type: 'string' } } });
  const seeds = Number(values.seeds ?? DEFAULT_SEEDS);
  const from = Number(values.from ?? 1);
  if (!Number.isInteger(seeds) || !Number.isInteger(from))
    throw new UsageError('--seeds and --from take whole numbers');
  const { soakSeed } = await import('./soak-seed.js');
  const started = performance.now();
  let failed = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const { broken, actions } = soakSeed(`soak-${String(seed)}`);
    if (broken.length === 0) continue;
    failed++;
    process.stdout.write(`seed ${String(seed)}\n  ${actions.join('\n  ')}\n  BROKEN: ${broken.join('\n  BROKEN: ')}\n`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${String(seeds)} seeds in ${seconds} s, ${String(failed)} with broken invariants\n`);
  return failed === 0 ? 0 : 1;
}

export const soakCommand: CliCommand = { name: 'soak', usage: 'soak [--seeds N] [--from N]', run };
