import { boolFlag, durationFlag, intFlag, type FlagDefinition } from '../../command/flag.js';

/** cmdutil's DeleteFlags that apply, delete and replace share. */
export const DELETE_FLAGS: readonly FlagDefinition[] = [
  {
    name: 'cascade',
    type: 'string',
    default: 'background',
    withoutValue: 'background',
    usage: 'Must be "background", "orphan", or "foreground".',
  },
  boolFlag('force', 'If true, immediately remove resources from API and bypass graceful deletion.'),
  intFlag('grace-period', 'Period of time in seconds given to the resource to terminate gracefully.', {
    default: '-1',
  }),
  durationFlag('timeout', 'The length of time to wait before giving up on a delete.', { default: '0s' }),
  boolFlag('wait', 'If true, wait for resources to be gone before returning.', { default: 'true' }),
];
