import {
  boolFlag,
  durationFlag,
  stringArrayFlag,
  stringFlag,
  type FlagDefinition,
  type Invocation,
} from '@seatrial/kubectl';
import { compareStrings, type Coroutine } from '@seatrial/kernel';
import { logLine } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import type { DryRun, ReleaseFlags } from '../release/install-release.js';

/** Flags that say how a chart is fetched (addChartPathOptionsFlags). */
export const FETCH_FLAGS: readonly FlagDefinition[] = [
  stringFlag('ca-file'),
  stringFlag('cert-file'),
  boolFlag('insecure-skip-tls-verify'),
  stringFlag('key-file'),
  stringFlag('password'),
  boolFlag('plain-http'),
  stringFlag('username'),
];

/** Flags that say where a chart comes from. */
export const CHART_FLAGS: readonly FlagDefinition[] = [
  ...FETCH_FLAGS,
  stringFlag('keyring'),
  boolFlag('pass-credentials'),
  stringFlag('version'),
  stringFlag('repo'),
  boolFlag('devel'),
  boolFlag('verify'),
];

/** Flags that say what a chart's values are. */
export const VALUE_FLAGS: readonly FlagDefinition[] = [
  { ...stringArrayFlag('values'), type: 'stringSlice', shorthand: 'f' },
  stringArrayFlag('set'),
  stringArrayFlag('set-file'),
  stringArrayFlag('set-json'),
  stringArrayFlag('set-literal'),
  stringArrayFlag('set-string'),
];

const WAITS = ['watcher', 'legacy', 'hookOnly', 'true', 'false'];

const WAIT_FLAG: FlagDefinition = {
  ...stringFlag('wait'),
  default: 'hookOnly',
  withoutValue: 'watcher',
  complaint: (value) =>
    WAITS.includes(value)
      ? undefined
      : `invalid wait input ${JSON.stringify(value)}. Valid inputs are watcher, hookOnly, and legacy`,
};

/** `-o`. */
export const OUTPUT_FLAG: FlagDefinition = stringFlag('output', '', {
  shorthand: 'o',
  default: 'table',
  complaint: (value) => (['table', 'json', 'yaml'].includes(value) ? undefined : 'invalid format type'),
});

/** `--post-renderer`: names a plugin, of which there are none. */
export const POST_RENDERER_FLAGS: readonly FlagDefinition[] = [
  {
    ...stringFlag('post-renderer'),
    complaint: (value) => (value === '' ? undefined : `plugin: {Name:${value} Type:postrenderer/v1} not found`),
  },
  stringArrayFlag('post-renderer-args'),
];

/** Flags of everything that changes a release: install, upgrade and rollback. */
export const CHANGE_FLAGS: readonly FlagDefinition[] = [
  { ...stringFlag('dry-run'), default: 'none', withoutValue: 'unset' },
  boolFlag('force-conflicts'),
  { ...boolFlag('force'), deprecated: 'use --force-replace instead' },
  boolFlag('force-replace'),
  boolFlag('no-hooks'),
  stringFlag('server-side', '', { default: 'auto' }),
  durationFlag('timeout', '', { default: '5m0s' }),
  WAIT_FLAG,
  boolFlag('wait-for-jobs'),
];

/** Flags of what brings a chart: install and upgrade. */
export const ACTION_FLAGS: readonly FlagDefinition[] = [
  ...CHANGE_FLAGS,
  ...POST_RENDERER_FLAGS,
  { ...boolFlag('atomic'), deprecated: 'use --rollback-on-failure instead' },
  boolFlag('rollback-on-failure'),
  boolFlag('create-namespace'),
  boolFlag('dependency-update'),
  stringFlag('description'),
  boolFlag('disable-openapi-validation'),
  boolFlag('enable-dns'),
  boolFlag('hide-notes'),
  boolFlag('hide-secret'),
  stringFlag('labels', '', { shorthand: 'l' }),
  boolFlag('render-subchart-notes'),
  OUTPUT_FLAG,
  boolFlag('skip-crds'),
  boolFlag('skip-schema-validation'),
  boolFlag('take-ownership'),
];

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** `--dry-run`, also as older versions took it: without a value or with a truth (cmdGetDryRunFlagStrategy). */
function dryRunOf(k: Invocation): DryRun {
  const value = k.flags.string('dry-run');
  if (value === 'none' || value === 'client' || value === 'server') return value;
  return value === 'unset' || BOOLEANS.get(value) === true ? 'client' : 'none';
}

