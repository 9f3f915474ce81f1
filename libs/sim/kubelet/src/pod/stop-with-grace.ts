import { Condition, Task, pause, waitFor, type Coroutine } from '@seatrial/kernel';
import type { NodeContext } from '../node/node-context.js';
import type { PodRuntime } from './pod-runtime.js';
import { SANDBOX_STOP_MS } from './pod-sandbox.js';
import { stopAll } from './stop-containers.js';

/** The grace period that counts now, a second or more; `removed`: the pod is gone from the API already. */
export function graceSeconds(runtime: PodRuntime, removed: boolean): number {
  const { metadata, spec } = runtime.pod;
  if (removed) return 1;
  if (runtime.ended?.reason === 'Evicted') return 1;
  return Math.max(metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30, 1);
}

/** Stops a pod's containers and then its sandbox; a shorter grace period given meanwhile counts from then. */
export function* stopWithGrace(
  context: NodeContext,
  runtime: PodRuntime,
  graceChanged: Condition,
  isRemoved: () => boolean,
): Coroutine<void> {
  yield* stopContainers(context, runtime, graceChanged, isRemoved);
  if (!runtime.sandbox) return;
  runtime.sandbox.ready = false;
  yield pause(SANDBOX_STOP_MS);
}

function* stopContainers(
  context: NodeContext,
  runtime: PodRuntime,
  graceChanged: Condition,
  isRemoved: () => boolean,
): Coroutine<void> {
  for (;;) {
    graceChanged.clear();
    const seconds = graceSeconds(runtime, isRemoved());
    const done = new Condition();
    const stop = new Task(context.simulation, stopAllThenSet(context, runtime, seconds, done));
    const woken = yield* waitFor([done, graceChanged]);
    if (woken === 0 || done.ready) return;
    if (graceSeconds(runtime, isRemoved()) < seconds) stop.cancel();
    else {
      yield* waitFor([done]);
      return;
    }
  }
}

function* stopAllThenSet(context: NodeContext, runtime: PodRuntime, seconds: number, done: Condition): Coroutine<void> {
  yield* stopAll(context, runtime, seconds * 1000);
  done.set();
}
