import type { Coroutine } from '@seatrial/kernel';
import {
  boolFlag,
  defineVerb,
  durationFlag,
  intFlag,
  stringArrayFlag,
  stringFlag,
  type FlagDefinition,
  type Invocation,
} from '@seatrial/kubectl';
import { nameComplaint, openSession, releaseOf, type ReleaseSession } from '../helm-action.js';
import { requestedChart } from '../requested-chart.js';
import { TemplateSet, templateResult } from '@seatrial/template';
import { sprigFunctions } from '../engine/sprig.js';
import { HelmFailure, failHelm } from '../helm-failure.js';
import { installRelease, uninstallResources, type DryRun, type ReleaseFlags } from '../release/install-release.js';
import { runHooks } from '../release/run-hooks.js';
import { statusText } from '../release/status-text.js';
import { rollbackRelease, upgradeRelease } from '../release/upgrade-release.js';

/** Flags that say where values and charts come from. */
export const VALUE_FLAGS: readonly FlagDefinition[] = [
  { ...stringArrayFlag('values'), type: 'stringSlice', shorthand: 'f' },
  stringArrayFlag('set'),
  stringArrayFlag('set-file'),
  stringArrayFlag('set-json'),
  stringArrayFlag('set-literal'),
  stringArrayFlag('set-string'),
  stringFlag('version'),
  stringFlag('repo'),
  boolFlag('devel'),
  boolFlag('verify'),
];

/** Flags of everything that changes a release. */
const ACTION_FLAGS: readonly FlagDefinition[] = [
  { ...boolFlag('atomic'), deprecated: 'use --rollback-on-failure instead' },
  boolFlag('rollback-on-failure'),
  boolFlag('cleanup-on-fail'),
  boolFlag('create-namespace'),
  boolFlag('dependency-update'),
  stringFlag('description'),
  boolFlag('disable-openapi-validation'),
  { ...stringFlag('dry-run'), default: 'none', withoutValue: 'client' },
  boolFlag('force-conflicts'),
  { ...boolFlag('force'), deprecated: 'use --force-replace instead' },
  boolFlag('force-replace'),
  boolFlag('hide-notes'),
  boolFlag('hide-secret'),
  boolFlag('no-hooks'),
  boolFlag('render-subchart-notes'),
  stringFlag('output', '', { shorthand: 'o', default: 'table' }),
  stringFlag('server-side', '', { default: 'auto' }),
  boolFlag('skip-crds'),
  boolFlag('skip-schema-validation'),
  boolFlag('take-ownership'),
  durationFlag('timeout', '', { default: '5m0s' }),
  { ...stringFlag('wait'), default: 'hookOnly', withoutValue: 'watcher' },
  boolFlag('wait-for-jobs'),
];

export function dryRunOf(k: Invocation): DryRun {
  const value = k.flags.string('dry-run');
  if (value === 'client' || value === 'true') return 'client';
  if (value === 'server') return 'server';
  if (value === 'none' || value === 'false' || value === '') return 'none';
  return failHelm(`invalid dry-run value ("${value}"). Must be "none", "server", or "client"`);
}

function releaseFlags(k: Invocation): ReleaseFlags {
  const { flags } = k;
  return {
    dryRun: dryRunOf(k),
    wait: !['hookOnly', 'false', ''].includes(flags.string('wait')),
    rollbackOnFailure: flags.bool('atomic') || flags.bool('rollback-on-failure'),
    timeoutMs: flags.durationMs('timeout'),
    description: flags.string('description'),
    forceConflicts: flags.bool('force-conflicts'),
    createNamespace: flags.bool('create-namespace'),
    noHooks: flags.bool('no-hooks'),
    skipCrds: flags.bool('skip-crds'),
  };
}

/** Puts words in front of a failure. */
export function* failingAs<T>(before: string, piece: Coroutine<T>): Coroutine<T> {
  try {
    return yield* piece;
  } catch (failure) {
    if (failure instanceof HelmFailure) throw new HelmFailure(before + failure.message);
    throw failure;
  }
}

/** cobra's complaint about the number of arguments. */
export function demandArguments(k: Invocation, least: number, most = least): void {
  const { length } = k.args;
  if (length >= least && length <= most) return;
  const count = (number: number): string => `${String(number)} argument${number === 1 ? '' : 's'}`;
  const usage = `\n\nUsage:  ${k.path} ${k.verb.usage ? `${k.verb.usage} ` : ''}[flags]`;
  const want =
    most === 0
      ? 'accepts no arguments'
      : least === most
        ? `requires ${count(least)}`
        : length < least
          ? `requires at least ${count(least)}`
          : `accepts at most ${count(most)}`;
  failHelm(`"${k.path}" ${want}${usage}`);
}

