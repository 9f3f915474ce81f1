import type { Machine } from '../machine.js';
import { Process, type SpawnOptions } from './process.js';
import type { Signal } from './signal.js';

/** Processes that see each other: those of one machine, or of several that share the namespace. Ids count up. */
export class PidNamespace {
  readonly alive = new Map<number, Process>();
  /** Processes that nobody has looked for yet, by their ids. */
  private readonly unborn = new Map<number, () => Process | undefined>();

  constructor(private nextPid = 1) {}

  take(): number {
    return this.nextPid++;
  }

  /** A process that is made when somebody looks for processes; none when `make` has none any more. */
  expect(make: (pid: number) => Process | undefined): void {
    const pid = this.take();
    this.unborn.set(pid, () => make(pid));
  }

  /** Makes those that were expected. */
  settle(): void {
    if (this.unborn.size === 0) return;
    const expected = [...this.unborn];
    this.unborn.clear();
    for (const [pid, make] of expected) {
      const process = make();
      if (process) this.alive.set(pid, process);
    }
    const sorted = [...this.alive].sort(([a], [b]) => a - b);
    this.alive.clear();
    for (const [pid, process] of sorted) this.alive.set(pid, process);
  }
}

/** The processes of one machine, and those that share its namespace of process ids. */
export class ProcessTable {
  constructor(
    private readonly machine: Machine,
    readonly namespace: PidNamespace,
  ) {}

  /** Starts a program; its first step runs at this instant, after what is already queued. */
  spawn(options: SpawnOptions, parent?: Process): Process {
    const { alive } = this.namespace;
    this.machine.allowance?.admit('processes', alive.size + 1);
    this.machine.simulation.charge('processes', 1);
    const process = new Process(this.machine, this.namespace.take(), parent, options);
    alive.set(process.pid, process);
    process.start();
    return process;
  }

  /**
   * A child that does nothing that anybody sees but to be there: it has its id and its start now, but costs nothing until
   * somebody looks for processes. There is none when its parent has ended by then.
   */
  spawnUnseen(options: SpawnOptions, parent: Process, made?: (process: Process) => void): void {
    const startedAt = this.machine.simulation.now();
    this.namespace.expect((pid) => {
      if (parent.exitStatus) return undefined;
      this.machine.simulation.charge('processes', 1);
      const process = new Process(this.machine, pid, parent, { startedAt, ...options });
      process.start();
      made?.(process);
      return process;
    });
  }

  get(pid: number): Process | undefined {
    this.namespace.settle();
    return this.namespace.alive.get(pid);
  }

  /** All that the namespace holds, by ascending process id. */
  list(): Process[] {
    this.namespace.settle();
    return [...this.namespace.alive.values()];
  }

  /** Those of this machine. */
  own(): Process[] {
    return this.list().filter((process) => process.machine === this.machine);
  }

  /** Sends a signal from inside the namespace, whose first process nobody there can kill or stop (pid_namespaces(7)). */
  send(process: Process, signal: Signal): void {
    if (process.pid === 1 && (signal === 'KILL' || signal === 'STOP')) return;
    process.kill(signal);
  }

  signalGroup(group: number, signal: Signal): void {
    for (const process of this.list()) if (process.group === group) this.send(process, signal);
  }

  /** Ends everything that runs on this machine, as when it goes down. */
  killAll(): void {
    for (const process of this.own()) process.kill('KILL');
  }

  /** Only for `Process`, when it has ended. */
  remove(process: Process): void {
    if (this.namespace.alive.delete(process.pid)) this.machine.simulation.charge('processes', -1);
  }
}
