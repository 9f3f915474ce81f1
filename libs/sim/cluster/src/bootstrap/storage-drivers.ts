import { CSI_DRIVERS, type ApiClient } from '@seatrial/apiserver';
import { isCsiDriver, type Provisioner } from '@seatrial/controllers';
import { invariant, sha256Hex } from '@seatrial/kernel';
import type { CsiNodeDriver } from '@seatrial/kubelet';
import type { ClusterProfile, NodeProfile } from '../profile/cluster-profile.js';

/** What is known of drivers beyond their names, as their installers configure them. */
const DRIVERS: Readonly<Record<string, { readonly topologyKeys: readonly string[]; readonly volumes: number }>> = {
  'ebs.csi.aws.com': {
    topologyKeys: ['kubernetes.io/os', 'topology.ebs.csi.aws.com/zone', 'topology.kubernetes.io/zone'],
    volumes: 25,
  },
};

/** The profile's provisioners, each once. */
export function provisionersOf({ storageClasses }: ClusterProfile): Provisioner[] {
  const byName = new Map<string, Provisioner>();
  for (const { provisioner: name, directory } of storageClasses)
    if (name !== 'kubernetes.io/no-provisioner') byName.set(name, { name, ...(directory ? { directory } : {}) });
  return [...byName.values()];
}

const driversOf = (profile: ClusterProfile): string[] =>
  provisionersOf(profile)
    .filter(isCsiDriver)
    .map(({ name }) => name);

/** The drivers whose plugin runs on a node. */
export function csiDriversOf(profile: ClusterProfile, node: NodeProfile): CsiNodeDriver[] {
  return driversOf(profile).map((name) => {
    const known = Object.hasOwn(DRIVERS, name) ? DRIVERS[name] : undefined;
    return {
      name,
      nodeID: known ? `i-0${sha256Hex(node.name).slice(0, 16)}` : node.name,
      topologyKeys: known?.topologyKeys ?? null,
      ...(known ? { allocatable: { count: known.volumes } } : {}),
    };
  });
}

/** The CSIDriver objects that drivers' installers create. */
export function createCsiDrivers(client: ApiClient, profile: ClusterProfile): void {
  for (const name of driversOf(profile)) {
    const created = client.create(CSI_DRIVERS, {
      metadata: { name },
      spec: {
        attachRequired: true,
        fsGroupPolicy: name in DRIVERS ? 'ReadWriteOnceWithFSType' : 'File',
        podInfoOnMount: false,
        volumeLifecycleModes: ['Persistent'],
      },
    });
    invariant(created.ok, `bootstrap: CSI driver ${name}`);
  }
}
