import { defineVerb } from '../../command/command.js';
import { EDIT_FLAGS } from '../edit/edit-flags.js';
import { editLastApplied } from '../edit/edit-last-applied.js';

/** `kubectl apply edit-last-applied`. */
export const editLastAppliedCommand = defineVerb({
  name: 'edit-last-applied',
  usage: '(RESOURCE/NAME | -f FILENAME)',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  flags: EDIT_FLAGS,
  run: editLastApplied,
});