/** Looks at `--dry-run` before anything else: warns of its older forms and refuses what is none; `template` must be one. */
export function* checkedDryRun(k: Invocation, template = false): Coroutine<DryRun> {
  exclusiveFlags(k);
  const value = k.flags.string('dry-run');
  const dryRun = dryRunOf(k);
  const truth = BOOLEANS.get(value);
  if (template && (value === 'none' || truth === false))
    failHelm(`invalid dry-run value (${JSON.stringify(value)}). Must be "server" or "client"`);
  if (value === 'unset')
    yield* logLine(k, 'WARN', "--dry-run is deprecated and should be replaced with '--dry-run=client'", {});
  else if (truth !== undefined)
    yield* logLine(
      k,
      'WARN',
      `boolean '--dry-run=${value}' flag is deprecated and must be replaced with '--dry-run=${dryRun}'`,
      {},
    );
  else if (value !== dryRun)
    failHelm(`invalid dry-run value (${JSON.stringify(value)}). Must be "none", "server", or "client"`);
  return dryRun;
}

/** `--labels a=b,c=d`. */
function givenLabels(given: string): Record<string, string> {
  const pairs = given.split(',').filter((pair) => pair !== '');
  const wrong = pairs.find((pair) => !pair.includes('='));
  if (wrong !== undefined)
    failHelm(`invalid argument "${given}" for "-l, --labels" flag: ${wrong} must be formatted as key=value`);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** `--server-side`: undefined for `auto`, the method of the release before. */
function serverSideOf(value: string): boolean | undefined {
  if (value === 'auto') return undefined;
  return BOOLEANS.get(value) ?? failHelm(`invalid/unknown release server-side apply method: ${value}`);
}

/** `--server-side` where there is no release before. */
export const SERVER_SIDE_FLAG: FlagDefinition = {
  ...stringFlag('server-side', '', { default: 'true' }),
  complaint: (value) =>
    BOOLEANS.has(value) ? undefined : `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
};

/** Flags that exclude each other (cobra's MarkFlagsMutuallyExclusive). */
function exclusiveFlags(k: Invocation): void {
  for (const other of ['force-replace', 'force'])
    if (k.flags.changed(other) && k.flags.changed('force-conflicts'))
      failHelm(
        `if any flags in the group [${other} force-conflicts] are set none of the others can be; [${[other, 'force-conflicts'].sort(compareStrings).join(' ')}] were all set`,
      );
}

/** What the flags say about how a release is changed. */
export function releaseFlags(k: Invocation): ReleaseFlags {
  const { flags } = k;
  const isSet = (name: string): boolean => flags.has(name) && flags.bool(name);
  const text = (name: string): string => (flags.has(name) ? flags.string(name) : '');
  return {
    dryRun: dryRunOf(k),
    wait: !['hookOnly', 'false', ''].includes(flags.string('wait')),
    rollbackOnFailure: isSet('atomic') || isSet('rollback-on-failure'),
    cleanupOnFail: isSet('cleanup-on-fail'),
    timeoutMs: flags.durationMs('timeout'),
    description: text('description'),
    forceConflicts: flags.bool('force-conflicts'),
    forceReplace: flags.bool('force-replace') || flags.bool('force'),
    serverSide: serverSideOf(flags.string('server-side')),
    waitForJobs: flags.bool('wait-for-jobs'),
    takeOwnership: isSet('take-ownership'),
    replace: isSet('replace'),
    createNamespace: isSet('create-namespace'),
    noHooks: flags.bool('no-hooks'),
    skipCrds: isSet('skip-crds'),
    labels: givenLabels(text('labels')),
    historyMax: flags.has('history-max') ? flags.int('history-max') : 0,
  };
}
