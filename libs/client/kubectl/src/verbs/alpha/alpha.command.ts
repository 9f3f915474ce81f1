import { defineVerb } from '../../command/command.js';
import { kubercSetCommand } from './kuberc-set.command.js';
import { kubercViewCommand } from './kuberc-view.command.js';

/** `kubectl alpha`: what may still change (k8s.io/kubectl/pkg/cmd/alpha.go). */
export const alphaCommand = defineVerb({
  name: 'alpha',
  helpOnly: true,
  short: 'Commands for features in alpha',
  long: 'These commands correspond to alpha features that are not enabled in Kubernetes clusters by default.',
  subcommands: [
    defineVerb({
      name: 'kuberc',
      usage: 'SUBCOMMAND',
      short: 'Manage kuberc configuration files',
      long: 'Manage user preferences (kuberc) file.\n\n The kuberc file allows you to customize your kubectl experience.',
      examples: `  # View the current kuberc configuration
  kubectl alpha kuberc view
  
  # Set a default value for a command flag
  kubectl alpha kuberc set --section defaults --command get --option output=wide
  
  # Create an alias for a command
  kubectl alpha kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide`,
      subcommands: [kubercSetCommand, kubercViewCommand],
    }),
  ],
});
