import type { Simulation, Timer } from '@seatrial/kernel';
import type { Kubelet } from '@seatrial/kubelet';
import type { KubeletUnit } from './kubelet-unit/kubelet-unit.js';

/** A systemd unit of a node, as `systemctl status` shows it. */
export interface NodeService {
  readonly name: string;
  readonly description: string;
  readonly documentation: string;
  readonly unitFile: string;
  readonly dropIn?: string;
  readonly mainPid: number;
  readonly active: boolean;
  /** It has failed to start, and will be started again. */
  readonly restarting?: boolean;
  /** How its last attempt ended; `1/FAILURE` without one. */
  readonly exit?: string;
  readonly enablement: 'enabled' | 'disabled' | 'masked';
  /** Virtual ms since the epoch of the last start or stop. */
  readonly since: number;
}

/** One life of a unit's main process. Times are virtual ms since the epoch. */
export interface UnitRun {
  readonly start: number;
  readonly end?: number;
  readonly mainPid: number;
  /** Why it ended at once: its error. */
  readonly failure?: string;
  /** What systemd could not run. */
  readonly notExecuted?: string;
  /** The API server that it never gets through to. */
  readonly unreachable?: string;
  /** The kubelet's release: `v1.35.4`. */
  readonly release?: string;
  /** Which of systemd's own attempts it was. */
  readonly restart?: number;
}

const FIRST_PID = 600;
/** `RestartSec` of the kubelet's unit (kubernetes/release, kubelet.service). */
const RESTART_MS = 10_000;
/** How many runs of a unit are remembered. */
const MAX_RUNS = 500;

const CONTAINERD = {
  name: 'containerd',
  description: 'containerd container runtime',
  documentation: 'https://containerd.io',
  unitFile: '/lib/systemd/system/containerd.service',
};
const DOCKER = {
  name: 'docker',
  description: 'Docker Application Container Engine',
  documentation: 'https://docs.docker.com',
  unitFile: '/lib/systemd/system/docker.service',
};
const KUBELET = {
  name: 'kubelet',
  description: 'kubelet: The Kubernetes Node Agent',
  documentation: 'https://kubernetes.io/docs/',
  unitFile: '/lib/systemd/system/kubelet.service',
  dropIn: '10-kubeadm.conf',
};

export interface NodeServicesOptions {
  readonly simulation: Simulation;
  readonly kubelet: Kubelet;
  /** `containerd://1.7.24`. */
  readonly runtime: string;
  /** The release of the kubelet that a start runs. */
  readonly release: () => string;
  readonly unit?: KubeletUnit | undefined;
}

/** The services of a node: the kubelet really stops and starts; containers outlive a restart of their runtime. */
export class NodeServices {
  private readonly units = new Map<string, NodeService>();
  private readonly lives = new Map<string, UnitRun[]>();
  private nextPid = FIRST_PID;
  private retry: Timer | undefined;
  private attempts = 0;

  /** What the kubelet starts with, where the installer leaves it as files. */
  readonly kubeletUnit: KubeletUnit | undefined;
  private readonly simulation: Simulation;
  private readonly kubelet: Kubelet;

  constructor(private readonly options: NodeServicesOptions) {
    const { simulation, kubelet, runtime, unit: kubeletUnit } = options;
    this.simulation = simulation;
    this.kubelet = kubelet;
    this.kubeletUnit = kubeletUnit;
    const runtimes = runtime.startsWith('docker:') ? [CONTAINERD, DOCKER] : [CONTAINERD];
    for (const unit of [...runtimes, KUBELET]) {
      const since = simulation.now();
      const started = { active: true, since, mainPid: this.nextPid++, enablement: 'enabled' as const, ...unit };
      this.units.set(unit.name, started);
      const run = { start: started.since, mainPid: started.mainPid };
      this.lives.set(unit.name, [unit === KUBELET ? { ...run, release: options.release() } : run]);
    }
  }

  get(name: string): NodeService | undefined {
    return this.units.get(name.replace(/\.service$/, ''));
  }

  /** The units by name. */
  list(): NodeService[] {
    return [...this.units.values()];
  }

  /** The runs of a unit, oldest first; the last one may go on. */
  runs(name: string): readonly UnitRun[] {
    return this.lives.get(name) ?? [];
  }

  /** Starts or stops the kubelet, or restarts a unit; false for what is not simulated (a node without its runtime). */
  change(unit: NodeService, verb: 'start' | 'stop' | 'restart'): boolean {
    const isKubelet = unit.name === KUBELET.name;
    if (!isKubelet && verb === 'stop') return false;
    if (verb === 'start' && (unit.active || unit.restarting === true)) return true;
    this.retry?.cancel();
    this.attempts = 0;
    if (unit.active) {
      if (isKubelet) this.kubelet.stop();
      this.endRun(unit.name);
    }
    if (verb === 'stop') this.set(unit, { active: false, restarting: false });
    else if (isKubelet) this.startKubelet(unit);
    else this.begin(unit, {});
    return true;
  }

  /** Whether a unit is started at boot, and may be started at all. */
  setEnablement(unit: NodeService, enablement: NodeService['enablement']): void {
    this.units.set(unit.name, { ...(this.units.get(unit.name) ?? unit), enablement });
  }

  private startKubelet(unit: NodeService): void {
    const start = this.kubeletUnit?.start() ?? { outcome: 'started' };
    const restart = this.attempts === 0 ? {} : { restart: this.attempts };
    if (start.outcome === 'started' || start.outcome === 'unreachable') {
      this.begin(unit, {
        ...restart,
        release: this.options.release(),
        ...(start.outcome === 'unreachable' && { unreachable: start.server }),
      });
      if (start.outcome === 'started') this.kubelet.start();
      return;
    }
    const now = this.simulation.now();
    const isRun = start.outcome === 'failed';
    const why = isRun ? { failure: start.error } : { failure: '', notExecuted: start.program };
    this.remember(unit.name, { start: now, end: now, mainPid: this.nextPid, ...why, ...restart });
    const exit = isRun ? '1/FAILURE' : '203/EXEC';
    this.set(unit, { active: false, restarting: true, exit, mainPid: this.nextPid++ });
    this.attempts++;
    this.retry = this.simulation.after(RESTART_MS, () => this.startKubelet(this.units.get(unit.name) ?? unit));
  }

  private begin(unit: NodeService, restart: Pick<UnitRun, 'restart' | 'unreachable' | 'release'>): void {
    this.remember(unit.name, { start: this.simulation.now(), mainPid: this.nextPid, ...restart });
    this.set(unit, { active: true, restarting: false, mainPid: this.nextPid++ });
  }

  private remember(name: string, run: UnitRun): void {
    this.lives.set(name, [...(this.lives.get(name) ?? []), run].slice(-MAX_RUNS));
  }

  private endRun(name: string): void {
    const runs = this.lives.get(name) ?? [];
    const last = runs.at(-1);
    if (last) this.lives.set(name, [...runs.slice(0, -1), { ...last, end: this.simulation.now() }]);
  }

  private set(unit: NodeService, change: Partial<NodeService>): void {
    const { enablement } = this.units.get(unit.name) ?? unit;
    this.units.set(unit.name, { ...unit, enablement, since: this.simulation.now(), ...change });
  }
}
