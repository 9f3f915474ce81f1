import { DEFAULT_UMASK } from '../filesystem/file-tree.js';
import { AllowanceExceededError } from '../allowance.js';
import { invariant } from '../invariant.js';
import type { Credentials } from '../filesystem/credentials.js';
import type { Machine } from '../machine.js';
import type { Timer } from '../simulation.js';
import type { Coroutine, Program, Wait } from './program.js';
import { SIGNALS, defaultAction, type Signal } from './signal.js';
import type { Input, Output } from './stream.js';
import { Suspension, type Sleeper } from './suspension.js';
import { Condition } from './waitable.js';

/** What a process is started with. Unset parts are inherited from the parent. */
export interface SpawnOptions {
  readonly program: Program;
  /** `argv[0]` is the name as it was typed. */
  readonly argv: readonly string[];
  readonly title?: string;
  /** Variables, or what makes them: asked for when somebody looks at them first. */
  readonly env?: ReadonlyMap<string, string> | (() => ReadonlyMap<string, string>);
  readonly cwd?: string;
  readonly user?: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The process group, for signals from a terminal; by default the parent's. */
  readonly group?: number;
  /** When it seems to have started; now by default. */
  readonly startedAt?: number;
}

const ASKS_TO_END: ReadonlySet<Signal> = new Set<Signal>(['HUP', 'INT', 'QUIT', 'TERM']);

/** How a process ended: `code` as `$?` shows it (128 + n after a signal). */
export interface ExitStatus {
  readonly code: number;
  readonly signal?: Signal;
  /** Set when the kernel's OOM killer ended it. */
  readonly oomKilled?: boolean;
}

/** A running program: a coroutine with streams, an environment, a working directory, signals and an exit status. */
export class Process implements Sleeper {
  cwd: string;
  /** What is taken away from the mode of new files and directories. */
  umask: number;
  user: string;
  group: number;
  argv: readonly string[];
  /** What lists show in place of its words, for programs that say what they do (setproctitle(3)). */
  title: string | undefined;
  stdin: Input;
  stdout: Output;
  stderr: Output;
  /** Ready once the process has ended. */
  readonly exited = new Condition();
  /** Ready while caught signals wait in `pendingSignals`; a program that catches signals waits on it too. */
  readonly signalArrived = new Condition();
  readonly pendingSignals: Signal[] = [];
  readonly startTime: number;
  exitStatus: ExitStatus | undefined;
  stopped = false;
  /** CPU in use at present, a thousand millionth of a core each; the kubelet measures it. */
  cpuNanocores = 0;
  private memory = 0;
  private rights: { readonly of: string; readonly as: Credentials | undefined } | undefined;
  private environment: Map<string, string> | undefined;
  /** Signals that are caught, and those that are ignored: a bit for each number. */
  private caught = 0;
  private ignored = 0;
  /** The status to exit with on a signal that asks a program to end, for programs that say so. */
  private signalExit: number | undefined;
  private coroutine: Coroutine<number> | undefined;
  private suspension: Suspension | undefined;
  private missedWake: number | undefined;
  private thaw: Condition | undefined;
  private running = false;
  timer: Timer | undefined;

  constructor(
    readonly machine: Machine,
    readonly pid: number,
    readonly parent: Process | undefined,
    private readonly options: SpawnOptions,
  ) {
    if (typeof options.env !== 'function') this.environment = new Map(options.env ?? parent?.env ?? []);
    this.cwd = options.cwd ?? parent?.cwd ?? '/';
    this.umask = parent?.umask ?? DEFAULT_UMASK;
    this.user = options.user ?? parent?.user ?? 'root';
    this.group = options.group ?? parent?.group ?? pid;
    this.argv = options.argv;
    this.title = options.title;
    this.stdin = options.stdin;
    this.stdout = options.stdout;
    this.stderr = options.stderr;
    this.startTime = options.startedAt ?? machine.simulation.now();
  }

  /** As lists show it: its title, or its words. */
  get commandLine(): string {
    return this.title ?? this.argv.join(' ');
  }

  get env(): Map<string, string> {
    if (!this.environment) {
      const { env } = this.options;
      this.environment = new Map(typeof env === 'function' ? env() : env);
    }
    return this.environment;
  }

  /** Called once by the machine; the program's first step runs as an event of its own. */
  start(): void {
    invariant(!this.coroutine, 'a process starts once');
    this.coroutine = this.options.program(this);
    this.timer = this.machine.simulation.resumeAfter(0, this, -1);
  }

  /** Takes the first step at once. */
  hurry(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.resume(-1);
  }

  /** Bytes of memory in use, as cgroups count them; the machine is told of each change. */
  get memoryBytes(): number {
    return this.memory;
  }

  set memoryBytes(bytes: number) {
    this.memory = bytes;
    this.machine.memoryOwner?.memoryChanged(this.machine);
  }

  /** Says that a signal is to be caught (it then arrives in `pendingSignals`), ignored, or back to its default. */
  setSignalHandler(signal: Signal, handler: 'catch' | 'ignore' | 'default'): void {
    if (signal === 'KILL' || signal === 'STOP') return;
    const bit = 1 << SIGNALS[signal];
    this.caught = handler === 'catch' ? this.caught | bit : this.caught & ~bit;
    this.ignored = handler === 'ignore' ? this.ignored | bit : this.ignored & ~bit;
  }

