import type { Machine } from '../machine.js';
import { Process, type SpawnOptions } from './process.js';
import type { Signal } from './signal.js';

/** The processes of one machine. Process ids count up from 1. */
export class ProcessTable {
  private readonly alive = new Map<number, Process>();
  private nextPid: number;

  constructor(
    private readonly machine: Machine,
    firstPid = 1,
  ) {
    this.nextPid = firstPid;
  }

  /** Starts a program; its first step runs at this instant, after what is already queued. */
  spawn(options: SpawnOptions, parent?: Process): Process {
    this.machine.allowance?.admit('processes', this.alive.size + 1);
    this.machine.simulation.charge('processes', 1);
    const process = new Process(this.machine, this.nextPid++, parent, options);
    this.alive.set(process.pid, process);
    process.start();
    return process;
  }

  get(pid: number): Process | undefined {
    return this.alive.get(pid);
  }

  /** By ascending process id. */
  list(): Process[] {
    return [...this.alive.values()];
  }

  signalGroup(group: number, signal: Signal): void {
    for (const process of this.list()) if (process.group === group) process.kill(signal);
  }

  /** Ends everything that runs, as when the machine goes down. */
  killAll(): void {
    for (const process of this.list()) process.kill('KILL');
  }

  /** Only for `Process`, when it has ended. */
  remove(process: Process): void {
    if (this.alive.delete(process.pid)) this.machine.simulation.charge('processes', -1);
  }
}
