import {
  FileSystem,
  Machine,
  TextInput,
  fail,
  type Coroutine,
  type Input,
  type NetworkStack,
  type Output,
  type PidNamespace,
  type Process,
  type ProgramTable,
  type Signal,
  type Simulation,
} from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { ContainerImage } from '../kubelet-options.js';
import { AttachedInput } from './attached-input.js';
import { ContainerLog } from './container-log.js';
import { resolveExecutable } from './executable.js';

export interface InstanceSettings {
  readonly simulation: Simulation;
  readonly name: string;
  readonly attempt: number;
  readonly image: ContainerImage;
  readonly specHash: string;
  readonly hostname: string;
  readonly argv: readonly string[];
  readonly env: () => ReadonlyMap<string, string>;
  /** `PATH` of `env`. */
  readonly path: string;
  readonly cwd: string;
  readonly user: string;
  readonly programs: ProgramTable;
  /** Process ids shared with other containers; its own when undefined. */
  readonly pids: PidNamespace | undefined;
  /** What the container is created with. */
  readonly resources: ResourceRequirements;
  readonly network: (files: () => FileSystem) => NetworkStack;
  /** Mounts volumes and the files that the kubelet keeps; the error is runc's. */
  readonly prepareFiles: (files: FileSystem) => string | undefined;
  readonly stdin: Input | undefined;
  readonly stopSignal: Signal;
  /** Files have grown. */
  readonly onGrow: () => void;
  /** Its processes have allocated or freed memory. */
  readonly onMemoryChange: () => void;
  readonly onMachine: ((machine: Machine) => void) | undefined;
  readonly onStateChange: (instance: ContainerInstance) => void;
}

function memoryLimitOf(resources: ResourceRequirements): number | undefined {
  const limit = resources.limits?.['memory'];
  return limit === undefined ? undefined : Quantity.of(limit).toNumber();
}

/** Signals whose default action the kernel does not take on a namespace's first process. */
const IGNORED_BY_INIT: readonly Signal[] = [
  'TERM',
  'INT',
  'HUP',
  'QUIT',
  'USR1',
  'USR2',
  'ALRM',
  'PIPE',
  'ABRT',
  'TSTP',
];

/** Standard output or error of a container's main process: goes to the log and to who is attached. */
class ContainerOutput implements Output {
  private log: Output | undefined;

  constructor(private readonly instance: ContainerInstance) {}

  get isTerminal(): boolean {
    return this.instance.settings.stdin?.isTerminal ?? false;
  }

  *write(text: string): Coroutine<boolean> {
    const { instance } = this;
    this.log ??= instance.log.output(() => instance.settings.simulation.now());
    yield* this.log.write(text);
    for (const output of instance.attached) yield* output.write(text);
    return true;
  }

  close(): void {
    this.log?.close();
  }
}

/** One container as the runtime sees it: created, running, then exited. A restart makes a new instance. */
export class ContainerInstance {
  readonly id: string;
  /** The id with the runtime's name, as statuses hold it. */
  readonly reference: string;
  readonly createdAt: number;
  state: 'created' | 'running' | 'exited' = 'created';
  startedAt = 0;
  finishedAt = 0;
  exitCode = 0;
  signal: Signal | undefined;
  reason = '';
  message = '';
  /** The log was removed with the container. */
  removed = false;
  /** How much its files have grown since it was created; mounted volumes included. */
  writtenBytes = 0;
  /** postStart has returned (or there is none). */
  postStartDone = false;
  readonly log: ContainerLog;
  /** Its cgroup's resources now. */
  resources: ResourceRequirements;
  private memoryLimit: number | undefined;
  private machineInstance: Machine | undefined;
  private mountFailure: string | undefined;
  private main: Process | undefined;
  /** What else gets a copy of the main process's output. */
  attached: readonly Output[] = [];

  constructor(readonly settings: InstanceSettings) {
    const { simulation } = settings;
    this.id = simulation.random.hex(64);
    this.reference = ['containerd://', this.id].join('');
    this.createdAt = simulation.now();
    this.resources = settings.resources;
    this.memoryLimit = memoryLimitOf(settings.resources);
    this.log = new ContainerLog((characters) => simulation.charge('bytes', characters));
  }

  get name(): string {
    return this.settings.name;
  }

  get process(): Process | undefined {
    return this.main;
  }

  get running(): boolean {
    return this.state === 'running';
  }

