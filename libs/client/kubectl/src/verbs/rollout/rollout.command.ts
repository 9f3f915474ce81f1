import { defineVerb } from '../../command/command.js';
import { rolloutPauseCommand, rolloutRestartCommand, rolloutResumeCommand } from './rollout-change.js';
import { rolloutHistoryCommand } from './rollout-history.command.js';
import { rolloutStatusCommand } from './rollout-status.command.js';
import { rolloutUndoCommand } from './rollout-undo.command.js';

/** `kubectl rollout`. */
export const rolloutCommand = defineVerb({
  name: 'rollout',
  usage: 'SUBCOMMAND',
  short: 'Manage the rollout of a resource',
  long: 'Manage the rollout of one or many resources.',
  subcommands: [
    rolloutHistoryCommand,
    rolloutPauseCommand,
    rolloutRestartCommand,
    rolloutResumeCommand,
    rolloutStatusCommand,
    rolloutUndoCommand,
  ],
});
