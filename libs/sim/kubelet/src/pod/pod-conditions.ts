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
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready: string[] = [];
  if (init.length === 0 && main.every(({ ready }) => ready)) return TRUE;
  for (const status of init) {
    const record = runtime.records.get(status.name);
    if (!status.ready && record !== undefined && isSidecar(record)) unready.push(status.name);
  }
  for (const { name } of runtime.pod.spec.containers)
    for (const status of main) if (status.name === name && !status.ready) unready.push(name);
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
  if (init.length === 0) return phase === 'Succeeded' ? { status: 'True', reason: 'PodCompleted' } : TRUE;
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
  if (!runtime.pod.spec.readinessGates) return TRUE;
  const messages = runtime.pod.spec.readinessGates.flatMap(({ conditionType }) => {
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

/** The last condition of each type, by status: many pods get an equal one within a second. */
const recentTrue = new Map<string, ConditionView>();
const recentFalse = new Map<string, ConditionView>();

const isSame = (
  condition: ConditionView,
  { status, reason, message }: Part,
  observedGeneration: number,
  lastTransitionTime: string,
): boolean =>
  condition.status === status &&
  condition.lastTransitionTime === lastTransitionTime &&
  condition.observedGeneration === observedGeneration &&
  condition.reason === reason &&
  condition.message === message &&
  condition.lastProbeTime === null;

function condition(type: string, part: Part, { existing, observedGeneration, time }: Moment): ConditionView {
  const { status, reason, message } = part;
  let old: ConditionView | undefined;
  for (let i = 0; i < existing.length && !old; i++) if (existing[i].type === type) old = existing[i];
  const lastTransitionTime = old?.status === status ? old.lastTransitionTime : time;
  if (old && isSame(old, part, observedGeneration, lastTransitionTime)) return old;
  const latest = status === 'True' ? recentTrue : recentFalse;
  const known = latest.get(type);
  if (known && isSame(known, part, observedGeneration, lastTransitionTime)) return known;
  const made = Object.freeze({
    type,
    observedGeneration,
    status,
    lastProbeTime: null,
    lastTransitionTime,
    ...(reason === undefined ? undefined : { reason }),
    ...(message === undefined ? undefined : { message }),
  });
  latest.set(type, made);
  return made;
}

function areOwn(conditions: readonly ConditionView[]): boolean {
  for (let i = 0; i < conditions.length; i++) if (!OWNED.has(conditions[i].type)) return false;
  return true;
}

function sameList(a: readonly ConditionView[], b: readonly ConditionView[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The last list of conditions that all hold, and that do not all: many pods get an equal one within a second. */
const recentLists: { ready: readonly ConditionView[]; unready: readonly ConditionView[] } = { ready: [], unready: [] };

/** The conditions that there are, or a list of the same that another pod has. */
function sharedList(existing: readonly ConditionView[], own: readonly ConditionView[]): readonly ConditionView[] {
  if (sameList(existing, own)) return existing;
  const kind = own.every(({ status }) => status === 'True') ? 'ready' : 'unready';
  if (!sameList(recentLists[kind], own)) recentLists[kind] = Object.freeze(own);
  return recentLists[kind];
}

/** What the condition DisruptionTarget says of pods that the kubelet ends, by why it does. */
const DISRUPTIONS: Readonly<Partial<Record<string, (message: string) => string>>> = {
  Evicted: (message) => message,
  Preempting: () => 'Pod was preempted by Kubelet to accommodate a critical pod.',
};

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
): readonly ConditionView[] {
  const { pod } = runtime;
  const existing = (pod.status?.conditions ?? []) as unknown as readonly ConditionView[];
  const containers = containersReady(runtime, view.init, view.main, view.phase);
  const now: Moment = { existing, observedGeneration: pod.metadata.generation ?? 1, time: formatTime(view.now) };
  const own = [
    condition('PodReadyToStartContainers', runtime.sandbox?.ready === true ? TRUE : FALSE, now),
    condition('Initialized', initialized(runtime, view.init, view.main, view.phase), now),
    condition('Ready', ready(runtime, containers, view.phase), now),
    condition('ContainersReady', containers, now),
    condition('PodScheduled', TRUE, now),
  ];
  if (areOwn(existing) && !runtime.ended && !runtime.resizePending && !runtime.resizing)
    return sharedList(existing, own);
  const foreign = existing.filter(({ type }) => !OWNED.has(type));
  const disrupted = runtime.ended && DISRUPTIONS[runtime.ended.reason]?.(runtime.ended.message);
  if (disrupted !== undefined && !foreign.some(({ type }) => type === 'DisruptionTarget'))
    foreign.push({
      type: 'DisruptionTarget',
      observedGeneration: now.observedGeneration,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: now.time,
      reason: 'TerminationByKubelet',
      message: disrupted,
    });
  return [...foreign, ...(view.terminal ? [] : resizeConditions(runtime)), ...own];
}
