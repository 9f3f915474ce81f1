import { defineVerb } from '../../command/command.js';
import { stringFlag } from '../../command/flag.js';
import { EDITOR_FLAGS } from '../edit/edit-flags.js';
import { editLastApplied } from '../edit/edit-last-applied.js';
import { CLIENT_SIDE_MANAGER } from './client-side-apply.js';

/** `kubectl apply edit-last-applied`. */
export const editLastAppliedCommand = defineVerb({
  name: 'edit-last-applied',
  usage: '(RESOURCE/NAME | -f FILENAME)',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  flags: [
    ...EDITOR_FLAGS,
    stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: CLIENT_SIDE_MANAGER }),
  ],
  run: editLastApplied,
});
