import {
  FileSystem,
  Machine,
  TextInput,
  fail,
  type Coroutine,
  type Input,
  type MemoryOwner,
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
import { ContainerLog, type LogStream } from './container-log.js';
import { resolveExecutable, type Executable } from './executable.js';

/** What a container is made of and reports to. */
export interface InstanceSettings {
  readonly simulation: Simulation;
  readonly name: string;
  readonly attempt: number;
  readonly image: ContainerImage;
  readonly specHash: string;
  readonly hostname: string;
  readonly argv: readonly string[];
  env(): ReadonlyMap<string, string>;
  /** `PATH` of `env`. */
  readonly path: string;
  readonly cwd: string;
  readonly user: string;
  readonly programs: ProgramTable;
  /** Process ids shared with other containers; its own when undefined. */
  readonly pids: PidNamespace | undefined;
  /** What the container is created with. */
  readonly resources: ResourceRequirements;
  network(files: () => FileSystem): NetworkStack;
  /** What it runs, where nobody can tell that from having run it already until its machine or network is looked at. */
  resting(): Executable | undefined;
  /** Has the instance woken before anything looks at the pod's network. */
  beforeUse(instance: ContainerInstance): void;
  /** Mounts volumes and the files that the kubelet keeps, as they were at an instant; the error is runc's. */
  prepareFiles(files: FileSystem, machine: () => Machine, now: number): string | undefined;
  readonly stdin: Input | undefined;
  readonly stopSignal: Signal;
  /** Files have grown. */
  onGrow(): void;
  /** Its processes have allocated or freed memory. */
  onMemoryChange(): void;
  onMachine(machine: Machine): void;
  onStateChange(instance: ContainerInstance): void;
}

/** Who is told that a container has started or ended. */
export interface InstanceWatcher {
  changed(instance: ContainerInstance): void;
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

interface AttachedOutputs {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Standard output or error of a container's main process: goes to the log and to who is attached. */
class ContainerOutput implements Output {
  private log: Output | undefined;

  constructor(
    private readonly instance: ContainerInstance,
    private readonly stream: LogStream,
  ) {}

  get isTerminal(): boolean {
    return this.instance.settings.stdin?.isTerminal ?? false;
  }

  *write(text: string): Coroutine<boolean> {
    const { instance } = this;
    this.log ??= instance.log.output(() => instance.settings.simulation.now(), this.stream);
    yield* this.log.write(text);
    // A terminal is one stream.
    const stream = this.isTerminal ? 'stdout' : this.stream;
    for (const streams of instance.attached) yield* streams[stream].write(text);
    return true;
  }

  close(): void {
    this.log?.close();
  }
}

/** One container as the runtime sees it: created, running, then exited. A restart makes a new instance. */
export class ContainerInstance implements MemoryOwner {
  readonly id: string;
  /** The id with the runtime's name, as statuses hold it. */
  readonly reference: string;
  readonly createdAt: number;
  state: 'created' | 'running' | 'exited' = 'created';
  startedAt = 0;
  finishedAt = 0;
  exitCode = 0;
  frozen = false;
  signal: Signal | undefined;
  reason = '';
  message = '';
  /** The log was removed with the container. */
  removed = false;
  /** How much its files have grown since it was created; mounted volumes included. */
  writtenBytes = 0;
  private ownLog: ContainerLog | undefined;
  /** Its cgroup's resources now. */
  resources: ResourceRequirements;
  private memoryLimit: number | undefined;
  private machineInstance: Machine | undefined;
  private mountFailure: string | undefined;
  private main: Process | undefined;
  /** What it would run by now, had anybody looked. */
  private resting: Executable | undefined;
  private stack: NetworkStack | undefined;
  /** What else gets a copy of the main process's output. */
  attached: readonly AttachedOutputs[] = [];

  constructor(readonly settings: InstanceSettings) {
    const { simulation } = settings;
    this.id = simulation.random.hex(64);
    this.reference = ['containerd://', this.id].join('');
    this.createdAt = simulation.now();
    this.resources = settings.resources;
    this.memoryLimit = memoryLimitOf(settings.resources);
  }

  get name(): string {
    return this.settings.name;
  }

  /** Made when somebody looks: most containers never write, nor are they read. */
  get log(): ContainerLog {
    return (this.ownLog ??= this.newLog());
  }

  private newLog(): ContainerLog {
    const { simulation } = this.settings;
    return new ContainerLog((characters) => simulation.charge('bytes', characters));
  }

  get process(): Process | undefined {
    this.wake();
    return this.main;
  }

  get running(): boolean {
    return this.state === 'running';
  }

  /** Files, network and processes of the container. */
  get machine(): Machine {
    this.wake();
    this.machineInstance ??= this.createMachine();
    return this.machineInstance;
  }

  private createMachine(): Machine {
    const { settings } = this;
    const { simulation } = settings;
    const now = this.state === 'created' ? simulation.now() : this.startedAt;
    const files = new FileSystem(this, settings.image.createRoot(now));
    this.mountFailure = settings.prepareFiles(files, () => this.machine, now);
    const machine = new Machine({
      hostname: settings.hostname,
      simulation,
      files,
      network: this.stack ?? settings.network(() => files),
      programs: settings.programs,
      pids: settings.pids,
      memoryOwner: this,
    });
    settings.onMachine(machine);
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
    if (this.machineInstance) this.memoryChanged(this.machineInstance);
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

  /** A process of its machine uses more memory, or less. */
  memoryChanged(machine: Machine): void {
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
    const resting = settings.resting();
    if (resting) {
      this.rest(resting);
      return undefined;
    }
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
    this.spawn(this.machine, found.value, undefined);
    settings.onStateChange(this);
    return undefined;
  }

  /** Runs without a process until somebody looks. */
  private rest(executable: Executable): void {
    const { settings } = this;
    this.state = 'running';
    this.startedAt = settings.simulation.now();
    this.resting = executable;
    this.stack = settings.network(() => this.machine.files);
    settings.beforeUse(this);
    settings.onStateChange(this);
  }

  /** Somebody looks: what would have run by now does so. */
  wake(): void {
    const { resting } = this;
    if (!resting) return;
    this.resting = undefined;
    const { simulation } = this.settings;
    const { allowance } = simulation;
    simulation.allowance = undefined;
    this.machineInstance ??= this.createMachine();
    this.spawn(this.machineInstance, resting, this.startedAt).hurry();
    simulation.allowance = allowance;
  }

  private spawn(machine: Machine, { program, argv }: Executable, startedAt: number | undefined): Process {
    const { settings } = this;
    const main = machine.processes.spawn({
      program,
      argv,
      env: () => settings.env(),
      cwd: settings.cwd,
      user: settings.user,
      stdin: settings.stdin ?? new TextInput(''),
      stdout: new ContainerOutput(this, 'stdout'),
      stderr: new ContainerOutput(this, 'stderr'),
      ...(startedAt === undefined ? undefined : { startedAt }),
    });
    if (main.pid === 1) for (const signal of IGNORED_BY_INIT) main.setSignalHandler(signal, 'ignore');
    this.main = main;
    main.exited.subscribe(() => this.exit(main));
    return main;
  }

  /** Copies what the main process writes to other streams, and feeds its open stdin (attach). */
  attach(streams: AttachedOutputs, stdin?: Input): () => void {
    if (stdin && this.settings.stdin instanceof AttachedInput) this.settings.stdin.attach(stdin);
    this.attached = [...this.attached, streams];
    return () => {
      this.attached = this.attached.filter((other) => other !== streams);
    };
  }

  /** Freezes all of its processes, or lets them go on (cgroup's freezer). */
  freeze(frozen: boolean): void {
    if (!this.running || this.frozen === frozen) return;
    this.frozen = frozen;
    for (const process of this.machine.processes.own()) process.kill(frozen ? 'STOP' : 'CONT');
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
    if (this.state === 'running') this.process?.kill(signal);
  }
}
