import {
  AllowanceExceededError,
  Condition,
  TextInput,
  TextOutput,
  waitFor,
  type Coroutine,
  type Machine,
  type Output,
  type Process,
  type Timer,
} from '@seatrial/kernel';
import { createShell } from '../evaluation/create-shell.js';
import { DescriptorTable } from '../evaluation/descriptor-table.js';
import { BreakJump, ContinueJump, DiscardJump, ExitJump, InterruptJump, ReturnJump } from '../evaluation/jumps.js';
import { OpenFile } from '../evaluation/open-file.js';
import { runScriptText } from '../evaluation/run-script.js';
import { newUsage, type Shell } from '../evaluation/shell.js';
import { runToEnd } from '../evaluation/subshell.js';
import { runExitTrap, runTrap } from '../evaluation/traps.js';
import {
  DEFAULT_STEP_BUDGET,
  type ShellSession,
  type ShellSessionOptions,
  type ShellStep,
  type StepBudget,
  type StepOptions,
  type StepStopReason,
} from './shell-session-contract.js';

class Step implements ShellStep {
  readonly finished = new Condition();
  exitCode: number | undefined;
  stopReason: StepStopReason | undefined;
  startTime = 0;

  constructor(
    readonly script: string,
    readonly options: StepOptions,
  ) {}

  finish(exitCode: number): void {
    if (this.finished.ready) return;
    this.exitCode = exitCode;
    this.finished.set();
  }
}

const INTERRUPTED = 130;
/** The status of a step that was stopped over a budget. */
const STOPPED = 125;

function descends(process: Process, ancestor: Process): boolean {
  for (let parent = process.parent; parent; parent = parent.parent) if (parent === ancestor) return true;
  return false;
}

class Session implements ShellSession {
  readonly process: Process;
  private readonly queue: Step[] = [];
  private readonly arrived = new Condition();
  private current: Step | undefined;
  /** The current step or, between steps, the one before. */
  private last: Step | undefined;
  private shell: Shell | undefined;
  private readonly budget: StepBudget;

  constructor(
    private readonly machine: Machine,
    private readonly options: ShellSessionOptions,
  ) {
    this.budget = { ...DEFAULT_STEP_BUDGET, ...options.budget };
    const name = options.name ?? (options.flavour === 'bash' ? 'bash' : 'sh');
    this.process = machine.processes.spawn({
      program: (process) => this.main(process, name),
      argv: [name],
      env: options.env,
      cwd: options.cwd,
      user: options.user,
      stdin: new TextInput(''),
      stdout: new TextOutput(0),
      stderr: new TextOutput(0),
    });
    this.process.exited.subscribe(() => {
      const code = this.process.exitStatus?.code ?? 0;
      for (const step of [this.current, ...this.queue.splice(0)]) step?.finish(code);
    });
  }

  get ended(): boolean {
    return this.process.exitStatus !== undefined;
  }

  run(script: string, options: StepOptions): ShellStep {
    const step = new Step(script, options);
    if (this.ended) step.finish(this.process.exitStatus?.code ?? 0);
    else {
      this.queue.push(step);
      this.arrived.set();
    }
    return step;
  }

  interrupt(): void {
    if (!this.shell || !this.current) return;
    for (const group of this.shell.foregroundGroups) this.machine.processes.signalGroup(group, 'INT');
    this.process.kill('INT');
  }

  interruptForeground(): void {
    const groups = this.shell?.foregroundGroups;
    if (!groups || groups.size === 0) this.interrupt();
    else for (const group of groups) this.machine.processes.signalGroup(group, 'INT');
  }

  close(): void {
    const jobs = this.shell?.state.jobs.list() ?? [];
    for (const job of jobs) for (const process of job.processes) process.kill('HUP');
    this.process.kill('KILL');
  }

  private *main(process: Process, name: string): Coroutine<number> {
    const { flavour, interactive, expandsAliases } = this.options;
    const usage = newUsage(this.budget);
    const shell = createShell(process, { flavour, name, interactive: interactive ?? false, usage });
    shell.state.options.add('monitor');
    if (expandsAliases === true) shell.state.shopt.add('expand_aliases');
    shell.inputLetter = 's';
    this.shell = shell;
    for (const signal of ['INT', 'QUIT', 'TSTP', 'TTIN', 'TTOU'] as const)
      process.setSignalHandler(signal, signal === 'INT' ? 'catch' : 'ignore');
    return yield* runToEnd(shell, () => this.loop(shell));
  }

