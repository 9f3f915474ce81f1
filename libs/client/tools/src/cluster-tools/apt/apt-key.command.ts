import { defineCommand } from '../../command.js';
import { toolProgram } from '../../tool/tool.js';
import { notSimulated } from '../cluster-tool.js';

/** apt-key: `add -` of nothing, which is what a download that failed hands it. */
export const aptKey = defineCommand({
  name: 'apt-key',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [command, file] = tool.args;
    yield* tool.err(
      'Warning: apt-key is deprecated. Manage keyring files in trusted.gpg.d instead (see apt-key(8)).\n',
    );
    if (command !== 'add') return yield* notSimulated(tool, command ?? '(its help)');
    if (tool.process.user !== 'root') {
      yield* tool.err('E: This command can only be used by root.\n');
      return 1;
    }
    const given = yield* tool.read(file);
    if (given.ok && given.value.trim() !== '' && given.value.includes('BEGIN PGP'))
      return yield* notSimulated(tool, 'add');
    yield* tool.err('gpg: no valid OpenPGP data found.\n');
    return 2;
  }),
});
