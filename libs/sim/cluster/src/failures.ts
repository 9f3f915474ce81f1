import type { ApiServer } from '@seatrial/apiserver';
import type { ImageCatalog } from '@seatrial/images';
import { invariant, type Machine, type Simulation } from '@seatrial/kernel';
import type { Kubelet } from '@seatrial/kubelet';
import type { NetworkFabric } from '@seatrial/network';

/** Something that goes wrong on a node. */
export type NodeFailure = 'cut-off' | 'kubelet-stopped' | 'powered-off';

/** How long a machine takes to come up again. */
const BOOT_MS = 20_000;

export interface FailureOptions {
  readonly simulation: Simulation;
  readonly apiServer: ApiServer;
  readonly network: NetworkFabric;
  readonly images: ImageCatalog;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  readonly machines: ReadonlyMap<string, Machine>;
}

/** What can go wrong with a cluster, and come right again: for checks of resilience and for the commands that cause it. */
export class ClusterFailures {
  private readonly failing = new Map<string, Set<NodeFailure>>();

  constructor(private readonly options: FailureOptions) {}

  /** Whether a node suffers from a failure; from any without `failure`. */
  has(node: string, failure?: NodeFailure): boolean {
    const failing = this.failing.get(node);
    return failure === undefined ? (failing?.size ?? 0) > 0 : failing?.has(failure) === true;
  }

  /** Whether a node's machine can be reached over the network. */
  isReachable(node: string): boolean {
    return !this.has(node, 'powered-off') && !this.has(node, 'cut-off');
  }

  /**
   * Starts a failure of a node. `powered-off`: its containers die and it is silent; `cut-off`: its containers go on
   * but neither it nor they reach anybody; `kubelet-stopped`: its containers go on and nobody reports them.
   */
  begin(node: string, failure: NodeFailure): void {
    const failing = this.failing.get(node) ?? new Set<NodeFailure>();
    if (failing.has(failure)) return;
    this.failing.set(node, failing.add(failure));
    const kubelet = this.kubeletOf(node);
    if (failure === 'powered-off') {
      kubelet.powerOff();
      this.options.machines.get(node)?.processes.killAll();
    } else kubelet.stop();
    this.connect(node);
  }

  /** Ends a failure of a node; a machine that was switched off takes its time to boot. */
  end(node: string, failure: NodeFailure, bootMs = BOOT_MS): void {
    if (!this.failing.get(node)?.delete(failure)) return;
    this.connect(node);
    const recover = (): void => {
      if (!this.has(node)) this.kubeletOf(node).start();
    };
    if (failure === 'powered-off') this.options.simulation.after(bootMs, recover);
    else recover();
  }

  /** Ends every failure of every node. */
  endAll(): void {
    for (const [node, failing] of this.failing) for (const failure of [...failing]) this.end(node, failure);
  }

  /** Something beside the pods takes so many bytes of a node's memory or disk; 0 gives them back. */
  take(node: string, resource: 'memory' | 'ephemeral-storage', bytes: number): void {
    this.kubeletOf(node).take(resource, bytes);
  }

  /** A registry (`docker.io`) does not answer, or does again: images that are on a node already still start. */
  setRegistryDown(registry: string, down: boolean): void {
    this.options.images.setRegistryDown(registry, down);
  }

  /** The clocks of all machines are set forward: what should have happened meanwhile is late. */
  jumpClock(ms: number): void {
    this.options.simulation.jump(ms);
  }

  private connect(node: string): void {
    const { network, apiServer } = this.options;
    network.setNodeReachable(node, this.isReachable(node));
    if (this.isReachable(node)) apiServer.dialFailures.delete(node);
    else apiServer.dialFailures.set(node, this.has(node, 'powered-off') ? 'connect: no route to host' : 'i/o timeout');
  }

  private kubeletOf(node: string): Kubelet {
    const kubelet = this.options.kubelets.get(node);
    invariant(kubelet, `no node ${node}`);
    return kubelet;
  }
}
