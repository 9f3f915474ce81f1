import type { ContainerStatusView } from './pod-status.js';
import { isSidecar, restartsAfter, type ContainerRecord, type PodRuntime } from './pod-runtime.js';

type Terminated = { readonly exitCode: number } | undefined;

interface Counts {
  pending: number;
  failedForGood: number;
  running: number;
  waiting: number;
  stopped: number;
  stoppedForGood: number;
  succeeded: number;
}

const endOf = ({ state, lastState }: ContainerStatusView): Terminated =>
  (state['terminated'] ?? lastState['terminated']) as Terminated;

function countInit(runtime: PodRuntime, record: ContainerRecord, status: ContainerStatusView, counts: Counts): void {
  const end = endOf(status);
  if (status.state['running'] || !end) counts.pending++;
  else if (end.exitCode !== 0 && !restartsAfter(runtime, record, end.exitCode)) counts.failedForGood++;
}

/** A sidecar that ended and is started again does not count. */
function countSidecar(status: ContainerStatusView, initialized: boolean, counts: Counts): void {
  if (status.state['running']) {
    counts.running++;
    if (!status.started && !initialized) counts.pending++;
  } else if (!endOf(status)) {
    counts.waiting++;
    if (!initialized) counts.pending++;
  }
}

function countMain(runtime: PodRuntime, record: ContainerRecord, status: ContainerStatusView, counts: Counts): void {
  const end = endOf(status);
  if (status.state['running']) counts.running++;
  else if (!end) counts.waiting++;
  else {
    counts.stopped++;
    if (!restartsAfter(runtime, record, end.exitCode)) counts.stoppedForGood++;
    if (status.state['terminated'] && end.exitCode === 0) counts.succeeded++;
  }
}

/** The phase that container states add up to (kubelet_pods.go getPhase). `terminal`: nothing will run again. */
export function phaseOf(
  runtime: PodRuntime,
  init: readonly ContainerStatusView[],
  main: readonly ContainerStatusView[],
  terminal: boolean,
): string {
  const isRunning = ({ name }: ContainerStatusView): boolean => runtime.records.get(name)?.current?.running === true;
  const initialized = init.length > 0 && main.some(isRunning);
  const counts: Counts = {
    pending: 0,
    failedForGood: 0,
    running: 0,
    waiting: 0,
    stopped: 0,
    stoppedForGood: 0,
    succeeded: 0,
  };
  const count = (status: ContainerStatusView): void => {
    const record = runtime.records.get(status.name);
    if (!record) return;
    if (isSidecar(record)) countSidecar(status, initialized, counts);
    else if (record.kind === 'init') countInit(runtime, record, status, counts);
    else countMain(runtime, record, status, counts);
  };
  for (const status of init) count(status);
  for (const status of main) count(status);
  if (counts.failedForGood > 0) return 'Failed';
  if (counts.pending > 0 || counts.waiting > 0) return 'Pending';
  if (counts.running > 0) return 'Running';
  if (counts.stopped === 0) return 'Pending';
  if (!terminal && counts.stopped !== counts.stoppedForGood) return 'Running';
  return counts.stopped === counts.succeeded ? 'Succeeded' : 'Failed';
}