/** The release's name and the chart, from the arguments (Install.NameAndChart); `otherwise` names a release without. */
export function nameAndChart(k: Invocation, otherwise?: string): { readonly name: string; readonly chart: string } {
  const { flags } = k;
  const template = flags.string('name-template');
  if (k.args.length > 2)
    failHelm(`expected at most two arguments, unexpected arguments: ${k.args.slice(2).join(', ')}`);
  if (k.args.length === 2) {
    if (flags.bool('generate-name')) failHelm('cannot set --generate-name and also specify a name');
    if (template !== '') failHelm('cannot set --name-template and also specify a name');
    return { name: k.args[0], chart: k.args[1] };
  }
  const [chart] = k.args;
  if (template !== '') return { name: templatedName(k, template), chart };
  if (otherwise !== undefined) return { name: otherwise, chart };
  if (!flags.bool('generate-name')) failHelm('must either provide a name or specify --generate-name');
  const base = chart.replace(/\/$/, '').replace(/^.*\//, '');
  const plain = base === '.' || base === '' ? 'chart' : base.replace(/\.(tgz|tar\.gz)$/, '').replace(/-\d+\.\d.*$/, '');
  return { name: `${plain}-${String(Math.floor(k.now() / 1000))}`, chart };
}

/** `--name-template`: a Go template with Sprig's functions. */
function templatedName(k: Invocation, template: string): string {
  const random = k.process.machine.simulation.random.split(`helm-name/${String(k.now())}`);
  const functions = sprigFunctions({ now: () => k.now(), random: (length, set) => random.characters(length, set) });
  const set = new TemplateSet('name-template', { functions });
  const run = templateResult(() => {
    set.parse('name-template', template);
    return set.execute('name-template', null);
  });
  return run.ok ? run.value : failHelm(run.error.message);
}

export const installVerb = defineVerb({
  name: 'install',
  usage: '[NAME] [CHART]',
  short: 'install a chart',
  flags: [
    ...VALUE_FLAGS,
    ...ACTION_FLAGS,
    boolFlag('generate-name', '', { shorthand: 'g' }),
    boolFlag('replace'),
    stringFlag('name-template'),
  ],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    const release = yield* failingAs(
      'INSTALLATION FAILED: ',
      (function* () {
        const { name, chart: argument } = nameAndChart(k);
        const { chart, values } = yield* requestedChart(k, argument);
        return yield* installRelease(yield* openSession(k), name, chart, values, releaseFlags(k));
      })(),
    );
    yield* k.out(statusText(release, { notes: !k.flags.bool('hide-notes') }));
    return 0;
  },
});

export const upgradeVerb = defineVerb({
  name: 'upgrade',
  usage: '[RELEASE] [CHART]',
  short: 'upgrade a release',
  flags: [
    ...VALUE_FLAGS,
    ...ACTION_FLAGS,
    boolFlag('install', '', { shorthand: 'i' }),
    boolFlag('reset-values'),
    boolFlag('reuse-values'),
    boolFlag('reset-then-reuse-values'),
    intFlag('history-max', '', { default: '10' }),
  ],
  *run(k) {
    demandArguments(k, 2);
    const [name, argument] = k.args;
    const { flags } = k;
    const session = yield* openSession(k);
    const notes = { notes: !flags.bool('hide-notes') };
    const history = flags.bool('install') ? yield* session.storage.history(session.namespace, name) : [];
    const gone = history.length === 0 || history.at(-1)?.status === 'uninstalled';
    if (flags.bool('install') && gone) {
      yield* k.out(`Release "${name}" does not exist. Installing it now.\n`);
      const { chart, values } = yield* requestedChart(k, argument);
      const release = yield* installRelease(session, name, chart, values, releaseFlags(k));
      yield* k.out(statusText(release, notes));
      return 0;
    }
    const { chart, values } = yield* requestedChart(k, argument);
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
    if (dryRunOf(k) === 'none') yield* k.out(`Release "${name}" has been upgraded. Happy Helming!\n`);
    else yield* k.out(`Release "${name}" has been upgraded. Happy Helming!\n`);
    yield* k.out(statusText(release, notes));
    return 0;
  },
});

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
    yield* rollbackRelease(yield* openSession(k), name, Number(revision), releaseFlags(k));
    yield* k.out('Rollback was a success! Happy Helming!\n');
    return 0;
  },
});

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
  if (release.status === 'uninstalled') failHelm(`the release named "${name}" is already deleted`);
  if (dryRunOf(k) !== 'none') return '';
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
  } else for (const revision of history) yield* storage.delete(revision);
  if (result.kept.length === 0) return '';
  const names = result.kept.map(({ mapping, name: kept }) => `[${mapping.kind}] ${kept}\n`);
  return `These resources were kept due to the resource policy:\n${names.join('')}\n`;
}

export const testVerb = defineVerb({
  name: 'test',
  usage: '[RELEASE]',
  short: 'run tests for a release',
  flags: [
    durationFlag('timeout', '', { default: '5m0s' }),
    stringArrayFlag('filter'),
    boolFlag('logs'),
    boolFlag('hide-notes'),
  ],
  *run(k) {
    demandArguments(k, 1);
    const session = yield* openSession(k);
    const release = yield* releaseOf(session, k.args[0]);
    const problem = yield* runHooks(session, release, 'test', k.flags.durationMs('timeout'));
    yield* session.storage.update(release);
    yield* k.out(statusText(release, { notes: false }));
    if (problem !== undefined) failHelm(problem);
    return 0;
  },
});
