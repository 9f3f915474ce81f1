import type { Coroutine } from '@seatrial/kernel';
import type { InstanceWatcher } from '../container/container-instance.js';
import type { NodeContext } from '../node/node-context.js';
import { computeActions } from './pod-actions.js';
import { actuateResize } from './pod-resize.js';
import type { SyncFailure } from './pod-retry.js';
import type { ContainerRecord, PodRuntime } from './pod-runtime.js';
import { inCrashBackOff, startContainer } from './start-container.js';
import { stopContainer } from './stop-containers.js';

/** `done`: nothing of the pod runs or will run. */
export type SyncResult = 'ok' | 'done' | SyncFailure;

const NONE: ReadonlySet<ContainerRecord> = new Set();

/**
 * Brings containers to what the pod asks for (kuberuntime SyncPod): stops what has to go, then starts ephemeral, init
 * and main containers. An init container that does not start ends the sync; a sidecar does not.
 */
export function* syncContainers(
  context: NodeContext,
  runtime: PodRuntime,
  watcher: InstanceWatcher,
): Coroutine<SyncResult> {
  const actions = computeActions(runtime);
  if (actions.killPod) return 'done';
  const killed = actions.kill.length > 0 ? new Set(actions.kill.map(({ record }) => record)) : NONE;
  for (const { record, message, graceSeconds } of actions.kill)
    yield* stopContainer(context, runtime, record, message, graceSeconds * 1000);
  const run: Run = { context, runtime, watcher, killed, failed: false, backOffEnd: undefined };
  for (const record of actions.ephemeral) yield* start(run, record);
  for (const record of actions.init)
    if (!(yield* start(run, record)) && record.spec.restartPolicy !== 'Always') return { backOffEnd: run.backOffEnd };
  actuateResize(runtime);
  for (const record of actions.main) yield* start(run, record);
  return run.failed ? { backOffEnd: run.backOffEnd } : 'ok';
}

/** One sync at work. */
interface Run {
  readonly context: NodeContext;
  readonly runtime: PodRuntime;
  readonly watcher: InstanceWatcher;
  readonly killed: ReadonlySet<ContainerRecord>;
  failed: boolean;
  backOffEnd: number | undefined;
}

function* start(run: Run, record: ContainerRecord): Coroutine<boolean> {
  const { context, runtime, killed, watcher } = run;
  if (runtime.pod.metadata.deletionTimestamp !== undefined) return false;
  const exited = killed.has(record) ? record.previous : record.current;
  const until = inCrashBackOff(context, runtime, record, exited);
  if (until !== undefined) run.backOffEnd = Math.min(until, run.backOffEnd ?? until);
  const started = until === undefined && (yield* startContainer(context, runtime, record, watcher));
  if (!started) run.failed = true;
  return started;
}
