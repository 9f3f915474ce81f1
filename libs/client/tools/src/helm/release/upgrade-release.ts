import type { Coroutine } from '@seatrial/kernel';
import type { Chart } from '../chart/chart.js';
import { computedValues } from '../engine/computed-values.js';
import { logLine, type ReleaseSession } from '../helm-action.js';
import { renderRelease, tellUnknownHooks, warnOfValues } from '../render-release.js';
import { resourceKey } from './helm-cluster.js';
import { failHelm } from '../helm-failure.js';
import { failingAs } from '../verbs/failing-as.js';
import { cleanUp, labelled, newRelease, updateResources, type ReleaseFlags } from './install-release.js';
import type { Release } from './release.js';
import type { Values } from '../values/set-parser.js';
import { mergeValues } from '../values/values.js';

export interface ValueReuse {
  readonly reset: boolean;
  readonly reuse: boolean;
  readonly resetThenReuse: boolean;
}

/** The release that is deployed; a failed or superseded last one stands in. */
function currentOf(history: readonly Release[], name: string): Release {
  const last = history.at(-1);
  if (!last || last.status === 'uninstalled') return failHelm(`"${name}" has no deployed releases`);
  if (last.status.startsWith('pending')) failHelm('another operation (install/upgrade/rollback) is in progress');
  const deployed = history.findLast(({ status }) => status === 'deployed');
  if (!deployed && last.status !== 'failed' && last.status !== 'superseded')
    failHelm(`"${name}" has no deployed releases`);
  return deployed ?? last;
}

function reusedValues(
  current: Release,
  chart: Chart,
  given: Values,
  reuse: ValueReuse,
): { values: Values; chart: Chart } {
  const before = current.config ?? {};
  if (reuse.reset) return { values: given, chart };
  // The old chart's values stay, whatever the new one says.
  if (reuse.reuse)
    return {
      values: mergeValues(before, given),
      chart: { ...chart, values: computedValues({ ...chart, values: current.chart.values }, before) },
    };
  if (reuse.resetThenReuse) return { values: mergeValues(before, given), chart };
  return { values: Object.keys(given).length === 0 ? before : given, chart };
}

/** A next revision of a release. The failure text is without `UPGRADE FAILED: `. */
export function* upgradeRelease(
  session: ReleaseSession,
  name: string,
  newChart: Chart,
  given: Values,
  reuse: ValueReuse,
  flags: ReleaseFlags,
): Coroutine<Release> {
  const { cluster, storage, namespace, k } = session;
  const history = yield* storage.history(namespace, name);
  const current = currentOf(history, name);
  const { values, chart } = reusedValues(current, newChart, given, reuse);
  const revision = (history.at(-1)?.version ?? 0) + 1;
  const options = { name, namespace, revision, isUpgrade: true };
  yield* warnOfValues(k, chart, values);
  const rendered = renderRelease(k, chart, values, options, {
    cluster: flags.dryRun === 'client' ? undefined : cluster,
  });
  if (!rendered.ok) failHelm(rendered.error.text);
  yield* tellUnknownHooks(k, rendered.value);
  const release: Release = {
    ...newRelease(session, name, revision, chart, values, rendered.value, 'pending-upgrade'),
    firstDeployed: current.firstDeployed,
    ...labelled(
      Object.fromEntries(
        Object.entries({ ...current.labels, ...flags.labels }).filter(([, value]) => value !== 'null'),
      ),
    ),
  };
  const target = cluster.owned(
    cluster.build(release.manifest, namespace, 'new release manifest', true),
    name,
    namespace,
  );
  const old = cluster.build(current.manifest, namespace, 'current release manifest');
  const known = new Set(old.map(resourceKey));
  const created = target.filter((resource) => !known.has(resourceKey(resource)));
  const adopted = flags.takeOwnership
    ? yield* cluster.present(created)
    : yield* cluster.adoptable(created, name, namespace, 'unable to continue with update: ');
  if (flags.dryRun !== 'none') return { ...release, description: flags.description || 'Dry run complete' };
  yield* storage.prune(history, flags.historyMax);
  yield* storage.create(release);
  const failure = yield* updateResources(session, release, [...old, ...adopted], target, flags, 'upgrade');
  if (failure !== undefined) {
    const { text } = failure;
    yield* logLine(k, 'WARN', 'upgrade failed', { name, error: text });
    release.status = 'failed';
    release.description = `Upgrade "${name}" failed: ${text}`;
    yield* storage.update(release);
    if (flags.cleanupOnFail) yield* cleanUp(session, failure, 'upgrade');
    if (!flags.rollbackOnFailure) failHelm(text);
    const good = history.findLast(({ status }) => status === 'superseded' || status === 'deployed');
    if (!good)
      failHelm(
        `unable to find a previously successful release when attempting to rollback. original upgrade error: ${text}`,
      );
    yield* failingAs(
      `an error occurred while rolling back the release. original upgrade error: ${text}: `,
      rollbackRelease(session, name, good.version, { ...flags, wait: true, cleanupOnFail: false }),
    );
    failHelm(`release ${name} failed, and has been rolled back due to rollback-on-failure being set: ${text}`);
  }
  current.status = 'superseded';
  yield* storage.update(current);
  release.status = 'deployed';
  release.description = flags.description || 'Upgrade complete';
  yield* storage.update(release);
  return release;
}

