import { SIGNALS, waitFor, type Coroutine, type Process, type Waitable } from '@seatrial/kernel';
import { jobEnded, jobStatus, signalText, type Job } from './job-table.js';
import { InterruptJump } from './jumps.js';
import type { Shell } from './shell.js';

/** Waits for a process in the foreground. Signals with traps wait until it has ended. */
function* waitForProcess(process: Process): Coroutine<void> {
  while (!process.exitStatus) yield* waitFor([process.exited]);
}

/** Waits for all processes of a foreground job, tells of a signal that ended it, and gives its status. */
export function* waitForForeground(shell: Shell, job: Job): Coroutine<number> {
  shell.foregroundGroups.add(job.group);
  try {
    for (const process of job.processes) yield* waitForProcess(process);
  } finally {
    shell.foregroundGroups.delete(job.group);
  }
  shell.state.pipeStatus = job.processes.map((process) => process.exitStatus?.code ?? 0);
  yield* reportForegroundSignal(shell, job);
  shell.state.jobs.remove(job);
  yield* notifyJobs(shell);
  if (job.processes.at(-1)?.exitStatus?.signal === 'INT' && shell.option('monitor')) throw new InterruptJump();
  return pipelineStatus(shell, shell.state.pipeStatus);
}

/** The status of a pipeline from those of its commands. */
export function pipelineStatus(shell: Shell, statuses: readonly number[]): number {
  if (!shell.option('pipefail')) return statuses.at(-1) ?? 0;
  return statuses.findLast((status) => status !== 0) ?? 0;
}

function* reportForegroundSignal(shell: Shell, job: Job): Coroutine<void> {
  const signal = job.processes.at(-1)?.exitStatus?.signal;
  if (!signal || signal === 'INT' || signal === 'PIPE' || shell.subshellLevel > 0) return;
  if (shell.flavour === 'ash') {
    yield* shell.write(2, `${signalText(signal)}\n`);
    return;
  }
  if (shell.interactive || signal === 'TERM') yield* shell.write(2, `${signalText(signal)}\n`);
  else yield* shell.complain(describeDead(job));
}

/** `12345 Killed                  sleep 5`. */
function describeDead(job: Job): string {
  const process = job.processes.at(-1);
  const signal = process?.exitStatus?.signal ?? 'KILL';
  return `${String(process?.pid ?? 0).padStart(5)} ${signalText(signal).padEnd(24)}${job.text}`;
}

/**
 * Tells of background jobs that have ended, when bash would: at a prompt all of them, in a script those that
 * a signal ended (SIGTERM only with job control).
 */
export function* notifyJobs(shell: Shell): Coroutine<void> {
  for (const job of shell.state.jobs.list()) {
    if (job.notified || job.foreground || !jobEnded(job)) continue;
    const signal = job.processes.at(-1)?.exitStatus?.signal;
    if (!shell.interactive && !signal) continue;
    const text = shell.state.jobs.describe(job);
    job.notified = true;
    shell.state.jobs.remove(job);
    if (shell.flavour === 'ash' || shell.subshellLevel > 0) continue;
    if (shell.interactive) yield* shell.write(2, text);
    else if (signal && signal !== 'INT' && signal !== 'PIPE') yield* reportBackgroundSignal(shell, job, text);
  }
}

function* reportBackgroundSignal(shell: Shell, job: Job, text: string): Coroutine<void> {
  if (job.processes.at(-1)?.exitStatus?.signal !== 'TERM') yield* shell.complain(describeDead(job));
  else if (shell.option('monitor')) yield* shell.write(2, text);
}

/** Waits for a job in the background (`wait`): its status, or 128 + n when a trapped signal came first. */
export function* waitForBackground(shell: Shell, job: Job): Coroutine<number> {
  for (const process of job.processes) {
    const interrupted = yield* waitOrSignal(shell, process.exited);
    if (interrupted !== undefined) return interrupted;
  }
  const status = jobStatus(job);
  yield* notifyJobs(shell);
  shell.state.jobs.remove(job);
  return status;
}

/** Waits for something unless a caught signal comes first: then 128 + its number, the signal left to be handled. */
export function* waitOrSignal(shell: Shell, waitable: Waitable, timeoutMs?: number): Coroutine<number | undefined> {
  const { process } = shell;
  if (waitable.ready) return undefined;
  const index = yield* waitFor([waitable, process.signalArrived], timeoutMs);
  if (index !== 1) return undefined;
  return 128 + SIGNALS[process.pendingSignals[0] ?? 'INT'];
}
