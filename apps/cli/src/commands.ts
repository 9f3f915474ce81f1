import { benchCommand } from './bench/bench.command.js';
import type { CliCommand } from './cli-command.js';
import { coverageCommand } from './course-coverage/coverage.command.js';
import { demoCommand } from './demo/demo.command.js';
import { replayCommand } from './replay/replay.command.js';
import { soakCommand } from './soak/soak.command.js';
import { startCommand } from './start/start.command.js';

/** Every subcommand, sorted by name. Heavy ones load their parts when they run. */
export const CLI_COMMANDS: readonly CliCommand[] = [
  benchCommand,
  coverageCommand,
  demoCommand,
  replayCommand,
  soakCommand,
  startCommand,
];
