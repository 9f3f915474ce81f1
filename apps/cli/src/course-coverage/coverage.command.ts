import type { CliCommand } from '../cli-command.js';

export const coverageCommand: CliCommand = {
  name: 'coverage',
  usage: 'coverage',
  run: async () => (await import('./run-coverage.js')).runCoverage(),
};
