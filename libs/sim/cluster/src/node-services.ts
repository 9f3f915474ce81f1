import type { Simulation } from '@seatrial/kernel';
import type { Kubelet } from '@seatrial/kubelet';

/** A systemd unit of a node, as `systemctl status` shows it. */
export interface NodeService {
  readonly name: string;
  readonly description: string;
  readonly documentation: string;
  readonly unitFile: string;
  readonly dropIn?: string;
  readonly mainPid: number;
  readonly active: boolean;
  /** Virtual ms since the epoch of the last start or stop. */
  readonly since: number;
}

const FIRST_PID = 600;

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

/** The services of a node: the kubelet really stops and starts; containers outlive a restart of their runtime. */
export class NodeServices {
  private readonly units = new Map<string, NodeService>();
  private nextPid = FIRST_PID;

  constructor(
    private readonly simulation: Simulation,
    private readonly kubelet: Kubelet,
    containerRuntimeVersion: string,
  ) {
    const runtimes = containerRuntimeVersion.startsWith('docker:') ? [CONTAINERD, DOCKER] : [CONTAINERD];
    for (const unit of [...runtimes, KUBELET])
      this.units.set(unit.name, { active: true, since: simulation.now(), mainPid: this.nextPid++, ...unit });
  }

  get(name: string): NodeService | undefined {
    return this.units.get(name.replace(/\.service$/, ''));
  }

  /** The units by name. */
  list(): NodeService[] {
    return [...this.units.values()];
  }

  /** Starts or stops the kubelet, or restarts a unit; false for what is not simulated (a node without its runtime). */
  change(unit: NodeService, verb: 'start' | 'stop' | 'restart'): boolean {
    if (unit.name !== KUBELET.name && verb === 'stop') return false;
    if (verb === 'start' && unit.active) return true;
    if (unit.name === KUBELET.name && unit.active) this.kubelet.stop();
    if (unit.name === KUBELET.name && verb !== 'stop') this.kubelet.start();
    const active = verb !== 'stop';
    const mainPid = active ? this.nextPid++ : unit.mainPid;
    this.units.set(unit.name, { ...unit, active, since: this.simulation.now(), mainPid });
    return true;
  }
}
