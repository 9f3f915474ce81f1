import type { ClusterNode, EtcdMember } from '@seatrial/cluster';
import type { FacilityKey } from '@seatrial/kernel';

/** A member that was announced and has never run. */
export interface AddedMember {
  readonly id: string;
  readonly peerUrls: readonly string[];
  readonly learner: boolean;
}

/** What was changed about etcd's members by hand. */
export class MemberChanges {
  readonly added: AddedMember[] = [];
  readonly removed = new Set<string>();
  /** Other peer URLs than those that a member came with, by its id. */
  readonly peerUrls = new Map<string, readonly string[]>();
}

const CHANGES: FacilityKey<MemberChanges> = { name: 'etcd-member-changes' };

/** The changes to the members of a cluster's etcd. */
export function memberChanges({ machines, profile }: ClusterNode): MemberChanges {
  const keeper = machines.get(profile.nodes[0].name);
  const known = keeper?.facility(CHANGES);
  if (known) return known;
  const made = new MemberChanges();
  keeper?.provide(CHANGES, made);
  return made;
}

export interface Members {
  readonly node: ClusterNode;
  /** Those that run or have run. */
  readonly members: readonly (EtcdMember & { readonly address: string; readonly peerUrls: readonly string[] })[];
  readonly added: readonly AddedMember[];
}

/** The members as etcd knows them. */
export function membersOf(node: ClusterNode): Members {
  const { added, removed, peerUrls } = memberChanges(node);
  const controlPlanes = node.profile.nodes.filter(({ controlPlane }) => controlPlane);
  const known = new Map(node.components.etcd().members.map((member) => [member.name, member]));
  const members = controlPlanes.map(({ name, address }) => {
    const id = known.get(name)?.id ?? '8e9e05c52164694d';
    const up = known.get(name)?.up ?? true;
    return { id, name, up, address, peerUrls: peerUrls.get(id) ?? [`https://${address}:2380`] };
  });
  return { node, members: members.filter(({ id }) => !removed.has(id)), added };
}

/** Whether most of those with a vote are up. */
export function hasQuorum({ members, added }: Members): boolean {
  const voters = members.length + added.filter(({ learner }) => !learner).length;
  return members.filter(({ up }) => up).length * 2 > voters;
}
