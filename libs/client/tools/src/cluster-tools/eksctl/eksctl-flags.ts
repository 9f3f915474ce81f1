import { boolFlag, durationFlag, stringFlag } from '@seatrial/kubectl';

/** What every command about a thing of the cloud takes. */
export const COMMON_FLAGS = [
  stringFlag('name', '', { shorthand: 'n' }),
  stringFlag('region', '', { shorthand: 'r' }),
  stringFlag('profile', '', { shorthand: 'p' }),
  stringFlag('config-file', '', { shorthand: 'f' }),
  boolFlag('wait', '', { shorthand: 'w' }),
  durationFlag('timeout'),
];
