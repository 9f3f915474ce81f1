import { CLUSTER_NODE, type Cluster } from '@seatrial/cluster';
import { directoryName, invariant, sleep, type Coroutine } from '@seatrial/kernel';
import type { EngineNetwork } from '../docker/engine/engine-network.js';
import type { Tool } from '../tool/tool.js';
import { InstalledCluster, kubeconfigPath } from './installed-cluster.js';
import { withEntries, withoutEntries, type KubeconfigEntries } from './kubeconfig-entries.js';
import type { PublishedPort } from './published-port.js';

/** What an installer gives a further cluster besides its nodes. */
export interface FurtherClusterOptions {
  readonly name: string;
  readonly cluster: Cluster;
  /** Docker's network of its nodes. */
  readonly network: EngineNetwork;
  readonly entries: KubeconfigEntries;
  /** The installer writes kubeconfigs with client-go's clientcmd, which sorts their entries. */
  readonly sortsKubeconfig: boolean;
}

/** A cluster that an installer has made beside the one that the machine began with: all its nodes are containers. */
export class FurtherCluster extends InstalledCluster {
  readonly ports: PublishedPort[] = [];

  constructor(readonly options: FurtherClusterOptions) {
    const { cluster, name } = options;
    const node = cluster.machines.get(cluster.profile.nodes[0].name)?.facility(CLUSTER_NODE);
    invariant(node, `${name} has no node`);
    super(node, name);
    this.stage = 'installed';
    cluster.network.onNodeReachable((changed, reachable) => {
      this.powerChanged(changed, reachable);
    });
  }

  override get homeNode(): string | undefined {
    return undefined;
  }

  override get canBeCreated(): boolean {
    return false;
  }

  /** Opens a port of the machine that leads to one of a node; false where something else has it. */
  publish(port: PublishedPort): boolean {
    if (!port.open()) return false;
    this.ports.push(port);
    return true;
  }

  override powerOff(): void {
    super.powerOff();
    for (const port of this.ports) port.close();
  }

  override *powerOn(): Coroutine<void> {
    for (const port of this.ports) port.open();
    yield* super.powerOn();
  }

  /** Takes its entries out of the kubeconfig. */
  override *forgetKubeconfig(tool: Tool, path = kubeconfigPath(tool)): Coroutine<void> {
    yield* sleep(0);
    const before = tool.machine.files.readFile(path);
    if (before.ok) write(tool, path, withoutEntries(before.value, this.options.entries.names));
  }

  /** Puts its entries into the kubeconfig, its context the current one. */
  override *writeKubeconfig(tool: Tool, path = kubeconfigPath(tool)): Coroutine<void> {
    yield* sleep(0);
    const before = tool.machine.files.readFile(path);
    const { entries, sortsKubeconfig } = this.options;
    write(tool, path, withEntries(before.ok ? before.value : '', entries, sortsKubeconfig));
  }

  /** Docker publishes the ports of containers that run. */
  private powerChanged(node: string, running: boolean): void {
    for (const port of this.ports) {
      if (port.node !== node) continue;
      if (running) port.open();
      else port.close();
    }
  }
}

function write(tool: Tool, path: string, text: string): void {
  tool.machine.files.makeDirectories(directoryName(path), tool.process.user);
  tool.machine.files.writeFile(path, text, { mode: 0o600, owner: tool.process.user });
}
