import { parseArgs } from 'node:util';
import type { CliCommand } from '../cli-command.js';

export const benchCommand: CliCommand = {
  name: 'bench',
  usage: 'bench [--scale] [--only GROUP]',
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: { scale: { type: 'boolean' }, only: { type: 'string' } },
    });
    const { scale = false, only } = values;
    return (await import('./run-bench.js')).runBench({ scale, ...(only !== undefined && { only }) });
  },
};
