import { NODE_GROUPS, type ClusterNode, type ClusterProfile, type NodeGroup } from '@seatrial/cluster';

/** The name of the first nodes' group; the cloud's own group behind it has another. */
export const nodegroupOf = ({ nodes }: ClusterProfile): string =>
  nodes.at(0)?.labels?.['alpha.eksctl.io/nodegroup-name'] ?? 'nodegroup';

/** A managed group of nodes, as EKS tells of it. */
export interface Nodegroup {
  readonly name: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
  readonly instanceType: string;
  readonly autoScalingGroup: string;
  /** The cloud's group of machines; none where the cluster has machines only. */
  readonly group: NodeGroup | undefined;
}

const UNIQUE = /-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The managed groups of a cluster, the first one first. */
export function nodegroupsOf({ profile, machines }: ClusterNode): Nodegroup[] {
  const first = nodegroupOf(profile);
  const size = profile.nodes.length;
  const groups = machines.get(profile.nodes[0].name)?.facility(NODE_GROUPS)?.groups ?? [];
  if (groups.length === 0)
    return [{ name: first, minSize: size, maxSize: size, desiredSize: size, instanceType: 'm5.large', autoScalingGroup: `eks-${first}`, group: undefined }]; // prettier-ignore
  return groups.map((group) => ({
    name: group.name.replace(/^eks-/, '').replace(UNIQUE, ''),
    minSize: group.minSize,
    maxSize: group.maxSize,
    desiredSize: group.targetSize,
    instanceType: group.template.labels?.['node.kubernetes.io/instance-type'] ?? 'm5.large',
    autoScalingGroup: group.name,
    group,
  }));
}