const POST_HOOKS_FAILED = 'post-rollback hooks failed: ';

/** A new revision with the content of an older one; without a number that before the last. */
export function* rollbackRelease(
  session: ReleaseSession,
  name: string,
  version: number,
  flags: ReleaseFlags,
): Coroutine<Release> {
  const { cluster, storage, namespace, k } = session;
  const history = yield* storage.history(namespace, name);
  const last = history.at(-1);
  if (!last) return failHelm('release: not found');
  const wanted = version === 0 ? last.version - 1 : version;
  const previous = history.find((release) => release.version === wanted);
  if (!previous) return failHelm(`release has no ${String(wanted)} version`);
  const release: Release = {
    ...previous,
    version: last.version + 1,
    status: 'pending-rollback',
    description: `Rollback to ${String(wanted)}`,
    firstDeployed: last.firstDeployed,
    lastDeployed: k.now(),
    hooks: previous.hooks.map(({ lastRun: _, ...hook }) => hook),
  };
  if (flags.dryRun !== 'none') return release;
  yield* storage.prune(history, flags.historyMax);
  yield* storage.create(release);
  const target = cluster.owned(cluster.build(release.manifest, namespace, 'new release manifest'), name, namespace);
  const old = cluster.build(last.manifest, namespace, 'current release manifest');
  const failure = yield* updateResources(
    session,
    release,
    old,
    target,
    { ...flags, rollbackOnFailure: false },
    'rollback',
  );
  if (failure !== undefined) {
    const { text, stage } = failure;
    // What hooks failed at is only said: the revision stays pending.
    if (stage === 'before' || text.startsWith(POST_HOOKS_FAILED)) failHelm(text.replace(POST_HOOKS_FAILED, ''));
    release.status = 'failed';
    if (stage === 'update') {
      yield* logLine(k, 'WARN', `Rollback "${name}" failed: ${text}`, {});
      last.status = 'superseded';
    }
    release.description = `${stage === 'update' ? 'Rollback' : 'Release'} "${name}" failed: ${text}`;
    yield* storage.update(last);
    yield* storage.update(release);
    if (stage === 'update' && flags.cleanupOnFail) yield* cleanUp(session, failure, 'rollback');
    failHelm(stage === 'update' ? text : `release ${name} failed: ${text}`);
  }
  for (const before of history.filter(({ status }) => status === 'deployed')) {
    before.status = 'superseded';
    yield* storage.update(before);
  }
  release.status = 'deployed';
  yield* storage.update(release);
  return release;
}
