import {
  boolFlag,
  durationFlag,
  stringArrayFlag,
  stringFlag,
  type FlagDefinition,
  type Invocation,
} from '@seatrial/kubectl';
import { failHelm } from '../helm-failure.js';
import type { DryRun, ReleaseFlags } from '../release/install-release.js';

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

/** Flags of everything that changes a release. */
export const ACTION_FLAGS: readonly FlagDefinition[] = [
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
  stringFlag('labels', '', { shorthand: 'l' }),
  boolFlag('no-hooks'),
  boolFlag('render-subchart-notes'),
  OUTPUT_FLAG,
  stringFlag('server-side', '', { default: 'auto' }),
  boolFlag('skip-crds'),
  boolFlag('skip-schema-validation'),
  boolFlag('take-ownership'),
  durationFlag('timeout', '', { default: '5m0s' }),
  WAIT_FLAG,
  boolFlag('wait-for-jobs'),
];

/** `--dry-run`. */
export function dryRunOf(k: Invocation): DryRun {
  const value = k.flags.string('dry-run') || 'none';
  if (value === 'client' || value === 'true') return 'client';
  if (value === 'server') return 'server';
  if (value === 'none' || value === 'false' || value === '') return 'none';
  return failHelm(`invalid dry-run value ("${value}"). Must be "none", "server", or "client"`);
}

/** `--labels a=b,c=d`. */
function givenLabels(k: Invocation): Record<string, string> {
  const pairs = k.flags
    .string('labels')
    .split(',')
    .filter((pair) => pair !== '');
  const wrong = pairs.find((pair) => !pair.includes('='));
  if (wrong !== undefined)
    failHelm(
      `invalid argument "${k.flags.string('labels')}" for "-l, --labels" flag: ${wrong} must be formatted as key=value`,
    );
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** What the flags say about how a release is changed. */
export function releaseFlags(k: Invocation): ReleaseFlags {
  const { flags } = k;
  return {
    dryRun: dryRunOf(k),
    wait: !['hookOnly', 'false', ''].includes(flags.string('wait')),
    rollbackOnFailure: flags.bool('atomic') || flags.bool('rollback-on-failure'),
    cleanupOnFail: flags.bool('cleanup-on-fail'),
    timeoutMs: flags.durationMs('timeout'),
    description: flags.string('description'),
    forceConflicts: flags.bool('force-conflicts'),
    forceReplace: flags.bool('force-replace') || flags.bool('force'),
    serverSide: flags.string('server-side') !== 'false',
    waitForJobs: flags.bool('wait-for-jobs'),
    takeOwnership: flags.bool('take-ownership'),
    replace: flags.has('replace') && flags.bool('replace'),
    createNamespace: flags.bool('create-namespace'),
    noHooks: flags.bool('no-hooks'),
    skipCrds: flags.bool('skip-crds'),
    labels: givenLabels(k),
    historyMax: flags.has('history-max') ? flags.int('history-max') : 0,
  };
}
