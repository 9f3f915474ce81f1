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
  const parts: readonly (readonly [type: string, part: Part])[] = [
    ['PodReadyToStartContainers', { status: sandboxReady ? 'True' : 'False' }],
    ['Initialized', initialized(runtime, view.init, view.main, view.phase)],
    ['Ready', ready(runtime, containers, view.phase)],
    ['ContainersReady', containers],
    ['PodScheduled', TRUE],
  ];
  const foreign = existing.filter((condition) => !OWNED.has(condition.type));
  if (runtime.ended?.reason === 'Evicted' && !foreign.some((condition) => condition.type === 'DisruptionTarget'))
    foreign.push({
      type: 'DisruptionTarget',
      observedGeneration: pod.metadata.generation ?? 1,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: formatTime(view.now),
      reason: 'TerminationByKubelet',
      message: runtime.ended.message,
    });
  const observedGeneration = pod.metadata.generation ?? 1;
  const time = formatTime(view.now);
  const own = parts.map(([type, part]): ConditionView => {
    const old = existing.find((condition) => condition.type === type);
    return {
      type,
      observedGeneration,
      status: part.status,
      lastProbeTime: null,
      lastTransitionTime: old?.status === part.status ? old.lastTransitionTime : time,
      ...(part.reason === undefined ? {} : { reason: part.reason }),
      ...(part.message === undefined ? {} : { message: part.message }),
    };
  });
  return [...foreign, ...(view.terminal ? [] : resizeConditions(runtime)), ...own];
}
