import { boolFlag, defineVerb, stringFlag } from '@seatrial/kubectl';
import { openSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { uninstallRelease } from '../release/uninstall-release.js';
import { demandArguments } from './demand-arguments.js';
import { ACTION_FLAGS, releaseFlags } from './release-flags.js';

const CASCADES = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;
const isCascade = (text: string): text is keyof typeof CASCADES => Object.hasOwn(CASCADES, text);

export const uninstallVerb = defineVerb({
  name: 'uninstall',
  aliases: ['del', 'delete', 'un'],
  usage: 'RELEASE_NAME [...]',
  short: 'uninstall a release',
  flags: [
    ...ACTION_FLAGS.filter(({ name }) => name !== 'dry-run'),
    boolFlag('dry-run'),
    stringFlag('cascade', '', { default: 'background' }),
    boolFlag('ignore-not-found'),
    boolFlag('keep-history'),
  ],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    const cascade = k.flags.string('cascade');
    if (!isCascade(cascade))
      failHelm(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
    const session = yield* openSession(k);
    const flags = {
      ...releaseFlags(k),
      cascade: CASCADES[cascade],
      keepHistory: k.flags.bool('keep-history'),
      ignoreNotFound: k.flags.bool('ignore-not-found'),
    };
    for (const name of k.args) {
      const kept = yield* uninstallRelease(session, name, flags);
      if (kept !== '') yield* k.out(`${kept}\n`);
      yield* k.out(`release "${name}" uninstalled\n`);
    }
    return 0;
  },
});
