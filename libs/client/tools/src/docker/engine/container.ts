import { lookUpProgram, programArguments } from '@seatrial/shell';
import {
  Condition,
  FileSystem,
  Machine,
  TextInput,
  UNSUPPORTED,
  fail,
  ok,
  reportUnsupported,
  type Directory,
  type Input,
  type Listener,
  type NetworkService,
  type Output,
  type Process,
  type Result,
  type Signal,
  type Timer,
} from '@seatrial/kernel';
import { mountEngineFiles } from './container-files.js';
import { runcText, type ContainerSettings, type StartError } from './container-contract.js';
import { EMBEDDED_DNS, containerStack, publishedService } from './container-network.js';
import type { DockerEngine } from './docker-engine.js';
import { EngineLog } from './engine-log.js';
import { releaseAddress, takeAddress, type Endpoint } from './engine-network.js';

const INIT_IGNORES: readonly Signal[] = ['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'ALRM', 'PIPE'];
/** Programs that the real images have and the stand-ins leave out. */
const LEFT_OUT = ['apk', 'apt', 'apt-get', 'dnf', 'gem', 'go', 'npm', 'pip', 'pip3', 'yum'];
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 60_000;
const STABLE_MS = 10_000;

/** One container of the engine; it keeps its files from start to start. */
export class Container {
  readonly id: string;
  readonly createdAt: number;
  readonly log: EngineLog;
  readonly endpoints = new Map<string, Endpoint>();
  /** What its processes listen on, beyond loopback. */
  readonly listeners = new Map<number, NetworkService>();
  state: 'created' | 'running' | 'restarting' | 'exited' = 'created';
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
  private readonly root: Directory;
  private main: Process | undefined;
  private hostListeners: Listener[] = [];
  private attached: { detach(): void } | undefined;
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
    this.stopped.set();
  }

  get running(): boolean {
    return this.state === 'running';
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
    for (const mount of this.settings.mounts) files.mount(mount.target, mount.node, mount.readOnly, { type: 'ext4' });
    return files;
  }

  private createMachine(): Machine {
    const { engine } = this;
    this.machine = undefined;
    const files = this.files();
    for (const endpoint of this.endpoints.values()) {
      endpoint.address = takeAddress(endpoint.network) ?? '';
      endpoint.network.attached.set(this.id, this);
    }
    const addresses = [...this.endpoints.values()].map(({ address }) => address).filter((address) => address !== '');
    const onBridge = this.endpoints.has('bridge') || this.endpoints.has('host');
    const hostResolver = engine.host.files.readFile('/etc/resolv.conf');
    mountEngineFiles(files, {
      simulation: engine.simulation,
      hostname: this.settings.hostname,
      addresses,
      resolver: onBridge && hostResolver.ok ? hostResolver.value : `nameserver ${EMBEDDED_DNS}\noptions ndots:0\n`,
    });
    const machine = new Machine({
      hostname: this.settings.hostname,
      simulation: engine.simulation,
      files,
      network: this.endpoints.has('host') ? engine.host.network : this.attach(addresses, files),
      programs: new Map([...engine.setup.programs, ...this.settings.image.programs]),
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

  /** Opens the published ports on the host; the error is the daemon's text. */
  private publish(): string | undefined {
    for (const { containerPort, protocol, hostIp, hostPort } of this.settings.ports) {
      const port = hostPort ?? this.engine.nextHostPort();
      const service = publishedService(this, containerPort);
      const listening = this.engine.host.network.listen(port, service, {
        ...(hostIp !== '' && { address: hostIp }),
        protocol: protocol === 'tcp' ? 'TCP' : 'UDP',
      });
      if (!listening.ok) {
        const shown = hostIp === '' ? '0.0.0.0' : hostIp;
        const [endpoint] = [...this.endpoints.values()];
        const failed = this.engine.usesHostPort(port, this)
          ? `Bind for ${shown}:${port} failed: port is already allocated`
          : `failed to bind host port for ${shown}:${port}:${endpoint?.address ?? ''}:${containerPort}/${protocol}: address already in use`;
        return `failed to set up container networking: driver failed programming external connectivity on endpoint ${this.name} (${endpoint?.endpointId ?? ''}): ${failed}`;
      }
      this.hostListeners.push(listening.value);
      const key = `${containerPort}/${protocol}`;
      const bound = this.bound.get(key) ?? [];
      bound.push({ hostIp, hostPort: port });
      this.bound.set(key, bound);
    }
    return undefined;
  }

  /** Starts the main process. */
  start(stdin?: Input): Result<undefined, StartError> {
    this.restartTimer?.cancel();
    this.stoppedByHand = false;
    const machine = this.createMachine();
    this.machine = machine;
    const failedPort = this.publish();
    if (failedPort !== undefined) return this.startFailed({ message: failedPort, status: 125 }, 128);
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
    this.startedAt = this.engine.simulation.now();
    this.stopped.clear();
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
      if (found.error.failure === 'bad-interpreter' || LEFT_OUT.includes(argv[0]))
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
    this.machine?.processes.killAll();
    this.disconnect();
    this.state = 'exited';
    const { name, maximum } = this.settings.restart;
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
    for (const endpoint of this.endpoints.values()) {
      endpoint.network.attached.delete(this.id);
      if (endpoint.address !== '') releaseAddress(endpoint.network, endpoint.address);
      endpoint.address = '';
    }
    this.machine = undefined;
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
    this.main?.kill(signal);
  }
}
