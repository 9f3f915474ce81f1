import type { Coroutine } from '@seatrial/kernel';
import type { Chart } from '../chart/chart.js';
import { computedValues } from '../engine/computed-values.js';
import { debugLine, logLine, type ReleaseSession } from '../helm-action.js';
import { renderRelease, tellUnknownHooks, warnOfValues } from '../render-release.js';
import { resourceKey } from './helm-cluster.js';
import { failHelm } from '../helm-failure.js';
import { failingAs } from '../verbs/failing-as.js';
import {
  methodOf,
  cleanUp,
  labelled,
  newRelease,
  updateResources,
  type ReleaseFlags,
  type UpdateFailure,
} from './install-release.js';
import type { Release } from './release.js';
import type { Values } from '../values/set-parser.js';
import { coalesceValues } from '../values/values.js';

type DebugText = [text: string, fields?: Readonly<Record<string, string | number>>];

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
      // A null takes only what was given before, not what the old values still hold.
      values: coalesceValues(given, before),
      chart: { ...chart, values: computedValues({ ...chart, values: current.chart.values }, before) },
    };
  if (reuse.resetThenReuse) return { values: coalesceValues(given, before), chart };
  return { values: Object.keys(given).length === 0 ? before : given, chart };
}

/** What `--debug` says about the values of the revision before. */
function reuseText({ name, version, config }: Release, given: Values, reuse: ValueReuse): DebugText | undefined {
  if (reuse.reset) return ["resetting values to the chart's original version"];
  if (reuse.reuse) return ["reusing the old release's values"];
  if (reuse.resetThenReuse) return ['merging values from old release to new values'];
  const copied = Object.keys(given).length === 0 && config !== null && Object.keys(config).length > 0;
  return copied ? ['copying values from old release', { name, version }] : undefined;
}

/** The labels of the revision before and those given; `null` takes one away. */
const mergedLabels = ({ labels }: Release, flags: ReleaseFlags): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...labels, ...flags.labels }).filter(([, value]) => value !== 'null'));

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
  yield* debugLine(k, 'preparing upgrade', { name });
  const history = yield* storage.history(namespace, name);
  const current = currentOf(history, name);
  const reused = reuseText(current, given, reuse);
  if (reused) yield* debugLine(k, ...reused);
  const { values, chart } = reusedValues(current, newChart, given, reuse);
  const revision = (history.at(-1)?.version ?? 0) + 1;
  const options = { name, namespace, revision, isUpgrade: true };
  yield* warnOfValues(k, chart, values);
  const rendered = renderRelease(k, chart, values, options, {
    cluster: flags.dryRun === 'client' ? undefined : cluster,
  });
  if (!rendered.ok) failHelm(rendered.error.text);
  yield* tellUnknownHooks(k, rendered.value);
  yield* debugLine(k, 'determined release apply method', {
    server_side_apply: flags.serverSide ?? current.applyMethod !== 'csa',
    previous_release_apply_method: current.applyMethod ?? 'ssa',
  });
  yield* debugLine(k, 'performing update', { name });
  const release: Release = {
    ...newRelease(session, name, revision, chart, values, rendered.value, 'pending-upgrade'),
    firstDeployed: current.firstDeployed,
    ...labelled(mergedLabels(current, flags)),
    ...methodOf(flags.serverSide ?? current.applyMethod !== 'csa'),
  };
  const target = cluster.owned(
    // The manifest is built before anything else, where nothing is said of it (validateManifest).
    cluster.build(release.manifest, namespace, undefined, true),
    name,
    namespace,
  );
  const old = cluster.build(current.manifest, namespace, 'current release manifest');
  const known = new Set(old.map(resourceKey));
  const created = target.filter((resource) => !known.has(resourceKey(resource)));
  const adopted = flags.takeOwnership
    ? yield* cluster.present(created)
    : yield* cluster.adoptable(created, name, namespace, 'unable to continue with update: ');
  if (flags.dryRun !== 'none') {
    yield* debugLine(k, 'dry run for release', { name });
    return { ...release, description: flags.description || 'Dry run complete' };
  }
  yield* debugLine(k, 'creating upgraded release', { name });
  yield* storage.prune(history, flags.historyMax);
  yield* storage.create(release);
  const failure = yield* updateResources(
    session,
    release,
    [...old, ...adopted],
    target,
    { ...flags, fromClientSide: current.applyMethod === 'csa' },
    'upgrade',
  );
  if (failure !== undefined) return yield* failUpgrade(session, release, failure, history, flags);
  current.status = 'superseded';
  yield* storage.update(current);
  release.status = 'deployed';
  release.description = flags.description || 'Upgrade complete';
  yield* debugLine(k, 'updating status for upgraded release', { name });
  yield* storage.update(release);
  return release;
}

/** Records that an upgrade failed, and undoes it where that is asked for. */
function* failUpgrade(
  session: ReleaseSession,
  release: Release,
  failure: UpdateFailure,
  history: readonly Release[],
  flags: ReleaseFlags,
): Coroutine<never> {
  const { storage, k } = session;
  const { name } = release;
  const { text } = failure;
  yield* logLine(k, 'WARN', 'upgrade failed', { name, error: text });
  release.status = 'failed';
  release.description = `Upgrade "${name}" failed: ${text}`;
  yield* storage.update(release);
  if (flags.cleanupOnFail) yield* cleanUp(session, failure, 'upgrade');
  if (!flags.rollbackOnFailure) failHelm(text);
  yield* debugLine(k, 'Upgrade failed and rollback-on-failure is set, rolling back to previous successful release');
  const good = history.findLast(({ status }) => status === 'superseded' || status === 'deployed');
  if (!good)
    failHelm(
      `unable to find a previously successful release when attempting to rollback. original upgrade error: ${text}`,
    );
  yield* failingAs(
    `an error occurred while rolling back the release. original upgrade error: ${text}: `,
    rollbackRelease(session, name, good.version, { ...flags, wait: true, cleanupOnFail: false }),
  );
  return failHelm(`release ${name} failed, and has been rolled back due to rollback-on-failure being set: ${text}`);
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
  yield* debugLine(k, 'preparing rollback', { name });
  const history = yield* storage.history(namespace, name);
  const last = history.at(-1);
  if (!last) return failHelm('release: not found');
  const wanted = version === 0 ? last.version - 1 : version;
  const previous = history.find((release) => release.version === wanted);
  if (!previous) return failHelm(`release has no ${String(wanted)} version`);
  yield* debugLine(k, 'rolling back', { name, currentVersion: last.version, targetVersion: wanted });
  const { applyMethod: method, ...content } = previous;
  const release: Release = {
    ...content,
    ...methodOf(flags.serverSide ?? method !== 'csa'),
    version: last.version + 1,
    status: 'pending-rollback',
    description: `Rollback to ${String(wanted)}`,
    firstDeployed: last.firstDeployed,
    lastDeployed: k.now(),
    hooks: previous.hooks.map(({ lastRun: _, ...hook }) => hook),
  };
  if (flags.dryRun !== 'none') {
    yield* debugLine(k, 'performing rollback', { name });
    yield* debugLine(k, 'dry run', { name });
    return release;
  }
  yield* debugLine(k, 'creating rolled back release', { name });
  yield* storage.prune(history, flags.historyMax);
  yield* storage.create(release);
  yield* debugLine(k, 'performing rollback', { name });
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
    yield* debugLine(k, 'superseding previous deployment', { version: before.version });
    before.status = 'superseded';
    yield* storage.update(before);
  }
  release.status = 'deployed';
  yield* debugLine(k, 'updating status for rolled back release', { name });
  yield* storage.update(release);
  return release;
}
