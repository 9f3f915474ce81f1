import type { CommandNode } from '../syntax/script-node.js';
import { SIGNALS, sleep, type Coroutine, type Machine, type Process, type Signal } from '@seatrial/kernel';
import { DEFAULT_STEP_BUDGET, type ShellFlavour, type StepBudget } from '../session/shell-session-contract.js';
import { DescriptorTable } from './descriptor-table.js';
import { JobTable } from './job-table.js';
import { DiscardJump, ExitJump } from './jumps.js';
import { cloneState, type ShellState } from './shell-state.js';

/** What a step has used up; shared by the shell and all its subshells. */
export interface StepUsage {
  commands: number;
  readonly budget: StepBudget;
  /** Called once when a budget is gone; ends the step. */
  readonly onExceeded?: (budget: keyof StepBudget) => void;
}

/** Builtin commands that take one virtual millisecond together, so that busy loops get on in time. */
const BUILTINS_PER_MILLISECOND = 20;
/** After that many of these milliseconds without any other wait, a loop is busy waiting. */
const BUSY_AFTER_STEPS = 1000;
const STEPS_PER_DOUBLING = 50;
const MAX_STEP_MS = 1000;
/** Output takes a moment now and then: who only writes is busy all the same. */
const WRITING_MS = 4;
const WHOLE_CORE = 1_000_000_000;

/** Where a message comes from: the file or function that is running. */
export interface SourceFrame {
  readonly kind: 'file' | 'function';
  readonly name: string;
  /** The line of the call. */
  readonly line: number;
}

/**
 * One shell environment: what POSIX calls the shell execution environment, plus where it runs. Subshells have
 * their own, copied from their parent's.
 */
export class Shell {
  line = 1;
  loopDepth = 0;
  /** Above 0 while `errexit` does not count (conditions, `!`, left of `&&`). */
  errexitSuspended = 0;
  /** Commands in substitutions and functions inside each other. */
  depth = 0;
  readonly frames: SourceFrame[] = [];
  /** `-c` text or a file: what the error prefix of a syntax error says. */
  sourceLabel: string;
  private builtinsRun = 0;
  private busySteps = 0;
  private passedAt = -1;
  /** How often `set -x` repeats the first character of `PS4`, less one: sourced files, `eval`, substitutions. */
  traceDepth = 0;
  /** Set while a trap's commands run. */
  inTrap = false;
  /** Process groups that get an interrupt from the terminal. */
  readonly foregroundGroups = new Set<number>();
  lastSubstitutionStatus: number | undefined;
  /** `$BASH_COMMAND`: the command that runs, as it was written. */
  commandText = '';
  /** Work to do when the current command ends (process substitutions). */
  cleanups: (() => Coroutine<void>)[] = [];

  constructor(
    readonly process: Process,
    readonly flavour: ShellFlavour,
    public state: ShellState,
    public descriptors: DescriptorTable,
    readonly interactive: boolean,
    public usage: StepUsage,
    readonly subshellLevel: number = 0,
  ) {
    this.sourceLabel = state.name;
    this.shellPid = process.pid;
  }

  get machine(): Machine {
    return this.process.machine;
  }

  option(name: Parameters<ShellState['options']['has']>[0]): boolean {
    return this.state.options.has(name);
  }

  charge(steps: number): void {
    this.machine.simulation.charge('steps', steps);
  }

  /** Counts a command against the budgets; builtins let a little virtual time pass now and then. */
  *countCommand(): Coroutine<void> {
    this.charge(1);
    this.usage.commands++;
    if (this.usage.commands > this.usage.budget.commands) this.exceeded('commands');
    if (++this.builtinsRun % BUILTINS_PER_MILLISECOND === 0) yield* this.passTime();
  }

  /** Lets time pass; a loop that does nothing else takes ever longer steps, and counts as using a whole core. */
  private *passTime(): Coroutine<void> {
    const { simulation } = this.machine;
    if (simulation.now() - this.passedAt <= WRITING_MS) this.busySteps++;
    else {
      this.busySteps = 0;
      this.process.cpuNanocores = 0;
    }
    const busy = this.busySteps - BUSY_AFTER_STEPS;
    if (busy === 0) this.process.cpuNanocores = WHOLE_CORE;
    yield* sleep(busy <= 0 ? 1 : Math.min(MAX_STEP_MS, 2 ** Math.ceil(busy / STEPS_PER_DOUBLING)));
    this.passedAt = simulation.now();
  }

