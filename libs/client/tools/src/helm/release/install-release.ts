import type { Coroutine } from '@seatrial/kernel';
import { withEnabledDependencies } from '../chart/chart-dependencies.js';
import { chartCrds, type Chart } from '../chart/chart.js';
import { debugLine, logLine, nameComplaint, type ReleaseSession } from '../helm-action.js';
import { renderRelease, tellUnknownHooks, warnOfValues, type Rendered } from '../render-release.js';
import { failHelm } from '../helm-failure.js';
import type { Resource } from './helm-cluster.js';
import type { Release } from './release.js';
import { SYSTEM_LABELS } from './release-record.js';
import { runHooks } from './run-hooks.js';
import { uninstallRelease } from './uninstall-release.js';
import { isKept, updateObjects } from './update-objects.js';
import type { Values } from '../values/set-parser.js';

export type DryRun = 'none' | 'client' | 'server';

export interface ReleaseFlags {
  readonly dryRun: DryRun;
  readonly wait: boolean;
  readonly rollbackOnFailure: boolean;
  /** What a failed upgrade or rollback has made goes again. */
  readonly cleanupOnFail: boolean;
  readonly timeoutMs: number;
  readonly description: string;
  readonly forceConflicts: boolean;
  readonly forceReplace: boolean;
  /** Undefined: as the release was applied before. */
  readonly serverSide: boolean | undefined;
  /** What older revisions applied on the client becomes the server's. */
  readonly fromClientSide?: boolean;
  readonly waitForJobs: boolean;
  readonly takeOwnership: boolean;
  /** A name of a failed or uninstalled release is taken again. */
  readonly replace: boolean;
  readonly createNamespace: boolean;
  readonly noHooks: boolean;
  readonly skipCrds: boolean;
  /** `--labels`; an upgrade adds to those that are there. */
  readonly labels: Readonly<Record<string, string>>;
  /** `--history-max`; 0 keeps everything. */
  readonly historyMax: number;
}

/** Said where a chart is rendered by a cluster that its CRDs are not installed in. */
export const CRDS_NOT_INSTALLED =
  'This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.';
const FAILED_NAME = 'release name check failed';
const CRD_TIMEOUT_MS = 60_000;
/** Helm does not wait for them by default, yet finds them: its own steps take longer than the API server's. */
const CRD_RECOGNIZED_MS = 2000;

/** How a release's objects are brought to the server: by server-side apply if nothing else is said. */
export const methodOf = (serverSide: boolean): Pick<Release, 'applyMethod'> =>
  serverSide ? {} : { applyMethod: 'csa' };

/** A new release: rendered, checked, recorded, applied. The failure text is without `INSTALLATION FAILED: `. */
export function* installRelease(
  session: ReleaseSession,
  name: string,
  chart: Chart,
  values: Values,
  flags: ReleaseFlags,
): Coroutine<Release> {
  const { namespace, k } = session;
  const complaint = nameComplaint(name);
  const history =
    flags.dryRun !== 'none' || complaint !== undefined ? [] : yield* session.storage.history(namespace, name);
  const last = history.at(-1);
  const taken = complaint === undefined ? undefined : `release name ${JSON.stringify(name)}: ${complaint}`;
  const free = !last || (flags.replace && (last.status === 'uninstalled' || last.status === 'failed'));
  const problem = taken ?? (free ? undefined : 'cannot reuse a name that is still in use');
  if (problem !== undefined) {
    yield* logLine(k, 'ERROR', FAILED_NAME, { error: problem });
    failHelm(`${FAILED_NAME}: ${problem}`);
  }
  yield* installCrds(session, chart, values, flags);
  const options = { name, namespace, revision: 1, isUpgrade: false };
  yield* warnOfValues(k, chart, values);
  const rendered = renderRelease(k, chart, values, options, {
    cluster: flags.dryRun === 'client' ? undefined : session.cluster,
  });
  if (!rendered.ok) failHelm(rendered.error.text);
  yield* tellUnknownHooks(k, rendered.value);
  if (Object.keys(flags.labels).some((label) => SYSTEM_LABELS.includes(label)))
    failHelm(`user supplied labels contains system reserved label name. System labels: [${SYSTEM_LABELS.join(' ')}]`);
  const release: Release = {
    ...newRelease(session, name, (last?.version ?? 0) + 1, chart, values, rendered.value, 'pending-install'),
    ...labelled(flags.labels),
    ...methodOf(flags.serverSide ?? true),
  };
  if (flags.dryRun === 'client') return { ...release, description: 'Dry run complete' };
  const { cluster, storage } = session;
  cluster.clientSide = release.applyMethod === 'csa';
  const built = cluster.build(release.manifest, namespace, 'release manifest', true);
  const resources = cluster.owned(built, name, namespace);
  const adopted = flags.takeOwnership
    ? yield* cluster.present(resources)
    : yield* cluster.adoptable(resources, name, namespace, 'unable to continue with install: ');
  if (flags.dryRun === 'server') return { ...release, description: 'Dry run complete' };
  if (flags.createNamespace) yield* createNamespace(session);
  if (last && last.status !== 'failed') {
    last.status = 'superseded';
    last.description = 'superseded by new release';
    yield* storage.update(last);
  }
  yield* storage.create(release);
  const failure = yield* carryOut(session, release, resources, adopted, flags, 'install');
  if (failure !== undefined) {
    release.status = 'failed';
    release.description = `Release "${name}" failed: ${failure}`;
    yield* storage.update(release);
    if (!flags.rollbackOnFailure) failHelm(failure);
    yield* uninstallRelease(session, name, { ...flags, description: '', wait: true });
    failHelm(`release ${name} failed, and has been uninstalled due to rollback-on-failure being set: ${failure}`);
  }
  release.status = 'deployed';
  release.description = flags.description || 'Install complete';
  yield* storage.update(release);
  return release;
}

