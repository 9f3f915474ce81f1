import { formatTime } from '@seatrial/schema';
import type { ContainerStatusView } from './pod-status.js';
import { resizeConditions } from './pod-resize.js';
import { isSidecar, type PodRuntime } from './pod-runtime.js';

export interface ConditionView {
  readonly type: string;
  readonly observedGeneration?: number;
  readonly status: string;
  readonly lastProbeTime: string | null;
  readonly lastTransitionTime: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Part {
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

const TRUE: Part = { status: 'True' };
const FALSE: Part = { status: 'False' };
const OWNED = new Set([
  'PodScheduled',
  'Ready',
  'Initialized',
  'ContainersReady',
  'PodReadyToStartContainers',
  'PodResizePending',
  'PodResizeInProgress',
]);

function terminalReason(phase: string): Part | undefined {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  return phase === 'Failed' ? { status: 'False', reason: 'PodFailed' } : undefined;
}

function containersReady(
  runtime: PodRuntime,
  init: readonly ContainerStatusView[],
  main: readonly ContainerStatusView[],
  phase: string,
): Part {
  const relevant = [
    ...init.filter((status) => {
      const record = runtime.records.get(status.name);
      return record !== undefined && isSidecar(record);
    }),
    ...runtime.pod.spec.containers.flatMap((container) => main.filter((status) => status.name === container.name)),
  ];
  const unready = relevant.filter((status) => !status.ready).map((status) => status.name);
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  if (unready.length === 0) return TRUE;
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  };
}

function initialized(
  runtime: PodRuntime,
  init: readonly ContainerStatusView[],
  main: readonly ContainerStatusView[],
  phase: string,
): Part {
  const incomplete = init.filter((status) => {
    const record = runtime.records.get(status.name);
    return record && isSidecar(record) ? !status.started : !status.ready;
  });
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  const anyStarted = main.some((status) => status.state['running'] ?? status.state['terminated']);
  if (incomplete.length === 0 || anyStarted) return TRUE;
  const names = incomplete.map((status) => status.name).join(' ');
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names}]`,
  };
}

function ready(runtime: PodRuntime, containers: Part, phase: string): Part {
  const terminal = terminalReason(phase);
  if (terminal && containers.status === 'False') return terminal;
  if (containers.status === 'False') return containers;
  const messages = (runtime.pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = runtime.pod.status?.conditions?.find((each) => each.type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (condition.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return messages.length === 0
    ? TRUE
    : { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

/** What conditions are written over, and when. */
interface Moment {
  readonly existing: readonly ConditionView[];
  readonly observedGeneration: number;
  readonly time: string;
}

/** The last condition of each type and status without a reason: many pods get an equal one within a second. */
const recent = new Map<string, ConditionView>();

function condition(type: string, part: Part, { existing, observedGeneration, time }: Moment): ConditionView {
  const { status, reason, message } = part;
  const old = existing.find((each) => each.type === type);
  const lastTransitionTime = old?.status === status ? old.lastTransitionTime : time;
  const fits = (each: ConditionView | undefined): each is ConditionView =>
    each?.status === status &&
    each.lastTransitionTime === lastTransitionTime &&
    each.observedGeneration === observedGeneration &&
    each.reason === reason &&
    each.message === message &&
    each.lastProbeTime === null;
  if (fits(old)) return old;
  const known = reason === undefined ? recent.get(`${type} ${status}`) : undefined;
  if (fits(known)) return known;
  const made = Object.freeze({
    type,
    observedGeneration,
    status,
    lastProbeTime: null,
    lastTransitionTime,
    ...(reason === undefined ? undefined : { reason }),
    ...(message === undefined ? undefined : { message }),
  });
  if (reason === undefined) recent.set(`${type} ${status}`, made);
  return made;
}

/** Conditions in the kubelet's order; the transition time stays while the status does (pkg/kubelet/status/generate.go). */
export function generateConditions(
  runtime: PodRuntime,
  view: {
    readonly init: readonly ContainerStatusView[];
    readonly main: readonly ContainerStatusView[];
    readonly phase: string;
    readonly terminal: boolean;
    readonly now: number;
  },
): ConditionView[] {
  const { pod } = runtime;
  const existing = (pod.status?.conditions ?? []) as unknown as readonly ConditionView[];
  const containers = containersReady(runtime, view.init, view.main, view.phase);
  const sandboxReady = runtime.sandbox?.ready === true && view.phase !== 'Succeeded' && view.phase !== 'Failed';
  const now: Moment = { existing, observedGeneration: pod.metadata.generation ?? 1, time: formatTime(view.now) };
  const own = [
    condition('PodReadyToStartContainers', sandboxReady ? TRUE : FALSE, now),
    condition('Initialized', initialized(runtime, view.init, view.main, view.phase), now),
    condition('Ready', ready(runtime, containers, view.phase), now),
    condition('ContainersReady', containers, now),
    condition('PodScheduled', TRUE, now),
  ];
  const foreign = existing.filter(({ type }) => !OWNED.has(type));
  if (runtime.ended?.reason === 'Evicted' && !foreign.some(({ type }) => type === 'DisruptionTarget'))
    foreign.push({
      type: 'DisruptionTarget',
      observedGeneration: now.observedGeneration,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: now.time,
      reason: 'TerminationByKubelet',
      message: runtime.ended.message,
    });
  return [...foreign, ...(view.terminal ? [] : resizeConditions(runtime)), ...own];
}
