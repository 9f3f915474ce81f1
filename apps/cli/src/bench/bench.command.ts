import { UsageError, type CliCommand } from '../cli-command.js';

export const benchCommand: CliCommand = {
  name: 'bench',
  usage: 'bench [--scale]',
  run: async (args) => {
    if (args.some((arg) => arg !== '--scale')) throw new UsageError('bench takes no arguments but --scale');
    return (await import('./run-bench.js')).runBench({ scale: args.includes('--scale') });
  },
};
