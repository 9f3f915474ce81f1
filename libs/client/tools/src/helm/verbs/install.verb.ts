import { boolFlag, defineVerb, stringFlag } from '@seatrial/kubectl';
import { offlineSession, openSession } from '../helm-action.js';
import { installRelease } from '../release/install-release.js';
import { debugVersion, requestedChart } from '../requested-chart.js';
import { demandArguments } from './demand-arguments.js';
import { failingAs } from './failing-as.js';
import { nameAndChart } from './name-and-chart.js';
import {
  ACTION_FLAGS,
  CHART_FLAGS,
  SERVER_SIDE_FLAG,
  VALUE_FLAGS,
  checkedDryRun,
  releaseFlags,
} from './release-flags.js';
import { releaseText } from './release-text.js';

export const installVerb = defineVerb({
  name: 'install',
  usage: '[NAME] [CHART]',
  short: 'install a chart',
  flags: [
    ...VALUE_FLAGS,
    ...CHART_FLAGS,
    ...ACTION_FLAGS.filter(({ name }) => name !== SERVER_SIDE_FLAG.name),
    SERVER_SIDE_FLAG,
    boolFlag('generate-name', '', { shorthand: 'g' }),
    boolFlag('replace'),
    stringFlag('name-template'),
  ],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    const dryRun = yield* checkedDryRun(k);
    const release = yield* failingAs(
      'INSTALLATION FAILED: ',
      (function* () {
        yield* debugVersion(k);
        const { name, chart: argument } = nameAndChart(k);
        const { chart, values } = yield* requestedChart(k, argument);
        return yield* installRelease(
          dryRun === 'client' ? offlineSession(k) : yield* openSession(k),
          name,
          chart,
          values,
          releaseFlags(k),
        );
      })(),
    );
    yield* k.out(releaseText(k, release));
    return 0;
  },
});