  private *loop(shell: Shell): Coroutine<number> {
    for (;;) {
      while (this.queue.length === 0) {
        this.arrived.clear();
        yield* waitFor([this.arrived]);
      }
      const step = this.queue.shift();
      if (!step) continue;
      this.current = step;
      this.last = step;
      step.finish(yield* this.runStep(shell, step));
      this.current = undefined;
    }
  }

  abort(reason: StepStopReason, signal: 'INT' | 'KILL' = 'INT'): void {
    const step = this.last;
    if (!step) return;
    step.stopReason ??= reason;
    for (const process of this.machine.processes.list())
      if (process.startTime >= step.startTime && descends(process, this.process)) process.kill('KILL');
    if (this.current || signal === 'KILL') this.process.kill(signal);
  }

  private counted(output: Output, count: { bytes: number }): Output {
    const limit = this.budget.outputBytes;
    return {
      isTerminal: output.isTerminal,
      write: (text) => {
        count.bytes += text.length;
        if (count.bytes > limit && count.bytes - text.length <= limit)
          this.abort({ kind: 'budget', budget: 'outputBytes', limit });
        return output.write(text);
      },
      close: () => undefined,
    };
  }

  private *runStep(shell: Shell, step: Step): Coroutine<number> {
    const count = { bytes: 0 };
    step.startTime = this.machine.simulation.now();
    shell.usage = newUsage(this.budget, (budget) => {
      this.abort({ kind: 'budget', budget, limit: this.budget[budget] });
    });
    const saved = shell.descriptors;
    const table = new DescriptorTable();
    table.set(0, new OpenFile(step.options.stdin ?? new TextInput(''), undefined));
    table.set(1, new OpenFile(undefined, this.counted(step.options.stdout, count)));
    table.set(2, new OpenFile(undefined, this.counted(step.options.stderr, count)));
    shell.descriptors = table;
    shell.foregroundGroups.clear();
    shell.frames.length = 0;
    shell.frames.push({ kind: 'file', name: shell.state.name, line: 0 });
    // A step is a sourced file.
    shell.traceDepth = 1;
    let timer: Timer | undefined;
    const { timeoutMs } = step.options;
    if (timeoutMs !== undefined)
      timer = this.machine.simulation.after(timeoutMs, () => {
        this.interrupt();
      });
    try {
      return yield* this.runText(shell, step);
    } finally {
      timer?.cancel();
      table.closeAll();
      shell.descriptors = saved;
      shell.loopDepth = 0;
      shell.errexitSuspended = 0;
      shell.depth = 0;
      shell.inTrap = false;
      while (shell.process.takeSignal());
    }
  }

  private *runText(shell: Shell, step: Step): Coroutine<number> {
    try {
      const status = yield* runScriptText(shell, step.script);
      yield* runTrap(shell, 'RETURN');
      return status;
    } catch (error) {
      if (error instanceof InterruptJump) {
        step.stopReason ??= { kind: 'interrupted' };
        shell.state.lastStatus = INTERRUPTED;
        return INTERRUPTED;
      }
      if (error instanceof AllowanceExceededError) {
        this.abort({ kind: 'budget', budget: error.budget, limit: error.limit });
        shell.state.lastStatus = STOPPED;
        return STOPPED;
      }
      if (error instanceof ExitJump && step.stopReason) return error.status;
      // The trap on EXIT still writes where the step writes.
      if (error instanceof ExitJump) throw new ExitJump(yield* runExitTrap(shell, error.status));
      if (error instanceof ReturnJump || error instanceof DiscardJump) return error.status;
      if (error instanceof BreakJump || error instanceof ContinueJump) return 0;
      throw error;
    }
  }
}

/** Opens a shell that runs step after step on a machine, like the one bash behind a terminal or a recording. */
export function openShellSession(machine: Machine, options: ShellSessionOptions): ShellSession {
  return new Session(machine, options);
}
