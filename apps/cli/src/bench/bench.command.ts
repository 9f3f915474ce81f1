import type { CliCommand } from '../cli-command.js';

export const benchCommand: CliCommand = {
  name: 'bench',
  usage: 'bench',
  run: async () => (await import('./run-bench.js')).runBench(),
};
