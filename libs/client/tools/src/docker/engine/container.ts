import { lookUpProgram, programArguments } from '@seatrial/shell';
import {
  Condition,
  FileSystem,
  Machine,
  SIGNALS,
  TextInput,
  UNSUPPORTED,
  fail,
  ok,
  reportUnsupported,
  type Directory,
  type Input,
  type Listener,
  type MemoryOwner,
  type NetworkService,
  type Output,
  type Process,
  type Result,
  type Signal,
  type Timer,
} from '@seatrial/kernel';
import { mountOwnFiles } from './container-files.js';
import { victimOf } from './container-oom.js';
import {
  NO_LIMITS,
  runcText,
  type ContainerResources,
  type ContainerSettings,
  type RestartPolicy,
  type StartError,
} from './container-contract.js';
import { ContainerHealth } from './container-health.js';
import { containerStack } from './container-network.js';
import type { BridgeNetwork } from '../docker-setup.js';
import type { DockerEngine } from './docker-engine.js';
import { EngineLog } from './engine-log.js';
import type { Endpoint } from './engine-network.js';
import { addressesOf, joinNetworks, leaveNetworks } from './container-endpoints.js';
import { publishPorts } from './container-ports.js';

const INIT_IGNORES: readonly Signal[] = ['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'ALRM', 'PIPE'];
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 60_000;
const STABLE_MS = 10_000;

/** One container of the engine; it keeps its files from start to start. */
export class Container implements MemoryOwner {
  readonly id: string;
  readonly createdAt: number;
  readonly log: EngineLog;
  readonly endpoints = new Map<string, Endpoint>();
  /** What its processes listen on, beyond loopback. */
  readonly listeners = new Map<number, NetworkService>();
  state: 'created' | 'running' | 'paused' | 'restarting' | 'exited' = 'created';
  /** As the container was made, or as `docker update` has left it. */
  restart: RestartPolicy;
  resources: ContainerResources;
  health: ContainerHealth | undefined;
  /** The kernel ended one of its processes, which used too much memory. */
  oomKilled = false;
  /** While it is paused: ready when it goes on. */
  thawed: Condition | undefined;
  exitCode = 0;
  error = '';
  startedAt = 0;
  finishedAt = 0;
  restartCount = 0;
  /** Ready while it does not run. */
  readonly stopped = new Condition();
  machine: Machine | undefined;
  /** Host ports by `80/tcp`. */
  readonly bound = new Map<string, { readonly hostIp: string; readonly hostPort: number }[]>();
  /** Its own files, without mounts. */
  readonly root: Directory;
  private main: Process | undefined;
  private hostListeners: Listener[] = [];
  private attached: ReturnType<BridgeNetwork['attachBridged']> | undefined;
  private restartTimer: Timer | undefined;
  private stoppedByHand = false;

  constructor(
    readonly engine: DockerEngine,
    public name: string,
    id: string,
    readonly settings: ContainerSettings,
  ) {
    const { simulation } = engine;
    this.id = id;
    this.createdAt = simulation.now();
    this.log = new EngineLog(
      () => simulation.now(),
      (characters) => simulation.charge('bytes', characters),
    );
    this.root = settings.image.createRoot(this.createdAt);
    this.restart = settings.restart;
    this.resources = settings.resources ?? NO_LIMITS;
    this.stopped.set();
  }

  /** It has processes, be they frozen. */
  get running(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /** Tells those who watch the engine. */
  note(action: string, attributes: Readonly<Record<string, string>> = {}): void {
    const { imageName: image, labels } = this.settings;
    this.engine.events.note('container', action, this.id, { ...labels, image, name: this.name, ...attributes });
  }

  /** Freezes all of its processes, or lets them go on (cgroup's freezer). */
  freeze(frozen: boolean): void {
    if (frozen === (this.state === 'paused')) return;
    this.state = frozen ? 'paused' : 'running';
    for (const process of this.machine?.processes.own() ?? []) process.kill(frozen ? 'STOP' : 'CONT');
    this.thawed?.set();
    this.thawed = frozen ? new Condition() : undefined;
    this.note(frozen ? 'pause' : 'unpause');
  }

  memoryChanged(machine: Machine): void {
    const { memory } = this.resources;
    const victim = memory === 0 ? undefined : victimOf(machine, memory);
    if (!victim) return;
    this.engine.simulation.after(0, () => {
      if (!this.running) return;
      this.oomKilled = true;
      this.note('oom');
      victim.kill('KILL', { oomKilled: true });
    });
  }

  /** Other limits, which hold at once. */
  limit(resources: ContainerResources): void {
    this.resources = resources;
    if (this.machine) this.memoryChanged(this.machine);
  }

  get process(): Process | undefined {
    return this.main;
  }

  get argv(): readonly string[] {
    return [...this.settings.entrypoint, ...this.settings.cmd];
  }

  /** Its files, also while it does not run. */
  files(): FileSystem {
    if (this.machine) return this.machine.files;
    const { simulation } = this.engine;
    const files = new FileSystem(
      { now: () => simulation.now(), onGrow: (bytes) => simulation.charge('bytes', bytes) },
      this.root,
    );
    if (this.settings.readOnly) files.mount('/', files.root, true);
    for (const { target, node, readOnly, type } of this.settings.mounts)
      files.mount(target, node, readOnly, { type: type === 'tmpfs' ? 'tmpfs' : 'ext4' });
    return files;
  }

  private createMachine(): Machine {
    const { engine } = this;
    this.machine = undefined;
    const files = this.files();
    joinNetworks(this);
    const addresses = addressesOf(this);
    mountOwnFiles(this, files);
    const machine = new Machine({
      hostname: this.settings.hostname,
      simulation: engine.simulation,
      files,
      network: this.endpoints.has('host') ? engine.host.network : this.attach(addresses, files),
      programs: new Map([...engine.setup.programs, ...this.settings.image.programs]),
      memoryOwner: this,
    });
    machine.provide(UNSUPPORTED, (what) => {
      reportUnsupported(engine.host, what);
    });
    files.makeDirectories(this.settings.cwd);
    return machine;
  }

  private attach(addresses: readonly string[], files: FileSystem): Machine['network'] {
    const { engine } = this;
    const attached = engine.setup.network.attachBridged({ addresses, files: () => files });
    this.attached = attached;
    return containerStack(this, attached.stack, engine.host, () => engine.networks.values(), engine.random);
  }

  /** Starts the main process. */
  start(stdin?: Input): Result<undefined, StartError> {
    this.restartTimer?.cancel();
    this.stoppedByHand = false;
    const machine = this.createMachine();
    this.machine = machine;
    const published = publishPorts(this);
    if (!published.ok) return this.startFailed({ message: published.error, status: 125 }, 128);
    this.hostListeners = published.value;
    const { tty } = this.settings;
    const stdout = this.log.output('stdout', tty);
    const stderr = tty ? stdout : this.log.output('stderr', false);
    const started = this.spawn(this.argv, { stdin: stdin ?? new TextInput(''), stdout, stderr });
    if (!started.ok) {
      const message = `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${started.error.text}: unknown`;
      return this.startFailed({ message, status: started.error.status }, started.error.status);
    }
    const main = started.value;
    for (const signal of INIT_IGNORES) main.setSignalHandler(signal, 'ignore');
    this.main = main;
    this.state = 'running';
    this.error = '';
    this.exitCode = 0;
    this.oomKilled = false;
    this.startedAt = this.engine.simulation.now();
    this.stopped.clear();
    this.note('start');
    const { healthCheck } = this.settings;
    this.health = healthCheck && new ContainerHealth(this, healthCheck);
    main.exited.subscribe(() => this.exited(main));
    return ok(undefined);
  }

  private startFailed(error: StartError, code: number): Result<undefined, StartError> {
    this.disconnect();
    this.error = error.message;
    this.exitCode = code;
    return fail(error);
  }

  /** Starts a command beside the main process; the error is runc's text. */
  spawn(
    argv: readonly string[],
    streams: { readonly stdin: Input; readonly stdout: Output; readonly stderr: Output },
    options: { readonly env?: ReadonlyMap<string, string>; readonly cwd?: string; readonly user?: string } = {},
  ): Result<Process, { readonly text: string; readonly status: 126 | 127 }> {
    const machine = this.machine ?? this.createMachine();
    const env = new Map([...this.settings.env, ...(options.env ?? [])]);
    const cwd = options.cwd ?? this.settings.cwd;
    const found = lookUpProgram({ machine, env, cwd }, argv[0] ?? '');
    if (!found.ok) {
      if (found.error.failure === 'bad-interpreter')
        reportUnsupported(this.engine.host, `the program ${argv[0] ?? ''} in a Docker container`);
      return fail(runcText(argv[0] ?? '', found.error));
    }
    return ok(
      machine.processes.spawn({
        program: found.value.program,
        argv: programArguments(found.value, argv),
        env,
        cwd,
        user: options.user ?? this.settings.user,
        ...streams,
      }),
    );
  }

  private exited(main: Process): void {
    if (main !== this.main || !this.running) return;
    const { simulation } = this.engine;
    this.exitCode = main.exitStatus?.code ?? 0;
    this.finishedAt = simulation.now();
    this.health?.stop();
    this.thawed?.set();
    this.thawed = undefined;
    const seconds = String(Math.floor((this.finishedAt - this.startedAt) / 1000));
    this.note('die', { execDuration: seconds, exitCode: String(this.exitCode) });
    this.machine?.processes.killAll();
    this.disconnect();
    this.state = 'exited';
    const { name, maximum } = this.restart;
    const wanted =
      name === 'always' || name === 'unless-stopped'
        ? true
        : name === 'on-failure' && this.exitCode !== 0 && (maximum === 0 || this.restartCount < maximum);
    if (wanted && !this.stoppedByHand) this.scheduleRestart();
    this.stopped.set();
    this.log.notify();
    if (this.settings.autoRemove) this.engine.forget(this);
  }

  private scheduleRestart(): void {
    const { simulation } = this.engine;
    if (this.finishedAt - this.startedAt > STABLE_MS) this.restartCount = 0;
    const delay = Math.min(FIRST_RESTART_MS * 2 ** this.restartCount, LONGEST_RESTART_MS);
    this.state = 'restarting';
    this.restartTimer = simulation.after(delay, () => {
      this.restartCount++;
      this.start();
    });
  }

  private disconnect(): void {
    for (const listener of this.hostListeners) listener.close();
    this.hostListeners = [];
    this.bound.clear();
    this.listeners.clear();
    this.attached?.detach();
    this.attached = undefined;
    leaveNetworks(this);
    this.machine = undefined;
  }

  /** Its networks have changed while it runs. */
  readdress(): void {
    this.attached?.readdress(addressesOf(this));
  }

  /** Gives it a machine without starting anything. */
  prepare(): void {
    this.machine ??= this.createMachine();
  }

  /** Ends everything that runs in it, without a word: a container of a build. */
  discard(): void {
    this.machine?.processes.killAll();
    this.disconnect();
  }

  /** A signal to the main process; `byHand` keeps the restart policy from starting it again. */
  kill(signal: Signal, byHand = true): void {
    if (byHand) {
      this.stoppedByHand = true;
      this.restartTimer?.cancel();
      if (this.state === 'restarting') this.state = 'exited';
    }
    if (!this.running) return;
    this.note('kill', { signal: String(SIGNALS[signal]) });
    this.main?.kill(signal);
  }
}
