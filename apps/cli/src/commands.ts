import type { CliCommand } from './cli-command.js';
import { replayCommand } from './replay/replay.command.js';

/** Every subcommand, sorted by name. Heavy ones load their parts when they run. */
export const CLI_COMMANDS: readonly CliCommand[] = [replayCommand];