  exceeded(budget: keyof StepBudget): never {
    this.usage.onExceeded?.(budget);
    throw new ExitJump(125);
  }

  /** Guards against functions and substitutions that call themselves without end. */
  *deeper<T>(body: () => Coroutine<T>): Coroutine<T> {
    if (this.depth >= this.usage.budget.depth) this.exceeded('depth');
    this.depth++;
    try {
      return yield* body();
    } finally {
      this.depth--;
    }
  }

  *write(descriptor: number, text: string): Coroutine<boolean> {
    if (text === '') return true;
    const output = this.descriptors.get(descriptor)?.output;
    if (!output) return false;
    if (yield* output.write(text)) return true;
    // Nobody reads any more: a builtin dies of SIGPIPE like any other command would.
    throw new ExitJump(128 + SIGNALS.PIPE);
  }

  out(text: string): Coroutine<boolean> {
    return this.write(1, text);
  }

  /** Where a message says it comes from: `bash: line 3: `, or `sh: `. */
  messagePrefix(): string {
    const file = this.frames.findLast((frame) => frame.kind === 'file')?.name ?? this.state.name;
    if (this.flavour === 'ash')
      return this.interactive || !this.isScript() ? `${file}: ` : `${file}: line ${this.line}: `;
    return this.interactive ? `${file}: ` : `${file}: line ${this.line}: `;
  }

  /** Set when commands come from a file. */
  scriptFile = false;
  /** The command after which this process has nothing to do, where that is known: a program takes the process over. */
  last: CommandNode | undefined;
  /** How commands came, as `$-` shows it: `c`, `s` or nothing. */
  inputLetter = '';
  /** `$$`: the process of the outermost shell. */
  shellPid: number;

  private isScript(): boolean {
    return this.scriptFile;
  }

  /** A message on standard error with the prefix in front. */
  *complain(text: string): Coroutine<void> {
    yield* this.write(2, `${this.messagePrefix()}${text}\n`);
  }

  /** Complains, then gives up the whole command line. */
  *discard(text: string, status = 1): Coroutine<never> {
    yield* this.complain(text);
    throw new DiscardJump(status);
  }

  /**
   * A copy for commands whose changes must not be seen outside; it runs in the given process. `showsJobs`: its
   * `jobs` lists this shell's (substitutions, `jobs | …`).
   */
  subshell(process: Process, showsJobs = false): Shell {
    const state = cloneState(this.state, new JobTable(showsJobs ? this.state.jobs : undefined));
    state.options.delete('monitor');
    return this.inProcess(process, this.descriptors.clone(), state);
  }

  /** The same place in the script with the given state, as a subshell in a process. */
  inProcess(process: Process, descriptors: DescriptorTable, state: ShellState): Shell {
    const copy = new Shell(process, this.flavour, state, descriptors, false, this.usage, this.subshellLevel + 1);
    copy.line = this.line;
    copy.commandText = this.commandText;
    copy.traceDepth = this.traceDepth;
    copy.depth = this.depth;
    copy.errexitSuspended = this.errexitSuspended;
    copy.sourceLabel = this.sourceLabel;
    copy.scriptFile = this.scriptFile;
    copy.inputLetter = this.inputLetter;
    copy.shellPid = this.shellPid;
    copy.frames.push(...this.frames);
    return copy;
  }

  /** Runs a body one level deeper for `set -x`. */
  *traced<T>(body: () => Coroutine<T>): Coroutine<T> {
    this.traceDepth++;
    try {
      return yield* body();
    } finally {
      this.traceDepth--;
    }
  }

  /** `$IFS`, or its default. */
  get fieldSeparators(): string {
    return this.state.variables.read('IFS') ?? ' \t\n';
  }

  /** Sets handlers of signals that traps watch. */
  updateSignalHandler(signal: Signal): void {
    const command = this.state.traps.get(signal);
    this.process.setSignalHandler(signal, command === undefined ? 'default' : command === '' ? 'ignore' : 'catch');
  }
}

export function newUsage(budget?: Partial<StepBudget>, onExceeded?: StepUsage['onExceeded']): StepUsage {
  return { commands: 0, budget: { ...DEFAULT_STEP_BUDGET, ...budget }, ...(onExceeded ? { onExceeded } : {}) };
}
