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
  long: `Manage the rollout of one or many resources.
        
 Valid resource types include:

  *  deployments
  *  daemonsets
  *  statefulsets`,
  helpOnStdout: true,
  examples: `  # Rollback to the previous deployment
  kubectl rollout undo deployment/abc
  
  # Check the rollout status of a daemonset
  kubectl rollout status daemonset/foo
  
  # Restart a deployment
  kubectl rollout restart deployment/abc
  
  # Restart deployments with the 'app=nginx' label
  kubectl rollout restart deployment --selector=app=nginx
`,
  subcommands: [
    rolloutHistoryCommand,
    rolloutPauseCommand,
    rolloutRestartCommand,
    rolloutResumeCommand,
    rolloutStatusCommand,
    rolloutUndoCommand,
  ],
});
