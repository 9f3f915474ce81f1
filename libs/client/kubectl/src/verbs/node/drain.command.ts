import type { Pod } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import { formatGoDuration, parseLabelSelector } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { attempt, CommandFailure, failWith, plainMessage, textError } from '../../command/failure.js';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, dryRunSuffix } from '../../printers/object-printer.js';
import { listObjects } from '../../resource/resolve-infos.js';
import type { ResourceInfo } from '../../resource/resource-info.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { deletePods } from './delete-pods.js';
import { decide, textsOf, type DrainDecision } from './drain-filters.js';
import { evictPods } from './evict-pods.js';
import { podPath } from './pod-removal.js';
import { namedNodes, setSchedulable } from './set-schedulable.js';

function* decisionsFor(k: Invocation, node: string): Coroutine<DrainDecision[]> {
  const mapping = yield* mappingFor(k, 'pods');
  const { flags } = k;
  const pods = yield* listObjects(k, { mapping, namespace: '' }, flags.string('pod-selector'), `spec.nodeName=${node}`);
  const api = yield* k.api();
  const rules = {
    ignoreDaemonSets: flags.bool('ignore-daemonsets'),
    deleteEmptyDirData: flags.bool('delete-emptydir-data'),
    force: flags.bool('force'),
    skipWaitForDeleteTimeoutSeconds: flags.int('skip-wait-for-delete-timeout'),
  };
  return (pods as unknown as Pod[]).map((pod) => decide(pod, rules, api.server.store, k.now()));
}

/** An aggregate of errors as Go prints it. */
const aggregateText = (causes: readonly string[]): string =>
  causes.length === 1 ? causes[0] : `[${causes.join(', ')}]`;

function* drainOne(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<void> {
  const decisions = yield* decisionsFor(k, info.name);
  const errors = textsOf(decisions, 'error');
  if (errors.length > 0) throw new CommandFailure(errors.map(textError));
  const warnings = textsOf(decisions, 'warning').join('; ');
  if (warnings !== '') yield* k.err(`Warning: ${warnings}\n`);
  const pods = decisions.filter(({ evict }) => evict).map(({ pod }) => pod);
  if (dryRun === 'client') {
    for (const pod of pods) yield* k.out(`evicting pod ${podPath(pod)}${dryRunSuffix(dryRun)}\n`);
    return;
  }
  const { flags } = k;
  const timeout = flags.durationMs('timeout');
  const deadline = {
    at: timeout === 0 ? Number.POSITIVE_INFINITY : k.now() + timeout,
    typed: formatGoDuration(timeout * 1_000_000),
  };
  const done = yield* attempt((flags.bool('disable-eviction') ? deletePods : evictPods)(k, pods, deadline, dryRun));
  if ('failure' in done) {
    const why = aggregateText(done.failure.errors.map(plainMessage));
    const rest = (yield* decisionsFor(k, info.name)).filter(({ evict }) => evict);
    if (rest.length > 0) yield* k.err(`There are pending pods in node "${info.name}" when an error occurred: ${why}\n`);
    for (const { pod } of rest) yield* k.err(`pod/${pod.metadata.name}\n`);
    throw done.failure;
  }
}

function* run(k: Invocation): Coroutine<number> {
  const { args, flags } = k;
  if (args.length === 0 && flags.string('selector') === '') k.usageError('USAGE: drain NODE [flags]');
  if (args.length > 0 && flags.string('selector') !== '')
    k.usageError('error: cannot specify both a node name and a --selector option');
  if (!parseLabelSelector(flags.string('pod-selector')).ok)
    failWith('--pod-selector=<pod_selector> must be a valid label selector');
  const dryRun = yield* k.dryRun();
  const infos = yield* namedNodes(k);
  for (const info of infos) yield* setSchedulable(k, info, true, dryRun);
  const failed: { readonly name: string; readonly causes: readonly string[]; readonly plain: boolean }[] = [];
  for (const info of infos) {
    const done = yield* attempt(drainOne(k, info, dryRun));
    if (!('failure' in done)) {
      yield* k.out(`node/${info.name} drained${dryRunSuffix(dryRun)}\n`);
      continue;
    }
    const causes = done.failure.errors.map(plainMessage);
    const plain = done.failure.errors.some((error) => error.type === 'text' && error.plain === true);
    failed.push({ name: info.name, causes, plain });
    yield* k.err(
      `error: unable to drain node "${info.name}" due to error: ${aggregateText(causes)}, continuing command...\n`,
    );
  }
  if (failed.length === 0) return 0;
  yield* k.err(`There are pending nodes to be drained:\n${failed.map(({ name }) => ` ${name}\n`).join('')}`);
  // An aggregate, whose members are printed without `error: `; an aggregate of one node's is that node's.
  const causes = failed.length === 1 ? failed[0].causes : failed.map((one) => aggregateText(one.causes));
  const bare = failed.length > 1 || !failed[0].plain;
  throw new CommandFailure(causes.map((text) => ({ type: 'text', text, bare })));
}

/** `kubectl drain` (k8s.io/kubectl/pkg/cmd/drain, pkg/drain). */
export const drainCommand = defineVerb({
  name: 'drain',
  usage: 'NODE',
  short: 'Drain node in preparation for maintenance',
  flags: [
    DRY_RUN_FLAG,
    intFlag('chunk-size', 'Return large lists in chunks rather than all at once.', { default: '500' }),
    boolFlag('delete-emptydir-data', 'Continue even if there are pods using emptyDir.'),
    boolFlag('disable-eviction', 'Force drain to use delete, even if eviction is supported.'),
    boolFlag('force', 'Continue even if there are pods that do not declare a controller.'),
    intFlag('grace-period', 'Period of time in seconds given to each pod to terminate gracefully.', { default: '-1' }),
    boolFlag('ignore-daemonsets', 'Ignore DaemonSet-managed pods.'),
    stringFlag('pod-selector', 'Label selector to filter pods on the node'),
    stringFlag('selector', 'Selector (label query) to filter on.', { shorthand: 'l' }),
    intFlag('skip-wait-for-delete-timeout', 'Skip waiting for pods deleted longer ago than this many seconds.', {
      default: '0',
    }),
    durationFlag('timeout', 'The length of time to wait before giving up, zero means infinite', { default: '0s' }),
  ],
  run,
});
