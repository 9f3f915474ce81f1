import { PODS, type Pod, type Status } from '@seatrial/apiserver';
import { sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { formatGoDuration, parseLabelSelector } from '@seatrial/schema';
import { isFailure, requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { attempt, CommandFailure, failWith, plainMessage, textError } from '../../command/failure.js';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, dryRunSuffix } from '../../printers/object-printer.js';
import { listObjects } from '../../resource/resolve-infos.js';
import type { ResourceInfo } from '../../resource/resource-info.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { decide, textsOf, type DrainDecision } from './drain-filters.js';
import { namedNodes, setSchedulable } from './set-schedulable.js';

const RETRY_MS = 5000;

const nameOf = (pod: Pod): string => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
const quotedName = (pod: Pod): string =>
  `pods/${JSON.stringify(pod.metadata.name)} -n ${JSON.stringify(pod.metadata.namespace ?? '')}`;

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

function* sendEviction(k: Invocation, pod: Pod, dryRun: DryRun): Coroutine<Status | undefined> {
  const mapping = yield* mappingFor(k, 'pods');
  const api = yield* k.api();
  const grace = k.flags.int('grace-period');
  const where = { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
  const graceOption = grace >= 0 ? { gracePeriodSeconds: grace } : {};
  if (k.flags.bool('disable-eviction')) {
    const response = yield* api.send({
      ...requestFor(mapping, 'delete', where),
      options: { ...graceOption, ...(dryRun === 'server' ? { dryRun: true } : {}) },
    });
    return isFailure(response) ? (response.body as Status) : undefined;
  }
  const body: JsonObject = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: where.name, namespace: where.namespace },
    deleteOptions: graceOption,
  };
  const response = yield* api.send({
    ...requestFor(mapping, 'create', where),
    subresource: 'eviction',
    body,
    options: dryRun === 'server' ? { dryRun: true } : {},
  });
  return isFailure(response) ? (response.body as Status) : undefined;
}

/** When a node's drain gives up, and how the user wrote that. */
interface Deadline {
  readonly at: number;
  readonly typed: string;
}

/** One pod on its way out: evicted as soon as a budget lets it, then waited for. */
class Eviction {
  done = false;
  failure: string | undefined;
  private nextTry: number;
  private sent = false;

  constructor(
    private readonly k: Invocation,
    readonly pod: Pod,
    private readonly dryRun: DryRun,
    private readonly deadline: Deadline,
  ) {
    this.nextTry = k.now();
  }

  get open(): boolean {
    return !this.done && this.failure === undefined;
  }

  /** When there is something to do again. */
  get due(): number {
    return this.sent ? Math.min(this.k.now() + 100, Math.max(this.k.now(), this.deadline.at)) : this.nextTry;
  }

  private get timeUp(): string | undefined {
    return this.k.now() >= this.deadline.at ? `global timeout reached: ${this.deadline.typed}` : undefined;
  }

  *advance(): Coroutine<void> {
    if (this.sent) yield* this.checkGone();
    else if (this.k.now() >= this.nextTry) yield* this.send();
  }

  private *send(): Coroutine<void> {
    const word = this.k.flags.bool('disable-eviction') ? 'deleting' : 'evicting';
    yield* this.k.out(`${word} pod ${nameOf(this.pod)}${dryRunSuffix(this.dryRun)}\n`);
    const { timeUp } = this;
    if (timeUp !== undefined) {
      // Only a try looks at the time: the last one comes up to 5 s late.
      this.failure = `error when evicting ${quotedName(this.pod)}: ${timeUp}`;
      return;
    }
    const status = yield* sendEviction(this.k, this.pod, this.dryRun);
    if (!status) {
      this.sent = true;
      if (this.dryRun !== 'none') this.done = true;
    } else if (status.reason === 'NotFound') this.done = true;
    else if (status.code === 429) {
      yield* this.k.err(`error when evicting ${quotedName(this.pod)} (will retry after 5s): ${status.message}\n`);
      this.nextTry = this.k.now() + RETRY_MS;
    } else this.failure = `error when evicting ${quotedName(this.pod)}: ${status.message}`;
  }

  private *checkGone(): Coroutine<void> {
    const api = yield* this.k.api();
    const found = api.server.store.get(PODS, this.pod.metadata.namespace, this.pod.metadata.name);
    if (found && found.metadata.uid === this.pod.metadata.uid) {
      const { timeUp } = this;
      if (timeUp !== undefined)
        this.failure = `error when waiting for pod ${JSON.stringify(this.pod.metadata.name)} in namespace ${JSON.stringify(this.pod.metadata.namespace ?? '')} to terminate: ${timeUp}`;
      return;
    }
    const word = this.k.flags.bool('disable-eviction') ? 'deleted' : 'evicted';
    yield* this.k.out(`pod/${this.pod.metadata.name} ${word}\n`);
    this.done = true;
  }
}

function* evictAll(k: Invocation, pods: readonly Pod[], deadline: Deadline, dryRun: DryRun): Coroutine<void> {
  const evictions = pods.map((pod) => new Eviction(k, pod, dryRun, deadline));
  for (;;) {
    for (const eviction of evictions) if (eviction.open) yield* eviction.advance();
    const open = evictions.filter((eviction) => eviction.open);
    if (open.length === 0) break;
    yield* sleep(Math.max(1, Math.min(1000, Math.min(...open.map(({ due }) => due)) - k.now())));
  }
  const failed = evictions.flatMap(({ failure }) => (failure === undefined ? [] : [textError(failure)]));
  if (failed.length > 0) throw new CommandFailure(failed);
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
    for (const pod of pods) yield* k.out(`evicting pod ${nameOf(pod)}${dryRunSuffix(dryRun)}\n`);
    return;
  }
  const timeout = k.flags.durationMs('timeout');
  const deadline = {
    at: timeout === 0 ? Number.POSITIVE_INFINITY : k.now() + timeout,
    typed: formatGoDuration(timeout * 1_000_000),
  };
  const done = yield* attempt(evictAll(k, pods, deadline, dryRun));
  if ('failure' in done) {
    const why = aggregateText(done.failure.errors.map(plainMessage));
    yield* k.err(`There are pending pods in node "${info.name}" when an error occurred: ${why}\n`);
    const rest = (yield* decisionsFor(k, info.name)).filter(({ evict }) => evict);
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
  const failed: { readonly name: string; readonly causes: readonly string[] }[] = [];
  for (const info of infos) {
    const done = yield* attempt(drainOne(k, info, dryRun));
    if (!('failure' in done)) {
      yield* k.out(`node/${info.name} drained${dryRunSuffix(dryRun)}\n`);
      continue;
    }
    const causes = done.failure.errors.map(plainMessage);
    failed.push({ name: info.name, causes });
    yield* k.err(
      `error: unable to drain node "${info.name}" due to error: ${aggregateText(causes)}, continuing command...\n`,
    );
  }
  if (failed.length === 0) return 0;
  yield* k.err(`There are pending nodes to be drained:\n${failed.map(({ name }) => ` ${name}\n`).join('')}`);
  // An aggregate, whose members are printed without `error: `; an aggregate of one node's is that node's.
  const causes = failed.length === 1 ? failed[0].causes : failed.map((one) => aggregateText(one.causes));
  throw new CommandFailure(causes.map((text) => ({ type: 'text', text, bare: true })));
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
