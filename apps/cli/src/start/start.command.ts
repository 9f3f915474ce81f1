import type { CliCommand } from '../cli-command.js';

export const startCommand: CliCommand = {
  name: 'start',
  usage: 'start',
  run: async () => (await import('./run-start.js')).runStart(),
};
