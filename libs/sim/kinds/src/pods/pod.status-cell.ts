import { humanDuration, parseTime } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';

/** What `kubectl get pods` shows of a pod's state. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  readonly lastRestart: number | undefined;
}

const isTrue = (conditions: readonly core.PodCondition[] | undefined, type: string): boolean =>
  (conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');

const restartable = (container: core.Container | undefined): boolean => container?.restartPolicy === 'Always';

function terminatedReason(state: core.ContainerStateTerminated): string {
  if (state.reason) return state.reason;
  return state.signal ? `Signal:${state.signal}` : `ExitCode:${state.exitCode}`;
}

class Tally {
  ready = 0;
  restarts = 0;
  sidecarRestarts = 0;
  last: number | undefined;
  sidecarLast: number | undefined;

  add(status: core.ContainerStatus, sidecar: boolean): void {
    this.restarts += status.restartCount;
    const finished = status.lastState?.terminated?.finishedAt;
    const time = finished === undefined ? undefined : parseTime(finished);
    if (time !== undefined && (this.last === undefined || this.last < time)) this.last = time;
    if (!sidecar) return;
    this.sidecarRestarts += status.restartCount;
    if (time !== undefined && (this.sidecarLast === undefined || this.sidecarLast < time)) this.sidecarLast = time;
  }
}

/** The state of the first init container that is not through, or undefined when all are. */
function initReason(pod: core.Pod, tally: Tally): string | undefined {
  const containers = pod.spec?.initContainers ?? [];
  const byName = new Map(containers.map((container) => [container.name, container]));
  const statuses = pod.status?.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    const sidecar = restartable(byName.get(status.name));
    tally.add(status, sidecar);
    const { terminated, waiting } = status.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && status.started) {
      if (status.ready) tally.ready++;
      continue;
    }
    if (terminated) return `Init:${terminatedReason(terminated)}`;
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
    return `Init:${index}/${containers.length}`;
  }
  return undefined;
}

function containersReason(pod: core.Pod, tally: Tally, reason: string): string {
  let shown = reason;
  let running = false;
  let failure: string | undefined;
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    tally.add(status, false);
    const { terminated, waiting } = status.state ?? {};
    if (waiting?.reason) shown = waiting.reason;
    else if (terminated) {
      shown = terminatedReason(terminated);
      if (terminated.exitCode !== 0) failure = shown;
    } else if (status.ready && status.state?.running) {
      running = true;
      tally.ready++;
    }
  }
  if (shown === 'Completed' && running) shown = isTrue(pod.status?.conditions, 'Ready') ? 'Running' : 'NotReady';
  // A container that failed counts more than one that completed (v1.35).
  else if (shown === 'Completed' && failure !== undefined) shown = failure;
  return shown;
}

/** printPod's computation of READY, STATUS and RESTARTS. */
export function summarizePod(pod: core.Pod): PodSummary {
  const { status, spec } = pod;
  const sidecars = (spec?.initContainers ?? []).filter(restartable).length;
  const total = (spec?.containers ?? []).length + sidecars;
  const tally = new Tally();
  let reason = status?.reason || status?.phase || '';
  const gate = status?.conditions?.find((condition) => condition.type === 'PodScheduled');
  if (gate?.reason === 'SchedulingGated') reason = 'SchedulingGated';
  const init = initReason(pod, tally);
  if (init !== undefined) reason = init;
  if (init === undefined || isTrue(status?.conditions, 'Initialized')) {
    tally.restarts = tally.sidecarRestarts;
    tally.last = tally.sidecarLast;
    reason = containersReason(pod, tally, reason);
  }
  if (pod.metadata?.deletionTimestamp) {
    if (status?.reason === 'NodeLost') reason = 'Unknown';
    else if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed') reason = 'Terminating';
  }
  return { ready: tally.ready, total, reason, restarts: tally.restarts, lastRestart: tally.last };
}

/** `2 (13s ago)` */
export function restartsCell(summary: PodSummary, now: number): string {
  if (summary.restarts === 0 || summary.lastRestart === undefined) return String(summary.restarts);
  return `${summary.restarts} (${humanDuration(now - summary.lastRestart)} ago)`;
}
