import { boolFlag, defineVerb, intFlag } from '@seatrial/kubectl';
import { openSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { rollbackRelease } from '../release/upgrade-release.js';
import { demandArguments } from './demand-arguments.js';
import { CHANGE_FLAGS, checkedDryRun, releaseFlags } from './release-flags.js';

export const rollbackVerb = defineVerb({
  name: 'rollback',
  usage: '<RELEASE> [REVISION]',
  short: 'roll back a release to a previous revision',
  flags: [...CHANGE_FLAGS, boolFlag('cleanup-on-fail'), intFlag('history-max', '', { default: '10' })],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    const [name, revision = '0'] = k.args;
    if (!/^-?\d+$/.test(revision))
      failHelm(`could not convert revision to a number: strconv.Atoi: parsing "${revision}": invalid syntax`);
    yield* checkedDryRun(k);
    yield* rollbackRelease(yield* openSession(k), name, Number(revision), releaseFlags(k));
    yield* k.out('Rollback was a success! Happy Helming!\n');
    return 0;
  },
});
