import { Task, Condition, sleep, waitFor, type Coroutine } from '@seatrial/kernel';
import type { NodeContext } from '../node/node-context.js';
import type { ContainerInstance } from '../container/container-instance.js';
import { runHook } from '../container/lifecycle-hook.js';
import { isSidecar, type ContainerRecord, type PodRuntime } from './pod-runtime.js';
import { containerFieldPath } from './start-container.js';

/** From the runtime's stop request to the signal. */
const STOP_REQUEST_MS = 20;

/** Stops one container: event, preStop hook, signal, grace period, SIGKILL (kuberuntime killContainer). */
export function* stopContainer(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  message: string,
  graceMs: number,
): Coroutine<void> {
  const instance = record.current;
  if (!instance?.running) return;
  context.events.event({ object: runtime.pod, fieldPath: containerFieldPath(record) }, 'Normal', 'Killing', message);
  const start = context.simulation.now();
  const preStop = record.spec.lifecycle?.preStop;
  if (preStop && graceMs > 0) {
    const failed = yield* runHook(preStop, instance, record.spec, {
      podIp: runtime.sandbox?.network.addresses[0] ?? '',
      network: context.network.nodeStack(context.node.name),
      timeoutMs: graceMs,
    });
    if (failed !== undefined)
      context.events.event(
        { object: runtime.pod, fieldPath: containerFieldPath(record) },
        'Warning',
        'FailedPreStopHook',
        'PreStopHook failed',
      );
  }
  yield* signalAndWait(
    instance,
    Math.max(graceMs - (context.simulation.now() - start), 2000 < graceMs ? 2000 : graceMs),
  );
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

/** Stops all of a pod's containers at once, sidecars after the rest. */
export function* stopAll(context: NodeContext, runtime: PodRuntime, graceMs: number): Coroutine<void> {
  const deadline = context.simulation.now() + graceMs;
  const records = [...runtime.records.values()].filter((record) => record.current?.running);
  yield* together(
    context,
    records
      .filter((record) => !isSidecar(record))
      .map(
        (record) => () => stopContainer(context, runtime, record, `Stopping container ${record.spec.name}`, graceMs),
      ),
  );
  const sidecars = records.filter(isSidecar).reverse();
  for (const record of sidecars) {
    const left = Math.max(deadline - context.simulation.now(), 2000);
    yield* stopContainer(context, runtime, record, `Stopping container ${record.spec.name}`, left);
  }
}

function* together(context: NodeContext, programs: readonly (() => Coroutine<void>)[]): Coroutine<void> {
  if (programs.length === 1) {
    yield* programs[0]();
    return;
  }
  const waits = programs.map((program) => {
    const done = new Condition();
    new Task(context.simulation, function* () {
      yield* program();
      done.set();
    });
    return done;
  });
  for (const wait of waits) yield* waitFor([wait]);
}
