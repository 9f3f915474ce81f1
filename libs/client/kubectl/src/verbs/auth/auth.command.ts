import { defineVerb } from '../../command/command.js';
import { canICommand } from './can-i.command.js';
import { reconcileCommand } from './reconcile.command.js';
import { whoamiCommand } from './whoami.command.js';

/** `kubectl auth` (k8s.io/kubectl/pkg/cmd/auth). */
export const authCommand = defineVerb({
  name: 'auth',
  short: 'Inspect authorization',
  long: 'Inspect authorization.',
  subcommands: [canICommand, reconcileCommand, whoamiCommand],
});