/** The labels of a release, when it has any. */
export const labelled = (labels: Readonly<Record<string, string>>): Pick<Release, 'labels'> =>
  Object.keys(labels).length === 0 ? {} : { labels };

/** What lies in crds/, of the chart and of those below it, before anything is rendered. */
function* installCrds(session: ReleaseSession, chart: Chart, values: Values, flags: ReleaseFlags): Coroutine<void> {
  const crds = flags.dryRun === 'client' || flags.skipCrds ? [] : chartCrds(withEnabledDependencies(chart, values));
  if (crds.length === 0) return;
  const { cluster, namespace, k } = session;
  if (flags.dryRun === 'server') {
    yield* logLine(k, 'WARN', CRDS_NOT_INSTALLED, {});
    return;
  }
  const made: Resource[] = [];
  for (const { name, data } of crds)
    for (const crd of cluster.build(data, namespace, 'CRDs')) {
      const problem = (yield* cluster.get(crd)) ? undefined : yield* cluster.apply(crd, false);
      if (problem !== undefined) failHelm(`failed to install CRD ${name}: ${problem}`);
      made.push(crd);
    }
  const missing = flags.wait ? yield* cluster.wait(made, CRD_TIMEOUT_MS) : undefined;
  if (missing !== undefined) failHelm(missing);
  if (!flags.wait) yield* cluster.wait(made, CRD_RECOGNIZED_MS);
  cluster.api.resetRestMapper();
}

export function newRelease(
  session: ReleaseSession,
  name: string,
  version: number,
  chart: Chart,
  config: Values,
  rendered: Rendered,
  status: Release['status'],
): Release {
  const now = session.k.now();
  const { metadata, values, templates, files, schema } = withEnabledDependencies(chart, config);
  return {
    name,
    namespace: session.namespace,
    version,
    chart: { metadata, values, templates, files, ...(schema !== undefined && { schema }) },
    config: Object.keys(config).length === 0 ? null : config,
    manifest: rendered.manifest,
    hooks: rendered.hooks,
    notes: rendered.notes,
    status,
    description: '',
    firstDeployed: now,
    lastDeployed: now,
  };
}

function* createNamespace({ cluster, namespace }: ReleaseSession): Coroutine<void> {
  const name = JSON.stringify(namespace);
  const manifest = `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {name: ${name}}}\n`;
  // One that is there is applied as well, which labels it.
  const problem = yield* cluster.create(cluster.build(manifest, '', 'namespace'));
  if (problem !== undefined) failHelm(problem);
}

/** Hooks, objects, waiting, hooks; the error's text when something fails. */
function* carryOut(
  session: ReleaseSession,
  release: Release,
  resources: readonly Resource[],
  adopted: readonly Resource[],
  flags: ReleaseFlags,
  event: 'install' | 'upgrade' | 'rollback',
): Coroutine<string | undefined> {
  const { cluster } = session;
  const hooked = function* (when: 'pre' | 'post'): Coroutine<string | undefined> {
    const problem = flags.noHooks ? undefined : yield* runHooks(session, release, `${when}-${event}`, flags.timeoutMs);
    if (problem === undefined) return undefined;
    return event === 'install' ? `failed ${when}-install: ${problem}` : `${when}-${event} hooks failed: ${problem}`;
  };
  const before = yield* hooked('pre');
  if (before !== undefined) return before;
  if (event === 'install' && resources.length > 0) {
    const { forceConflicts } = flags;
    const problem =
      adopted.length === 0
        ? yield* cluster.create(resources)
        : (yield* updateObjects(session, adopted, resources, { forceConflicts })).problem;
    if (problem !== undefined) return problem;
  }
  if (flags.wait || flags.rollbackOnFailure) {
    const problem = yield* cluster.wait(resources, flags.timeoutMs, flags.waitForJobs);
    if (problem !== undefined) return problem;
  }
  return yield* hooked('post');
}