  /** Files, network and processes of the container. */
  get machine(): Machine {
    this.machineInstance ??= this.createMachine();
    return this.machineInstance;
  }

  private createMachine(): Machine {
    const { settings } = this;
    const { simulation } = settings;
    const files = new FileSystem(this, settings.image.createRoot(simulation.now()));
    this.mountFailure = settings.prepareFiles(files);
    const machine = new Machine({
      hostname: settings.hostname,
      simulation,
      files,
      network: settings.network(() => files),
      programs: settings.programs,
      pids: settings.pids,
    });
    machine.onMemoryChange = (process) => this.enforceMemoryLimit(process.machine);
    settings.onMachine?.(machine);
    return machine;
  }

  /** For its file system. */
  now(): number {
    return this.settings.simulation.now();
  }

  /** Its files have grown. */
  onGrow(bytes: number): void {
    this.settings.simulation.charge('bytes', bytes);
    this.writtenBytes += bytes;
    if (bytes > 0) this.settings.onGrow();
  }

  /** Changes its resources while it runs. */
  resize(resources: ResourceRequirements): void {
    this.resources = resources;
    this.memoryLimit = memoryLimitOf(resources);
    if (this.machineInstance) this.enforceMemoryLimit(this.machineInstance);
  }

  /** Blocks were reserved for its files. */
  onReserve(bytes: number): void {
    this.writtenBytes += bytes;
    if (bytes > 0) this.settings.onGrow();
  }

  /** What its processes have allocated together. */
  get memoryBytes(): number {
    if (!this.running || !this.machineInstance) return 0;
    return this.machineInstance.processes.own().reduce((sum, process) => sum + process.memoryBytes, 0);
  }

  private enforceMemoryLimit(machine: Machine): void {
    this.settings.onMemoryChange();
    const limit = this.memoryLimit;
    if (limit === undefined) return;
    const processes = machine.processes.own();
    const used = processes.reduce((sum, process) => sum + process.memoryBytes, 0);
    if (used <= limit) return;
    const victim = processes.reduce((worst, process) => (process.memoryBytes > worst.memoryBytes ? process : worst));
    this.settings.simulation.after(0, () => victim.kill('KILL', { oomKilled: true }));
  }

  /** Starts the main process; the error is the runtime's text. */
  start(): string | undefined {
    const { settings } = this;
    const { files } = this.machine;
    const found =
      this.mountFailure === undefined
        ? resolveExecutable(files, settings.programs, settings.argv, {
            cwd: settings.cwd,
            path: settings.path,
          })
        : fail(this.mountFailure);
    if (!found.ok) {
      this.state = 'exited';
      this.exitCode = 128;
      this.reason = 'StartError';
      this.finishedAt = settings.simulation.now();
      this.message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${found.error}: unknown`;
      this.log.end();
      settings.onStateChange(this);
      return this.message;
    }
    this.state = 'running';
    this.startedAt = settings.simulation.now();
    const main = this.machine.processes.spawn({
      program: found.value.program,
      argv: found.value.argv,
      env: settings.env,
      cwd: settings.cwd,
      user: settings.user,
      stdin: settings.stdin ?? new TextInput(''),
      stdout: new ContainerOutput(this),
      stderr: new ContainerOutput(this),
    });
    if (main.pid === 1) for (const signal of IGNORED_BY_INIT) main.setSignalHandler(signal, 'ignore');
    this.main = main;
    main.exited.subscribe(() => this.exit(main));
    settings.onStateChange(this);
    return undefined;
  }

  /** Copies what the main process writes to another stream, and feeds its open stdin (attach). */
  attach(stdout: Output, stdin?: Input): () => void {
    if (stdin && this.settings.stdin instanceof AttachedInput) this.settings.stdin.attach(stdin);
    this.attached = [...this.attached, stdout];
    return () => {
      this.attached = this.attached.filter((output) => output !== stdout);
    };
  }

  private exit(main: Process): void {
    const status = main.exitStatus;
    if (!status || this.state === 'exited') return;
    this.state = 'exited';
    this.finishedAt = this.settings.simulation.now();
    this.exitCode = status.code;
    this.signal = undefined;
    this.reason = status.oomKilled ? 'OOMKilled' : status.code === 0 ? 'Completed' : 'Error';
    this.machine.processes.killAll();
    this.log.end();
    this.settings.onStateChange(this);
  }

  /** Sends a signal to the main process. */
  kill(signal: Signal): void {
    if (this.state === 'running') this.main?.kill(signal);
  }
}
