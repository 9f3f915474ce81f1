import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringFlag } from '@seatrial/kubectl';
import { openSession, type ReleaseSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { uninstallResources } from '../release/install-release.js';
import { runHooks } from '../release/run-hooks.js';
import { demandArguments } from './demand-arguments.js';
import { ACTION_FLAGS, dryRunOf, releaseFlags } from './release-flags.js';

export const uninstallVerb = defineVerb({
  name: 'uninstall',
  aliases: ['del', 'delete', 'un'],
  usage: 'RELEASE_NAME [...]',
  short: 'uninstall a release',
  flags: [
    ...ACTION_FLAGS,
    stringFlag('cascade', '', { default: 'background' }),
    boolFlag('ignore-not-found'),
    boolFlag('keep-history'),
  ],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    const session = yield* openSession(k);
    for (const name of k.args) {
      const kept = yield* uninstall(session, name);
      if (kept === undefined) continue;
      if (kept !== '') yield* k.out(kept);
      yield* k.out(`release "${name}" uninstalled\n`);
    }
    return 0;
  },
});

const CASCADES = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

/** Uninstalls one release; what was kept as text, or undefined when it was not there and need not be. */
function* uninstall(session: ReleaseSession, name: string): Coroutine<string | undefined> {
  const { k, storage, namespace } = session;
  const cascade = k.flags.string('cascade');
  if (!Object.hasOwn(CASCADES, cascade))
    failHelm(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  const history = yield* storage.history(namespace, name);
  const release = history.at(-1);
  if (!release) {
    if (k.flags.bool('ignore-not-found')) return undefined;
    return failHelm(`uninstall: Release not loaded: ${name}: release: not found`);
  }
  if (dryRunOf(k) !== 'none') return '';
  const isGone = release.status === 'uninstalled';
  if (isGone && k.flags.bool('keep-history')) failHelm(`the release named "${name}" is already deleted`);
  if (isGone) {
    for (const revision of history) yield* storage.delete(revision);
    return '';
  }
  Object.assign(release, { status: 'uninstalling', deletedAt: k.now(), description: 'Deletion in progress (or silently failed)' }); // prettier-ignore
  const flags = releaseFlags(k);
  const before = flags.noHooks ? undefined : yield* runHooks(session, release, 'pre-delete', flags.timeoutMs);
  if (before !== undefined) failHelm(before);
  const result = yield* uninstallResources(session, release, CASCADES[cascade as keyof typeof CASCADES]);
  if (!flags.noHooks) yield* runHooks(session, release, 'post-delete', flags.timeoutMs);
  if (result.errors.length > 0)
    failHelm(`uninstallation completed with ${String(result.errors.length)} error(s): ${result.errors.join('; ')}`);
  if (k.flags.bool('keep-history')) {
    release.status = 'uninstalled';
    release.description = flags.description || 'Uninstallation complete';
    yield* storage.update(release);
    for (const old of history.filter(({ status }) => status === 'deployed')) {
      old.status = 'superseded';
      yield* storage.update(old);
    }
  } else for (const revision of history) yield* storage.delete(revision);
  if (result.kept.length === 0) return '';
  const names = result.kept.map(({ mapping, name: kept }) => `[${mapping.kind}] ${kept}\n`);
  return `These resources were kept due to the resource policy:\n${names.join('')}\n`;
}
