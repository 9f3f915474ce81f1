import { defineVerb } from '../../command/command.js';
import { setEnvCommand } from './set-env.command.js';
import { setImageCommand } from './set-image.command.js';
import { setResourcesCommand } from './set-resources.command.js';
import { setSelectorCommand } from './set-selector.command.js';
import { setServiceAccountCommand } from './set-serviceaccount.command.js';
import { setSubjectCommand } from './set-subject.command.js';

/** `kubectl set`. */
export const setCommand = defineVerb({
  name: 'set',
  usage: 'SUBCOMMAND',
  short: 'Set specific features on objects',
  long: 'Configure application resources.\n\n These commands help you make changes to existing application resources.',
  subcommands: [
    setEnvCommand,
    setImageCommand,
    setResourcesCommand,
    setSelectorCommand,
    setServiceAccountCommand,
    setSubjectCommand,
  ],
});
