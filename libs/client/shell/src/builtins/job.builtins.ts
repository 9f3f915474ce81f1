import { type Coroutine } from '@seatrial/kernel';
import { jobEnded, jobStatus, type Job } from '../evaluation/job-table.js';
import type { Shell } from '../evaluation/shell.js';
import { notifyJobs, waitForBackground, waitForForeground, waitOrSignal } from '../evaluation/wait-for-job.js';
import { complainAs, defineBuiltin, parseOptions, type Builtin } from './builtin.js';

const jobs = defineBuiltin({
  name: 'jobs',
  ash: true,
  *run(shell, args) {
    const { options, operands } = parseOptions(args, 'lpnrs');
    const own = shell.state.jobs;
    const table = operands.length === 0 ? own.visible() : own;
    let listed = table.list().filter((job) => !job.foreground);
    if (operands.length > 0) {
      listed = [];
      for (const operand of operands) {
        const job = table.find(operand);
        if (!job || job === 'ambiguous') return yield* complainAs(shell, 'jobs', `${operand}: no such job`);
        listed.push(job);
      }
    }
    if (options.has('r')) listed = listed.filter((job) => !jobEnded(job));
    if (options.has('s')) listed = listed.filter((job) => job.processes.some((process) => process.stopped));
    const texts = listed.map((job) =>
      options.has('p') ? `${String(job.processes[0]?.pid ?? 0)}\n` : table.describe(job, options.has('l')),
    );
    for (const [index, job] of listed.entries()) {
      yield* shell.out(texts[index]);
      if (jobEnded(job) && table === own) table.remove(job);
    }
    return 0;
  },
});

/** The job that `fg`, `bg` and `disown` mean. */
function* operandJob(shell: Shell, name: string, operand: string | undefined): Coroutine<Job | undefined> {
  const job = operand === undefined ? shell.state.jobs.current() : shell.state.jobs.find(operand);
  if (job && job !== 'ambiguous') return job;
  yield* complainAs(
    shell,
    name,
    job === 'ambiguous' ? `${operand}: ambiguous job spec` : `${operand ?? 'current'}: no such job`,
  );
  return undefined;
}

const fg = defineBuiltin({
  name: 'fg',
  ash: true,
  *run(shell, args) {
    if (!shell.option('monitor')) return yield* complainAs(shell, 'fg', 'no job control');
    const job = yield* operandJob(shell, 'fg', args[0]);
    if (!job) return 1;
    yield* shell.out(`${job.text}\n`);
    if (jobEnded(job)) {
      shell.state.jobs.remove(job);
      return yield* complainAs(shell, 'fg', 'job has terminated');
    }
    job.foreground = true;
    for (const process of job.processes) process.kill('CONT');
    return yield* waitForForeground(shell, job);
  },
});

const bg = defineBuiltin({
  name: 'bg',
  ash: true,
  *run(shell, args) {
    if (!shell.option('monitor')) return yield* complainAs(shell, 'bg', 'no job control');
    const job = yield* operandJob(shell, 'bg', args[0]);
    if (!job) return 1;
    if (!job.processes.some((process) => process.stopped))
      return yield* complainAs(shell, 'bg', `job ${job.id} already in background`, 0);
    for (const process of job.processes) process.kill('CONT');
    yield* shell.out(`[${job.id}]${shell.state.jobs.mark(job)} ${job.text} &\n`);
    return 0;
  },
});

const disown = defineBuiltin({
  name: 'disown',
  *run(shell, args) {
    const { options, operands } = parseOptions(args, 'ahr');
    if (options.has('h')) return 0;
    if (options.has('a')) {
      for (const job of shell.state.jobs.list()) shell.state.jobs.remove(job);
      return 0;
    }
    for (const operand of operands.length > 0 ? operands : [undefined]) {
      const byPid =
        operand !== undefined && /^\d+$/.test(operand) ? shell.state.jobs.byPid(Number(operand)) : undefined;
      const job = byPid ?? (yield* operandJob(shell, 'disown', operand));
      if (!job) return 1;
      shell.state.jobs.remove(job);
    }
    return 0;
  },
});

const wait = defineBuiltin({
  name: 'wait',
  ash: true,
  *run(shell, args) {
    const { options, operands } = parseOptions(args, 'fnp:');
    if (options.has('n')) return yield* waitForAny(shell);
    if (operands.length === 0) {
      const status = yield* waitForAll(shell);
      if (status !== undefined) return status;
      return 0;
    }
    let status = 0;
    for (const operand of operands) status = yield* waitForOperand(shell, operand);
    return status;
  },
});

function* waitForAll(shell: Shell): Coroutine<number | undefined> {
  const { jobs: table, lastBackgroundPid } = shell.state;
  const remembers = shell.flavour !== 'ash' && !shell.interactive;
  // A script's shell keeps its last job, if that ended before its turn, until somebody is told of it (jobs.c,
  // wait_for_background_pids and mark_dead_jobs_as_notified).
  const gone: Job[] = [];
  for (const job of table.list()) {
    const early = jobEnded(job);
    for (const process of job.processes) {
      const interrupted = yield* waitOrSignal(shell, process.exited);
      if (interrupted !== undefined) return interrupted;
    }
    if (!early || !remembers || job.processes.at(-1)?.pid !== lastBackgroundPid) gone.push(job);
  }
  yield* notifyJobs(shell);
  for (const job of gone) table.remove(job);
  return undefined;
}

function* waitForAny(shell: Shell): Coroutine<number> {
  const running = shell.state.jobs.list();
  if (running.length === 0) return 127;
  for (;;) {
    const ended = running.find(jobEnded);
    if (ended) {
      const status = jobStatus(ended);
      yield* notifyJobs(shell);
      shell.state.jobs.remove(ended);
      return status;
    }
    yield {
      on: [
        ...running.flatMap((job) =>
          job.processes.filter((process) => !process.exitStatus).map((process) => process.exited),
        ),
        shell.process.signalArrived,
      ],
    };
    if (shell.process.pendingSignals.length > 0) return 130;
  }
}

function* waitForOperand(shell: Shell, operand: string): Coroutine<number> {
  const { jobs: table } = shell.state;
  if (operand.startsWith('%')) {
    const job = table.find(operand);
    if (!job || job === 'ambiguous') return yield* complainAs(shell, 'wait', `${operand}: no such job`, 127);
    return yield* waitForBackground(shell, job);
  }
  if (!/^\d+$/.test(operand)) return yield* complainAs(shell, 'wait', `\`${operand}': not a pid or valid job spec`, 2);
  const pid = Number(operand);
  const job = table.byPid(pid);
  if (!job) {
    const ended = table.endedStatus(pid);
    return ended ?? (yield* complainAs(shell, 'wait', `pid ${pid} is not a child of this shell`, 127));
  }
  const process = job.processes.find((candidate) => candidate.pid === pid);
  if (process !== job.processes.at(-1) && process) {
    const interrupted = yield* waitOrSignal(shell, process.exited);
    return interrupted ?? process.exitStatus?.code ?? 0;
  }
  return yield* waitForBackground(shell, job);
}

const suspend = defineBuiltin({
  name: 'suspend',
  *run(shell) {
    return yield* complainAs(shell, 'suspend', 'cannot suspend: no job control');
  },
});

export const JOB_BUILTINS: readonly Builtin[] = [bg, disown, fg, jobs, suspend, wait];
