import type { EventRecorder, Pod } from '@seatrial/apiserver';
import { formatTime, Quantity } from '@seatrial/schema';
import type { Container, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { NodeContext } from '../node/node-context.js';
import { admitPod, podRequest, type NodePods } from './pod-admission.js';
import type { ConditionView } from './pod-conditions.js';
import { NO_RESOURCES, isSidecar, type ContainerRecord, type PodRuntime } from './pod-runtime.js';

/** A condition about a resize, kept by the kubelet's status manager. Times in ms. */
export interface ResizeState {
  readonly reason: string;
  readonly message: string;
  readonly generation: number;
  readonly changedAt: number;
  readonly probedAt: number;
}

const RESIZABLE = ['cpu', 'memory'] as const;

const sameQuantity = (a: string | undefined, b: string | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Quantity.of(a).compare(Quantity.of(b)) === 0);

const differs = (a: ResourceRequirements, b: ResourceRequirements, resource: string): boolean =>
  !sameQuantity(a.limits?.[resource], b.limits?.[resource]) ||
  !sameQuantity(a.requests?.[resource], b.requests?.[resource]);

const isResizable = (record: ContainerRecord): boolean => record.kind === 'main' || isSidecar(record);

/** Whether a container's definition asks for other resources than it has been given. */
export function isResizePending(record: ContainerRecord): boolean {
  return (
    (record.spec.resources ?? NO_RESOURCES) !== record.allocated &&
    isResizable(record) &&
    RESIZABLE.some((resource) => differs(record.spec.resources ?? NO_RESOURCES, record.allocated, resource))
  );
}

const isUnactuated = (record: ContainerRecord): boolean =>
  record.current?.running === true &&
  record.current.resources !== record.allocated &&
  isResizable(record) &&
  RESIZABLE.some((resource) => differs(record.allocated, record.current?.resources ?? {}, resource));

/** Whether a running container has to be restarted to get what it has been given (its resizePolicy). */
export function resizeNeedsRestart(record: ContainerRecord): boolean {
  if (!isUnactuated(record)) return false;
  return RESIZABLE.some(
    (resource) =>
      differs(record.allocated, record.current?.resources ?? {}, resource) &&
      record.spec.resizePolicy?.some(
        (policy) => policy.resourceName === resource && policy.restartPolicy === 'RestartContainer',
      ),
  );
}

/** A pod as its resources are accounted for: with what is allocated, not with what is asked for. */
export function allocatedPod({ pod, records }: PodRuntime): Pod {
  if (![...records.values()].some(isResizePending)) return pod;
  const allocated = (container: Container): Container => {
    const record = records.get(container.name);
    return record ? { ...container, resources: record.allocated } : container;
  };
  const { containers, initContainers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: containers.map(allocated),
      ...(initContainers ? { initContainers: initContainers.map(allocated) } : {}),
    },
  };
}

function summary(pod: Pod, generation: number, error = ''): string {
  const entries = (containers: readonly Container[]): unknown[] =>
    containers.map(({ name, resources }) => ({
      name,
      resources: {
        ...(resources?.limits ? { limits: sorted(resources.limits) } : {}),
        ...(resources?.requests ? { requests: sorted(resources.requests) } : {}),
      },
    }));
  return JSON.stringify({
    ...(pod.spec.initContainers ? { initContainers: entries(pod.spec.initContainers) } : {}),
    containers: entries(pod.spec.containers),
    generation,
    ...(error === '' ? {} : { error }),
  });
}

const sorted = (list: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)));

const say = (events: EventRecorder, pod: Pod, type: string, reason: string, text: string): void =>
  events.event({ object: pod }, type as 'Normal' | 'Warning', reason, text);

/** Decides on what a pod asks for (allocation_manager.go handlePodResourcesResize); true: it was given more or less, to be carried out by the next sync. */
export function allocateResize(context: NodeContext, runtime: PodRuntime, others: NodePods): boolean {
  const { pod, records } = runtime;
  const pending = [...records.values()].filter(isResizePending);
  if (pending.length === 0) {
    runtime.resizePending = undefined;
    return false;
  }
  const refusal = refusalOf(context, pod, others);
  const now = context.simulation.now();
  if (!refusal) {
    for (const record of pending) record.allocated = record.spec.resources ?? {};
    runtime.resizePending = undefined;
    const generation = pod.metadata.generation ?? 1;
    runtime.resizing = { reason: '', message: '', generation, changedAt: now, probedAt: now };
    say(context.events, pod, 'Normal', 'ResizeStarted', `Pod resize started: ${summary(pod, generation)}`);
    return true;
  }
  const before = runtime.resizePending;
  const generation = pod.metadata.generation ?? 1;
  const changedAt = before?.reason === refusal.reason ? before.changedAt : now;
  runtime.resizePending = { ...refusal, generation, changedAt, probedAt: now };
  if (before?.reason !== refusal.reason || before.generation !== generation)
    say(
      context.events,
      pod,
      'Warning',
      `Resize${refusal.reason}`,
      `Pod resize ${refusal.reason}: ${summary(pod, generation, refusal.message)}`,
    );
  return false;
}

function refusalOf(
  context: NodeContext,
  pod: Pod,
  others: NodePods,
): { readonly reason: 'Infeasible' | 'Deferred'; readonly message: string } | undefined {
  for (const resource of ['memory', 'cpu'] as const) {
    const allocatable = context.node.allocatable[resource] ?? '0';
    const capacity = resource === 'cpu' ? Quantity.of(allocatable).milliValue() : Quantity.of(allocatable).toNumber();
    const requested = podRequest(pod, resource);
    if (requested <= capacity) continue;
    const message = `Node didn't have enough capacity: ${resource}, requested: ${requested}, capacity: ${capacity}`;
    return { reason: 'Infeasible', message };
  }
  const rejection = admitPod(context, pod, others);
  return rejection && { reason: 'Deferred', message: rejection.message };
}

/** Carries out what was allocated, on containers that need no restart for it. */
export function actuateResize(runtime: PodRuntime): void {
  for (const record of runtime.records.values()) {
    if (!isUnactuated(record) || resizeNeedsRestart(record)) continue;
    record.current?.resize(record.allocated);
  }
}

/** Says when all that was allocated has been carried out; true while it has not. */
export function completeResize(context: NodeContext, runtime: PodRuntime): boolean {
  if (!runtime.resizing) return false;
  if ([...runtime.records.values()].some(isUnactuated)) return true;
  const { generation } = runtime.resizing;
  runtime.resizing = undefined;
  const pod = allocatedPod(runtime);
  say(context.events, pod, 'Normal', 'ResizeCompleted', `Pod resize completed: ${summary(pod, generation)}`);
  return false;
}

/** PodResizePending and PodResizeInProgress. */
export function resizeConditions({ resizePending, resizing }: PodRuntime): ConditionView[] {
  const view = (type: string, state: ResizeState | undefined): ConditionView[] =>
    state
      ? [
          {
            type,
            observedGeneration: state.generation,
            status: 'True',
            lastProbeTime: formatTime(state.probedAt),
            lastTransitionTime: formatTime(state.changedAt),
            ...(state.reason === '' ? {} : { reason: state.reason }),
            ...(state.message === '' ? {} : { message: state.message }),
          },
        ]
      : [];
  return [...view('PodResizePending', resizePending), ...view('PodResizeInProgress', resizing)];
}
