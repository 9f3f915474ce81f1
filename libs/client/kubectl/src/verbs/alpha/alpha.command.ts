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
      subcommands: [kubercSetCommand, kubercViewCommand],
    }),
  ],
});