  /** Says that the program exits with a status of its own on INT, TERM, HUP and QUIT; undefined for their defaults. */
  exitOnSignals(code: number | undefined): void {
    this.signalExit = code;
  }

  /**
   * `execve(2)`: the process goes on as another program, whose coroutine the caller then delegates to. Caught
   * signals get their default action back; the former streams are the caller's to close.
   */
  exec(image: Pick<SpawnOptions, 'argv' | 'stdin' | 'stdout' | 'stderr'> & { env: ReadonlyMap<string, string> }): void {
    this.argv = image.argv;
    this.title = undefined;
    this.stdin = image.stdin;
    this.stdout = image.stdout;
    this.stderr = image.stderr;
    const entries = [...image.env];
    this.env.clear();
    for (const [name, value] of entries) this.env.set(name, value);
    this.caught = 0;
    this.signalExit = undefined;
  }

  /** Delivers a signal. */
  kill(signal: Signal, details: { readonly oomKilled?: boolean } = {}): void {
    if (this.exitStatus) return;
    const bit = 1 << SIGNALS[signal];
    if (signal === 'CONT') this.continue();
    if ((this.ignored & bit) !== 0) return;
    if ((this.caught & bit) !== 0) {
      this.pendingSignals.push(signal);
      this.signalArrived.set();
      return;
    }
    if (this.signalExit !== undefined && ASKS_TO_END.has(signal)) {
      this.terminate({ code: this.signalExit });
      return;
    }
    const action = defaultAction(signal);
    if (action === 'stop') this.stopped = true;
    else if (action === 'terminate') this.terminate({ code: 128 + SIGNALS[signal], signal, ...details });
  }

  /** Takes the next caught signal, if there is one. */
  takeSignal(): Signal | undefined {
    const signal = this.pendingSignals.shift();
    if (this.pendingSignals.length === 0) this.signalArrived.clear();
    return signal;
  }

  /** While it is stopped: ready once it goes on, or has ended. */
  get continued(): Condition | undefined {
    return this.stopped ? (this.thaw ??= new Condition()) : undefined;
  }

  private continue(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.thaw?.set();
    this.thaw = undefined;
    const missed = this.missedWake;
    this.missedWake = undefined;
    if (missed !== undefined) this.resume(missed);
  }

  private terminate(status: ExitStatus): void {
    this.suspension?.cancel();
    this.timer?.cancel();
    const coroutine = this.coroutine;
    this.finish(status);
    // Runs the program's `finally` blocks; what they still yield is not waited for.
    // One that ends itself is still running here; `resume` does it then.
    if (!this.running) coroutine?.return(status.code);
  }

  private finish(status: ExitStatus): void {
    this.exitStatus = status;
    this.stdout.close();
    this.stderr.close();
    this.stdin.close();
    this.machine.processes.remove(this);
    this.thaw?.set();
    this.exited.set();
  }

  /** Called by the event queue: the wait is over. */
  resume(index: number): void {
    if (this.exitStatus || !this.coroutine) return;
    if (this.stopped) {
      this.missedWake = index;
      return;
    }
    const coroutine = this.coroutine;
    this.running = true;
    const step = this.advance(coroutine, index);
    this.running = false;
    // The program may have been ended by a signal it sent itself, which TypeScript cannot see here.
    if (this.hasEnded()) {
      if (!step.done) coroutine.return(0);
      return;
    }
    if (step.done) this.finish({ code: step.value & 255 });
    else this.suspend(step.value);
  }

  /**
   * Runs the program to its next wait, on its machine's allowance. One that goes beyond it, or recurses or grows beyond
   * what the host can hold, ends like any other such program.
   */
  private advance(coroutine: Coroutine<number>, index: number): IteratorResult<Wait, number> {
    const { simulation, allowance, files } = this.machine;
    const [outer, actor, umask] = [simulation.allowance, files.actor, files.umask];
    simulation.allowance = allowance;
    files.actor = this.credentials();
    files.umask = this.umask;
    try {
      return coroutine.next({ index });
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof AllowanceExceededError)) throw error;
      const signal = error.message.includes('call stack') ? 'SEGV' : 'KILL';
      if (error instanceof RangeError && signal === 'KILL') allowance?.overflowed('bytes');
      this.finish({ code: 128 + SIGNALS[signal], signal });
      return { done: true, value: 0 };
    } finally {
      simulation.allowance = outer;
      files.actor = actor;
      files.umask = umask;
    }
  }

  /** Whose rights count at files while it runs; undefined for root's. */
  private credentials(): Credentials | undefined {
    if (this.user === 'root') return undefined;
    if (this.rights?.of !== this.user) this.rights = { of: this.user, as: this.machine.credentialsOf(this.user) };
    return this.rights.as;
  }

  /** Does something for this process while another runs (it answers a client): with its rights at files. */
  onBehalf<T>(work: () => T): T {
    const { files } = this.machine;
    const { actor, umask } = files;
    files.actor = this.credentials();
    files.umask = this.umask;
    try {
      return work();
    } finally {
      files.actor = actor;
      files.umask = umask;
    }
  }

  private hasEnded(): boolean {
    return this.exitStatus !== undefined;
  }

  private suspend(wait: Wait): void {
    this.suspension = new Suspension(this.machine.simulation, this);
    this.suspension.begin(wait);
  }
}
