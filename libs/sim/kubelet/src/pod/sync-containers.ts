import type { Coroutine } from '@seatrial/kernel';
import type { ContainerInstance } from '../container/container-instance.js';
import { specHash } from '../container/container-config.js';
import type { NodeContext } from '../node/node-context.js';
import { inCrashBackOff, startContainer } from './start-container.js';
import { stopContainer } from './stop-containers.js';
import { isSidecar, restartsAfter, shouldBeRestarted, type ContainerRecord, type PodRuntime } from './pod-runtime.js';

/** `done`: nothing of the pod runs or will run. `failed`: something is to be tried again. */
export type SyncResult = 'ok' | 'failed' | 'done';

type OnStateChange = (instance: ContainerInstance) => void;

/** Brings containers to what the pod asks for (kuberuntime computePodActions and SyncPod). */
export function* syncContainers(
  context: NodeContext,
  runtime: PodRuntime,
  onStateChange: OnStateChange,
): Coroutine<SyncResult> {
  const records = [...runtime.records.values()];
  const main = records.filter((record) => record.kind === 'main');
  const init = records.filter((record) => record.kind === 'init');
  let failed = false;
  for (const record of records.filter((each) => each.kind === 'ephemeral' && !each.current))
    if (!(yield* startContainer(context, runtime, record, onStateChange))) failed = true;
  const initialized = main.some((record) => record.current !== undefined);
  const initResult = yield* syncInit(context, runtime, init, initialized, onStateChange);
  if (initResult === 'pod-failed') return 'done';
  if (initResult === 'failed') failed = true;
  if (initResult !== 'ready') return failed ? 'failed' : 'ok';
  const condemned = main.filter((record) => record.current?.running && isCondemned(runtime, record, record.current));
  const others = main.filter((record) => !condemned.includes(record));
  const keeps = others.some((record) => record.current?.running === true || shouldBeRestarted(runtime, record));
  if (condemned.length > 0 && !keeps) return 'done';
  yield* restartUnhealthy(context, runtime, [...main, ...init.filter(isSidecar)]);
  let kept = 0;
  for (const record of main) {
    if (record.current?.running && !isCondemned(runtime, record, record.current)) {
      kept++;
      continue;
    }
    if (!shouldBeRestarted(runtime, record)) continue;
    kept++;
    if (runtime.pod.metadata.deletionTimestamp !== undefined || inCrashBackOff(context, runtime, record)) failed = true;
    else if (!(yield* startContainer(context, runtime, record, onStateChange))) failed = true;
  }
  if (kept === 0) return 'done';
  return failed ? 'failed' : 'ok';
}

type InitResult = 'ready' | 'waiting' | 'failed' | 'pod-failed';

/** One step through the init containers in order; sidecars need only have started. */
function* syncInit(
  context: NodeContext,
  runtime: PodRuntime,
  init: readonly ContainerRecord[],
  initialized: boolean,
  onStateChange: OnStateChange,
): Coroutine<InitResult> {
  let failed = false;
  for (const record of init) {
    const instance = record.current;
    if (isSidecar(record)) {
      if (!instance?.running) {
        if (
          inCrashBackOff(context, runtime, record) ||
          !(yield* startContainer(context, runtime, record, onStateChange))
        ) {
          failed = true;
          if (!initialized) return 'failed';
          continue;
        }
      }
      if (!record.started && !initialized) return 'waiting';
      continue;
    }
    if (initialized) continue;
    if (instance?.running) return 'waiting';
    if (instance?.state === 'exited' && instance.exitCode === 0) continue;
    if (instance?.state === 'exited' && !restartsAfter(runtime, record, instance.exitCode)) return 'pod-failed';
    if (inCrashBackOff(context, runtime, record)) return 'failed';
    return (yield* startContainer(context, runtime, record, onStateChange)) ? 'waiting' : 'failed';
  }
  return failed ? 'failed' : 'ready';
}

/** Stops containers whose probes failed or whose definition changed, so that they are started anew. */
function* restartUnhealthy(
  context: NodeContext,
  runtime: PodRuntime,
  records: readonly ContainerRecord[],
): Coroutine<void> {
  for (const record of records) {
    const instance = record.current;
    if (!instance?.running) continue;
    const reason = restartReason(record, instance);
    if (reason === undefined) continue;
    const again = isCondemned(runtime, record, instance) ? '' : ', will be restarted';
    const probe = record.startupFailed
      ? record.spec.startupProbe
      : record.liveness === 'failure'
        ? record.spec.livenessProbe
        : undefined;
    const seconds = probe?.terminationGracePeriodSeconds ?? runtime.pod.spec.terminationGracePeriodSeconds ?? 30;
    yield* stopContainer(context, runtime, record, `Container ${record.spec.name} ${reason}${again}`, seconds * 1000);
  }
}

/** A running container that failed a probe and will not be started again: its policy forbids it. */
function isCondemned(runtime: PodRuntime, record: ContainerRecord, instance: ContainerInstance): boolean {
  const reason = restartReason(record, instance);
  if (reason === undefined || reason === 'definition changed' || isSidecar(record)) return false;
  return !restartsAfter(runtime, record, 137);
}

function restartReason(record: ContainerRecord, instance: ContainerInstance): string | undefined {
  if (instance.settings.specHash !== specHash(record.spec)) return 'definition changed';
  if (record.liveness === 'failure') return 'failed liveness probe';
  return record.startupFailed ? 'failed startup probe' : undefined;
}
