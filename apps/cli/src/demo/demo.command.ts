import type { CliCommand } from '../cli-command.js';

export const demoCommand: CliCommand = {
  name: 'demo',
  usage: 'demo',
  run: async () => (await import('./run-demo.js')).runDemo(),
};
