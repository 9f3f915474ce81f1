import { pause, rememberRecent, type Coroutine } from '@seatrial/kernel';
import { formatGoDuration } from '@seatrial/schema';
import { createInstance } from '../container/container-config.js';
import type { ContainerInstance, InstanceWatcher } from '../container/container-instance.js';
import { terminatedState } from '../container/terminated-state.js';
import { runHook } from '../container/lifecycle-hook.js';
import type { NodeContext } from '../node/node-context.js';
import { pullCredentials } from './pull-credentials.js';
import type { ContainerRecord, PodRuntime } from './pod-runtime.js';
import { stopContainer } from './stop-containers.js';

const CREATE_MS = 30;
const START_MS = 40;

/** `spec.containers{web}`, as events name a container. */
export const containerFieldPath = ({ kind, spec }: ContainerRecord): string => FIELD_PATHS[kind](spec.name);

const pathIn = (field: string): ((name: string) => string) => rememberRecent((name) => `spec.${field}{${name}}`, 100);

/** Of many containers they are the same. */
const FIELD_PATHS: Readonly<Record<ContainerRecord['kind'], (name: string) => string>> = {
  main: pathIn('containers'),
  init: pathIn('initContainers'),
  ephemeral: pathIn('ephemeralContainers'),
};

/** `name_namespace(uid)`, as messages name a pod. */
export function podFormat(runtime: PodRuntime): string {
  const { metadata } = runtime.pod;
  return `${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid})`;
}

/** True while the container waits for its restart back-off to run out; `instance`: the last one that had ended when the sync began (kuberuntime doBackOff). */
export function inCrashBackOff(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  instance: ContainerInstance | undefined,
): number | undefined {
  if (instance?.state !== 'exited') return undefined;
  const { spec } = record;
  const key = `${runtime.pod.metadata.uid}_${spec.name}_${spec.image ?? ''}_${JSON.stringify(spec.resources ?? {})}`;
  if (context.crashBackOff.isInBackOffSince(key, instance.finishedAt)) {
    const pod = podFormat(runtime);
    context.events.event(
      { object: runtime.pod, fieldPath: containerFieldPath(record) },
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${spec.name} in pod ${pod}`,
    );
    const delay = context.crashBackOff.get(key);
    record.failure = {
      reason: 'CrashLoopBackOff',
      message: `back-off ${formatGoDuration(delay * 1_000_000)} restarting failed container=${spec.name} pod=${pod}`,
    };
    return instance.finishedAt + delay;
  }
  context.crashBackOff.next(key, instance.finishedAt);
  return undefined;
}

/** Pulls, creates and starts a container; false when it failed (the record then says why). */
export function* startContainer(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  watcher: InstanceWatcher,
): Coroutine<boolean> {
  const target = { object: runtime.pod, fieldPath: containerFieldPath(record) };
  const refuse = (reason: string, message: string): false => {
    record.failure = { reason, message };
    return false;
  };
  const image = yield* context.puller.ensure(
    runtime.pod,
    record.spec,
    target.fieldPath,
    pullCredentials(context, runtime.pod),
  );
  if (!image.ok) {
    context.events.event(target, 'Warning', 'Failed', `Error: ${image.error.reason}`);
    return refuse(image.error.reason, image.error.message);
  }
  const attempt = record.current ? record.current.settings.attempt + 1 : record.firstAttempt;
  const created = createInstance(context, runtime, record, image.value, attempt, watcher);
  if (!created.ok) {
    context.events.event(target, 'Warning', 'Failed', `Error: ${created.error.message}`);
    return refuse(created.error.reason, created.error.message);
  }
  yield pause(CREATE_MS);
  const instance = created.value;
  if (record.current) {
    record.lastTermination = terminatedState(record.current);
    record.previous = record.current;
  }
  record.current = instance;
  record.ready = record.spec.readinessProbe === undefined;
  record.started = false;
  record.startupFailed = false;
  record.liveness = 'unknown';
  context.events.event(target, 'Normal', 'Created', 'Container created');
  yield pause(START_MS);
  const knocked = yield* knockEarly(context, runtime, record, instance);
  const failed = instance.start();
  if (failed !== undefined) {
    context.events.event(target, 'Warning', 'Failed', `Error: ${failed}`);
    return refuse('RunContainerError', failed);
  }
  context.events.event(target, 'Normal', 'Started', 'Container started');
  if (!(yield* postStart(context, runtime, record, instance, knocked))) return false;
  record.started = record.spec.startupProbe === undefined;
  record.failure = undefined;
  return true;
}

/** What a postStart hook led to: nothing, or what went wrong. */
interface HookOutcome {
  readonly failed: string | undefined;
}

function* postStartOutcome(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  instance: ContainerInstance,
): Coroutine<HookOutcome> {
  const hook = record.spec.lifecycle?.postStart;
  if (!hook) return { failed: undefined };
  const failed = yield* runHook(hook, instance, record.spec, {
    pod: podFormat(runtime),
    podIp: runtime.sandbox?.network.addresses[0] ?? '',
    network: context.network.nodeStack(context.node.name),
  });
  return { failed };
}

/**
 * A hook over the network comes before the program that has just been started can listen: it is asked for before the start.
 */
function* knockEarly(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  instance: ContainerInstance,
): Coroutine<HookOutcome | undefined> {
  const hook = record.spec.lifecycle?.postStart;
  if (!hook?.httpGet && !hook?.tcpSocket) return undefined;
  return yield* postStartOutcome(context, runtime, record, instance);
}

function* postStart(
  context: NodeContext,
  runtime: PodRuntime,
  record: ContainerRecord,
  instance: ContainerInstance,
  knocked: HookOutcome | undefined,
): Coroutine<boolean> {
  const { failed } = knocked ?? (yield* postStartOutcome(context, runtime, record, instance));
  if (failed === undefined) return true;
  const target = { object: runtime.pod, fieldPath: containerFieldPath(record) };
  context.events.event(target, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
  record.failure = { reason: 'PostStartHookError', message: failed };
  yield* stopContainer(
    context,
    runtime,
    record,
    'FailedPostStartHook',
    (runtime.pod.metadata.deletionGracePeriodSeconds ?? runtime.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000,
  );
  return false;
}
