import type { Allowance } from './allowance.js';
import { credentialsOf, type Credentials } from './filesystem/credentials.js';
import type { FileSystem } from './filesystem/file-system.js';
import type { NetworkStack } from './network/network-stack.js';
import { PidNamespace, ProcessTable } from './process/process-table.js';
import type { Program } from './process/program.js';
import type { Simulation } from './simulation.js';

/** Finds the program behind an executable file's `program` mark, or undefined when there is none. */
export type ProgramTable = ReadonlyMap<string, Program>;

/** A typed name under which a machine offers something that is neither a file nor on the network (a Docker engine…). */
export interface FacilityKey<T> {
  readonly name: string;
  /** Only for the type checker. */
  readonly phantom?: T;
}

export interface MachineOptions {
  readonly hostname: string;
  readonly simulation: Simulation;
  readonly files: FileSystem;
  readonly network: NetworkStack;
  readonly programs: ProgramTable;
  readonly firstPid?: number;
  /** Shared with other machines; its own when left out. */
  readonly pids?: PidNamespace | undefined;
  readonly memoryOwner?: MemoryOwner;
}

/** Who limits the memory of a machine's processes: told when one says that its use has changed (cgroup limits). */
export interface MemoryOwner {
  memoryChanged(machine: Machine): void;
}

/** Where processes run: a node, a container, the student's workstation. Has files, a network stack, programs, processes. */
export class Machine {
  hostname: string;
  readonly simulation: Simulation;
  readonly files: FileSystem;
  readonly network: NetworkStack;
  readonly programs: ProgramTable;
  readonly processes: ProcessTable;
  /** What the programs here may use up; undefined for the replay's budgets alone. */
  allowance: Allowance | undefined;
  readonly memoryOwner: MemoryOwner | undefined;
  private facilities: Map<string, unknown> | undefined;

  constructor(options: MachineOptions) {
    this.hostname = options.hostname;
    this.simulation = options.simulation;
    this.files = options.files;
    this.network = options.network;
    this.programs = options.programs;
    this.memoryOwner = options.memoryOwner;
    this.processes = new ProcessTable(this, options.pids ?? new PidNamespace(options.firstPid));
  }

  /** What a user may do with files here, by /etc/passwd and /etc/group; undefined for root. */
  credentialsOf(user: string): Credentials | undefined {
    const { files } = this;
    const { actor } = files;
    files.actor = undefined;
    const [passwd, group] = ['/etc/passwd', '/etc/group'].map((path) => files.readFile(path));
    files.actor = actor;
    return credentialsOf(user, passwd.ok ? passwd.value : '', group.ok ? group.value : '');
  }

  provide<T>(key: FacilityKey<T>, facility: T): void {
    (this.facilities ??= new Map()).set(key.name, facility);
  }

  facility<T>(key: FacilityKey<T>): T | undefined {
    return this.facilities?.get(key.name) as T | undefined;
  }
}