/** How far an update came before it failed, and what it had made by then. */
export interface UpdateFailure {
  readonly stage: 'before' | 'update' | 'after';
  readonly text: string;
  readonly created: readonly Resource[];
}

/** Brings objects to a new manifest: creates, updates, then deletes what is gone. */
export function* updateResources(
  session: ReleaseSession,
  release: Release,
  current: readonly Resource[],
  target: readonly Resource[],
  flags: ReleaseFlags,
  event: 'upgrade' | 'rollback',
): Coroutine<UpdateFailure | undefined> {
  let created: readonly Resource[] = [];
  const failed = (text: string, stage: UpdateFailure['stage'] = 'update'): UpdateFailure => ({ stage, text, created });
  const problem = flags.noHooks ? undefined : yield* runHooks(session, release, `pre-${event}`, flags.timeoutMs);
  if (problem !== undefined)
    return failed(event === 'upgrade' ? `pre-upgrade hooks failed: ${problem}` : problem, 'before');
  if (flags.noHooks) yield* debugLine(session.k, `${event} hooks disabled`, { name: release.name });
  const { forceConflicts } = flags;
  session.cluster.clientSide = release.applyMethod === 'csa';
  if (flags.forceReplace && forceConflicts)
    return failed('invalid operation: cannot use force conflicts and force replace together');
  if (flags.forceReplace && release.applyMethod !== 'csa')
    return failed('invalid operation: cannot use server-side apply and force replace together');
  const update = yield* updateObjects(session, current, target, {
    forceConflicts,
    forceReplace: flags.forceReplace,
    upgradeManager: release.applyMethod !== 'csa' && (event === 'rollback' || flags.fromClientSide === true),
  });
  ({ created } = update);
  if (update.problem !== undefined) return failed(update.problem);
  const late = yield* carryOut(
    { ...session },
    { ...release, hooks: release.hooks.filter(({ events }) => events.includes(`post-${event}`)) },
    target,
    [],
    flags,
    event,
  );
  return late === undefined ? undefined : failed(late, 'after');
}

/** Deletes what a failed update had made, where that is asked for. */
export function* cleanUp(
  { cluster }: ReleaseSession,
  { created, text }: UpdateFailure,
  event: 'upgrade' | 'rollback',
): Coroutine<void> {
  const errors: string[] = [];
  for (const resource of created) {
    const problem = yield* cluster.remove(resource);
    if (problem !== undefined) errors.push(problem);
  }
  if (errors.length === 0) return;
  const original = event === 'upgrade' ? `original upgrade error: ${text}` : 'original rollback error';
  failHelm(
    `an error occurred while cleaning up resources. ${original}: unable to cleanup resources: ${errors.join(', ')}`,
  );
}

const UNINSTALL_FIRST = ['Ingress', 'IngressClass', 'Service', 'CronJob', 'Job', 'StatefulSet', 'HorizontalPodAutoscaler', 'Deployment', 'ReplicaSet', 'ReplicationController', 'Pod', 'DaemonSet']; // prettier-ignore

/** Deletes a release's objects in Helm's order; errors, and what a policy keeps. */
export function* uninstallResources(
  session: ReleaseSession,
  release: Release,
  propagation: 'Background' | 'Foreground' | 'Orphan' = 'Background',
): Coroutine<{ readonly errors: string[]; readonly kept: Resource[]; readonly removed: Resource[] }> {
  const { cluster } = session;
  const all = cluster.build(release.manifest, release.namespace, 'delete');
  const rank = ({ mapping }: Resource): number => {
    const index = UNINSTALL_FIRST.indexOf(mapping.kind);
    return index < 0 ? UNINSTALL_FIRST.length : index;
  };
  const removed = all
    .filter((resource) => !isKept(resource))
    .reverse()
    .sort((a, b) => rank(a) - rank(b));
  const errors: string[] = [];
  for (const resource of removed) {
    const problem = yield* cluster.remove(resource, propagation);
    if (problem !== undefined) errors.push(problem);
  }
  return { errors, kept: all.filter(isKept), removed };
}
