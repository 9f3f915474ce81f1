import { NODES, type ApiServer } from '@seatrial/apiserver';
import type { FacilityKey, Simulation } from '@seatrial/kernel';
import type { NodeGroupProfile, NodeProfile } from '../profile/cluster-profile.js';

/** From the cloud's order of a machine to its node in the API, and from its release to the node's end. */
const LAUNCH_MS = 70_000;
const TERMINATE_MS = 40_000;

export interface NodeGroupOptions {
  readonly simulation: Simulation;
  readonly apiServer: ApiServer;
  readonly profile: NodeGroupProfile;
  /** The machine at a position of the cluster. */
  readonly machine: (position: number) => NodeProfile;
  /** The machines that the group has from the start, and the position of the next one. */
  readonly members: readonly string[];
  readonly nextPosition: number;
  readonly join: (node: NodeProfile) => void;
  readonly leave: (name: string) => void;
}

/** A cloud's group of like machines, between a least and a greatest size. */
export class NodeGroup {
  readonly name: string;
  minSize: number;
  maxSize: number;
  /** How many machines were asked for; some may still be on their way. */
  targetSize: number;
  private readonly members: Set<string>;
  private position: number;

  constructor(private readonly options: NodeGroupOptions) {
    const { profile, members, nextPosition } = options;
    this.name = profile.name;
    this.minSize = profile.minSize;
    this.maxSize = profile.maxSize;
    this.members = new Set(members);
    this.targetSize = members.length;
    this.position = nextPosition;
  }

  /** What its next machine will be like. */
  get template(): NodeProfile {
    return this.options.machine(this.position);
  }

  /** Machines that were asked for and are no nodes yet. */
  get upcoming(): number {
    return Math.max(this.targetSize - this.members.size, 0);
  }

  has(node: string): boolean {
    return this.members.has(node);
  }

  increase(by: number): void {
    const { simulation, machine, join } = this.options;
    this.targetSize += by;
    for (let added = 0; added < by; added++) {
      const node = machine(this.position++);
      simulation.after(LAUNCH_MS, () => {
        this.members.add(node.name);
        join(node);
      });
    }
  }

  /** Gives a machine back; the cloud's controller removes its node. */
  release(name: string): void {
    if (!this.members.delete(name)) return;
    this.targetSize--;
    const { simulation, apiServer, leave } = this.options;
    simulation.after(TERMINATE_MS, () => {
      leave(name);
      const component = 'cloud-node-lifecycle-controller';
      const node = apiServer.store.get(NODES, undefined, name);
      if (!node) return;
      const message = `Deleting node ${name} because it does not exist in the cloud provider`;
      apiServer.recorder(component).event({ object: node }, 'Normal', 'DeletingNode', message);
      apiServer.client(component).delete(NODES, undefined, name);
    });
  }
}

/** Under this key the containers of a cluster in a cloud find its groups of nodes. */
export const NODE_GROUPS: FacilityKey<NodeGroups> = { name: 'node-groups' };

export interface NodeGroups {
  readonly apiServer: ApiServer;
  readonly groups: NodeGroup[];
}
