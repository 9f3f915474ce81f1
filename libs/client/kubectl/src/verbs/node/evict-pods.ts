import type { Pod, Status } from '@seatrial/apiserver';
import { sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { isFailure, requestFor } from '../../client/api-connection.js';
import { CommandFailure, textError } from '../../command/failure.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { dryRunSuffix } from '../../printers/object-printer.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { DEADLINE_EXCEEDED, gracePeriodOption, needsNoWait, podPath, type DrainDeadline } from './pod-removal.js';

const RETRY_MS = 5000;

const quotedName = (pod: Pod): string =>
  `pods/${JSON.stringify(pod.metadata.name)} -n ${JSON.stringify(pod.metadata.namespace ?? '')}`;

function* sendEviction(k: Invocation, pod: Pod, dryRun: DryRun): Coroutine<Status | undefined> {
  const mapping = yield* mappingFor(k, 'pods');
  const api = yield* k.api();
  const where = { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
  const body: JsonObject = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: where.name, namespace: where.namespace },
    deleteOptions: gracePeriodOption(k),
  };
  const response = yield* api.send({
    ...requestFor(mapping, 'create', where),
    subresource: 'eviction',
    body,
    options: dryRun === 'server' ? { dryRun: true } : {},
  });
  return isFailure(response) ? (response.body as Status) : undefined;
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
    private readonly deadline: DrainDeadline,
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
    yield* this.k.out(`evicting pod ${podPath(this.pod)}${dryRunSuffix(this.dryRun)}\n`);
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
    const { k, pod, dryRun } = this;
    this.done = yield* needsNoWait(k, pod, 'evicted', dryRun);
    if (this.done || k.now() < this.deadline.at) return;
    const { namespace = '', name } = pod.metadata;
    const where = `${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)}`;
    this.failure = `error when waiting for pod ${where} to terminate: ${DEADLINE_EXCEEDED}`;
  }
}

/** Evicts pods all at once, each as soon as its budgets let it, and waits for them (evictPods of k8s.io/kubectl/pkg/drain v0.35.4). */
export function* evictPods(
  k: Invocation,
  pods: readonly Pod[],
  deadline: DrainDeadline,
  dryRun: DryRun,
): Coroutine<void> {
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
