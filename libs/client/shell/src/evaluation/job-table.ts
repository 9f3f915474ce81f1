import { SIGNALS, type Process, type Signal } from '@seatrial/kernel';

/** A pipeline or list that was started together. */
export interface Job {
  readonly id: number;
  /** In the order of the pipeline; the last one's status is the job's. */
  readonly processes: readonly Process[];
  readonly text: string;
  readonly group: number;
  foreground: boolean;
  /** Its end was told to the user. */
  notified: boolean;
}

const SIGNAL_TEXTS: Readonly<Partial<Record<Signal, string>>> = {
  HUP: 'Hangup',
  INT: 'Interrupt',
  QUIT: 'Quit',
  ABRT: 'Aborted',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  PIPE: 'Broken pipe',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
};

export function signalText(signal: Signal): string {
  return SIGNAL_TEXTS[signal] ?? `Unknown signal ${String(SIGNALS[signal])}`;
}

export function jobEnded(job: Job): boolean {
  return job.processes.every((process) => process.exitStatus !== undefined);
}

export function jobStatus(job: Job): number {
  return job.processes.at(-1)?.exitStatus?.code ?? 0;
}

/** `Running`, `Done`, `Exit 3`, `Terminated`, `Stopped`. */
export function jobStateText(job: Job): string {
  if (!jobEnded(job)) return job.processes.some((process) => process.stopped) ? 'Stopped' : 'Running';
  const status = job.processes.at(-1)?.exitStatus;
  if (status?.signal) return signalText(status.signal);
  return status && status.code !== 0 ? `Exit ${String(status.code)}` : 'Done';
}

const MAX_REMEMBERED = 100;

/** The jobs of a shell, as `jobs` lists them. */
export class JobTable {
  private readonly table = new Map<number, Job>();
  private readonly endedPids = new Map<number, number>();
  private currentId: number | undefined;
  private previousId: number | undefined;

  /** `inherited`: the parent's jobs, which a subshell can list as long as it has none of its own. */
  constructor(private readonly inherited?: JobTable) {}

  /** What `jobs` shows: in a substitution or pipeline the jobs of the shell it was taken from. */
  visible(): JobTable {
    return this.inherited && this.table.size === 0 ? this.inherited.visible() : this;
  }

  add(processes: readonly Process[], text: string, group: number, foreground: boolean): Job {
    let id = 1;
    for (const used of this.table.keys()) id = Math.max(id, used + 1);
    const job: Job = { id, processes, text, group, foreground, notified: false };
    this.table.set(id, job);
    if (!foreground) this.resetCurrent();
    return job;
  }

  remove(job: Job): void {
    this.table.delete(job.id);
    if (job.id === this.currentId || job.id === this.previousId) this.resetCurrent();
    for (const process of job.processes) {
      if (!process.exitStatus) continue;
      this.endedPids.set(process.pid, process.exitStatus.code);
      if (this.endedPids.size > MAX_REMEMBERED)
        for (const pid of this.endedPids.keys()) {
          this.endedPids.delete(pid);
          break;
        }
    }
  }

  list(): Job[] {
    return [...this.table.values()].sort((a, b) => a.id - b.id);
  }

  /** The status of a child that is no longer a job, for a late `wait`. */
  endedStatus(pid: number): number | undefined {
    return this.endedPids.get(pid);
  }

  byPid(pid: number): Job | undefined {
    return this.list().find((job) => job.processes.some((process) => process.pid === pid));
  }

  /** `%+`, `%-`: the job that was current when one last began or went, and the one before it. */
  current(offset: 0 | 1 = 0): Job | undefined {
    const id = offset === 0 ? this.currentId : this.previousId;
    return id === undefined || (offset === 1 && id === this.currentId) ? undefined : this.table.get(id);
  }

  /** jobs.c, reset_current: the newest job that runs, and the newest of those before it. */
  private resetCurrent(): void {
    const running = this.list().filter((job) => !job.foreground && !jobEnded(job));
    this.currentId = running.at(-1)?.id;
    this.previousId = running.at(-2)?.id;
  }

  /** A job specification (`%1`, `%%`, `%-`, `%name`, `%?text`). */
  find(specification: string): Job | undefined | 'ambiguous' {
    const name = specification.startsWith('%') ? specification.slice(1) : specification;
    if (name === '' || name === '%' || name === '+') return this.current();
    if (name === '-') return this.current(1) ?? this.current();
    if (/^\d+$/.test(name)) return this.table.get(Number(name));
    const matching = this.list().filter((job) =>
      name.startsWith('?') ? job.text.includes(name.slice(1)) : job.text.startsWith(name),
    );
    return matching.length > 1 ? 'ambiguous' : matching[0];
  }

  mark(job: Job): '+' | '-' | ' ' {
    if (job === this.current()) return '+';
    return job === this.current(1) ? '-' : ' ';
  }

  /** `[1]+  Running                 sleep 5 &`. */
  describe(job: Job, withPid = false): string {
    const state = jobStateText(job);
    const tail = state === 'Running' ? ' &' : '';
    const pid = withPid ? `${String(job.processes[0]?.pid ?? 0)} ` : ' ';
    return `[${String(job.id)}]${this.mark(job)} ${pid}${state.padEnd(24)}${job.text}${tail}\n`;
  }
}
