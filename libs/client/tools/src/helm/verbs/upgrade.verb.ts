import { boolFlag, defineVerb, intFlag } from '@seatrial/kubectl';
import { debugLine, nameComplaint, openSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { installRelease } from '../release/install-release.js';
import { upgradeRelease } from '../release/upgrade-release.js';
import { debugVersion, requestedChart } from '../requested-chart.js';
import { demandArguments } from './demand-arguments.js';
import { failingAs } from './failing-as.js';
import { ACTION_FLAGS, CHART_FLAGS, VALUE_FLAGS, checkedDryRun, releaseFlags } from './release-flags.js';
import { releaseText } from './release-text.js';

export const upgradeVerb = defineVerb({
  name: 'upgrade',
  usage: '[RELEASE] [CHART]',
  short: 'upgrade a release',
  flags: [
    ...VALUE_FLAGS,
    ...CHART_FLAGS,
    ...ACTION_FLAGS,
    boolFlag('cleanup-on-fail'),
    boolFlag('install', '', { shorthand: 'i' }),
    boolFlag('reset-values'),
    boolFlag('reuse-values'),
    boolFlag('reset-then-reuse-values'),
    intFlag('history-max', '', { default: '10' }),
  ],
  *run(k) {
    demandArguments(k, 2);
    yield* checkedDryRun(k);
    const [name, argument] = k.args;
    const { flags } = k;
    const session = yield* failingAs(flags.bool('install') ? '' : 'UPGRADE FAILED: ', openSession(k));
    if (flags.bool('install')) yield* debugLine(k, 'getting history for release', { release: name });
    const history = flags.bool('install') ? yield* session.storage.history(session.namespace, name) : [];
    const gone = history.length === 0 || history.at(-1)?.status === 'uninstalled';
    if (flags.bool('install') && gone) {
      if (flags.string('output') === 'table') yield* k.out(`Release "${name}" does not exist. Installing it now.\n`);
      yield* debugVersion(k);
      const { chart, values } = yield* requestedChart(k, argument);
      const release = yield* installRelease(session, name, chart, values, releaseFlags(k));
      yield* k.out(releaseText(k, release));
      return 0;
    }
    const { chart, values } = yield* requestedChart(k, argument, true);
    const complaint = nameComplaint(name);
    const reuse = {
      reset: flags.bool('reset-values'),
      reuse: flags.bool('reuse-values'),
      resetThenReuse: flags.bool('reset-then-reuse-values'),
    };
    const release = yield* failingAs(
      'UPGRADE FAILED: ',
      (function* () {
        if (complaint !== undefined) failHelm(`release name is invalid: ${name}`);
        return yield* upgradeRelease(session, name, chart, values, reuse, releaseFlags(k));
      })(),
    );
    if (flags.string('output') === 'table') yield* k.out(`Release "${name}" has been upgraded. Happy Helming!\n`);
    yield* k.out(releaseText(k, release));
    return 0;
  },
});
