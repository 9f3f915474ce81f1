import { defineVerb, intFlag } from '@seatrial/kubectl';
import { openSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { rollbackRelease } from '../release/upgrade-release.js';
import { demandArguments } from './demand-arguments.js';
import { ACTION_FLAGS, checkedDryRun, releaseFlags } from './release-flags.js';

export const rollbackVerb = defineVerb({
  name: 'rollback',
  usage: '<RELEASE> [REVISION]',
  short: 'roll back a release to a previous revision',
  flags: [...ACTION_FLAGS, intFlag('history-max', '', { default: '10' })],
  *run(k) {
    demandArguments(k, 1, 2);
    const [name, revision = '0'] = k.args;
    if (!/^-?\d+$/.test(revision))
      failHelm(`could not convert revision to a number: strconv.Atoi: parsing "${revision}": invalid syntax`);
    yield* checkedDryRun(k);
    yield* rollbackRelease(yield* openSession(k), name, Number(revision), releaseFlags(k));
    yield* k.out('Rollback was a success! Happy Helming!\n');
    return 0;
  },
});
