import { boolFlag, stringFlag, type FlagDefinition } from '../../command/flag.js';
import { RECORD_FLAG } from '../../command/record.js';
import { PRINT_FLAGS } from '../../printers/object-printer.js';
import { VALIDATE_FLAG } from '../create/create-generated.js';
import { FILENAME_FLAGS } from '../get/get-options.js';

/** What `edit` and its relatives take. */
export const EDITOR_FLAGS: readonly FlagDefinition[] = [
  ...FILENAME_FLAGS,
  ...PRINT_FLAGS,
  RECORD_FLAG,
  VALIDATE_FLAG,
  boolFlag('windows-line-endings', 'Defaults to the line ending native to your platform.'),
];

export const EDIT_FLAGS: readonly FlagDefinition[] = [
  ...EDITOR_FLAGS,
  stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-edit' }),
  boolFlag('output-patch', 'Output the patch if the resource is edited.'),
  boolFlag('save-config', "Keep the object's configuration in its annotation."),
  stringFlag('subresource', 'Edit this subresource of the object.'),
];
