import { Task, Condition, sleep, waitFor, type Coroutine, type Waitable } from '@seatrial/kernel';
import type { LifecycleHandler } from 'kubernetes-types/core/v1.js';
import type { NodeContext } from '../node/node-context.js';
import type { ContainerInstance } from '../container/container-instance.js';
import { runHook } from '../container/lifecycle-hook.js';
import { isSidecar, type ContainerRecord, type PodRuntime } from './pod-runtime.js';
import { containerFieldPath, podFormat } from './start-container.js';

/** From the runtime's stop request to the signal. */
const STOP_REQUEST_MS = 20;

/** The runtime always gets this long before it kills (minimumGracePeriodInSeconds). */
const MINIMUM_GRACE_MS = 2000;

/** Stops one container: event, preStop hook, its turn, signal, grace period, SIGKILL (kuberuntime killContainer). */
export function* stopContainer(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  message: string,
  graceMs: number,
  turn: readonly Waitable[] = [],
): Coroutine<void> {
  const instance = record.current;
  if (!instance?.running) return;
  const { simulation } = context;
  context.events.event({ object: runtime.pod, fieldPath: containerFieldPath(record) }, 'Normal', 'Killing', message);
  const start = simulation.now();
  const elapsed = (): number => Math.floor((simulation.now() - start) / 1000) * 1000;
  const preStop = record.spec.lifecycle?.preStop;
  if (preStop && graceMs > 0) yield* waitFor([startPreStop(context, runtime, record, preStop)], graceMs);
  for (const before of turn) {
    const left = graceMs - elapsed();
    if (left > 0) yield* waitFor([before], left);
  }
  yield* signalAndWait(instance, Math.max(graceMs - elapsed(), MINIMUM_GRACE_MS));
}

/** Starts a preStop hook, which goes on when the container is stopped without waiting for it any longer. */
function startPreStop(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  hook: LifecycleHandler,
): Waitable {
  const done = new Condition();
  const instance = record.current;
  if (!instance) return done;
  new Task(context.simulation, preStop(context, runtime, record, instance, hook, done));
  return done;
}

function* preStop(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  instance: ContainerInstance,
  hook: LifecycleHandler,
  done: Condition,
): Coroutine<void> {
  const failed = yield* runHook(hook, instance, record.spec, {
    pod: podFormat(runtime),
    podIp: runtime.sandbox?.network.addresses[0] ?? '',
    network: context.network.nodeStack(context.node.name),
  });
  if (failed !== undefined) {
    const target = { object: runtime.pod, fieldPath: containerFieldPath(record) };
    context.events.event(target, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
  }
  done.set();
}

function* signalAndWait(instance: ContainerInstance, graceMs: number): Coroutine<void> {
  yield* sleep(STOP_REQUEST_MS);
  const { process } = instance;
  if (!process || !instance.running) return;
  instance.kill(instance.settings.stopSignal);
  yield* waitFor([process.exited], graceMs);
  if (instance.state === 'running') instance.kill('KILL');
  if (!process.exitStatus) yield* waitFor([process.exited]);
}

/** Stops all of a pod's containers at once; sidecars get their signal when all others, and the sidecars after them, have ended. */
export function* stopAll(context: NodeContext, runtime: PodRuntime, graceMs: number): Coroutine<void> {
  const running = [...runtime.records.values()].filter((record) => record.current?.running);
  const main = running.filter((record) => !isSidecar(record));
  const ended = new Map(running.map((record) => [record, new Condition()]));
  const programs = [...main, ...running.filter(isSidecar)].map((record, index, all) => {
    const before = isSidecar(record) ? [...main, ...all.slice(index + 1)] : [];
    const turn = before.flatMap((each) => ended.get(each) ?? []);
    const message = `Stopping container ${record.spec.name}`;
    return () => thenSet(stopContainer(context, runtime, record, message, graceMs, turn), ended.get(record));
  });
  yield* together(context, programs);
}

function* thenSet(program: Coroutine<void>, ended: Condition | undefined): Coroutine<void> {
  yield* program;
  ended?.set();
}

function* together(context: NodeContext, programs: readonly (() => Coroutine<void>)[]): Coroutine<void> {
  if (programs.length === 1) {
    yield* programs[0]();
    return;
  }
  const tasks: Task[] = [];
  try {
    const waits = programs.map((program) => {
      const done = new Condition();
      tasks.push(new Task(context.simulation, thenSet(program(), done)));
      return done;
    });
    for (const wait of waits) yield* waitFor([wait]);
  } finally {
    for (const task of tasks) task.cancel();
  }
}
