import { defineVerb } from '../../command/command.js';
import { GLOBAL_FLAGS } from '../../command/global-flags.js';
import { flagUsages } from '../../command/help.js';

/** `kubectl options`: the flags of every command. */
export const optionsCommand = defineVerb({
  name: 'options',
  short: 'Print the list of flags inherited by all commands',
  *run(k) {
    yield* k.out(`The following options can be passed to any command:\n\n${flagUsages(GLOBAL_FLAGS)}`);
    return 0;
  },
});
