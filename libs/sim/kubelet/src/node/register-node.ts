import { CSI_NODES, NODES, type ApiClient, type Node, type ResourceType } from '@seatrial/apiserver';
import type { Simulation } from '@seatrial/kernel';
import { formatMicroTime, formatTime } from '@seatrial/schema';
import type { ContainerImage, NodeProfile } from '../kubelet-options.js';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const CNI_MESSAGE =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

const PRESSURES = {
  MemoryPressure: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  DiskPressure: ['KubeletHasDiskPressure', 'kubelet has disk pressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  PIDPressure: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
} as const; // prettier-ignore

/** A condition that the eviction manager reports. */
export type Pressure = keyof typeof PRESSURES;

function conditionsOf(profile: NodeProfile, pressures: ReadonlySet<Pressure>): Condition[] {
  const pressed = Object.entries(PRESSURES).map(([type, [reason, message, goodReason, goodMessage]]) =>
    pressures.has(type as Pressure)
      ? { type, status: 'True', reason, message }
      : { type, status: 'False', reason: goodReason, message: goodMessage },
  );
  const networkReady = profile.networkReady?.() !== false;
  return [
    ...pressed,
    networkReady
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: CNI_MESSAGE },
  ];
}

const RUNTIME = {
  runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
  features: { supplementalGroupsPolicy: false },
};

/** Whether the node's container runtime says what it can (the CRI's Status from containerd 2.0 on). */
const speaksOfHandlers = ({ nodeInfo }: NodeProfile): boolean =>
  !/^(?:containerd:\/\/1\.|docker:)/.test(nodeInfo.containerRuntimeVersion);

/** The node's status as the kubelet reports it (pkg/kubelet/nodestatus setters). */
export function nodeStatus(
  profile: NodeProfile,
  images: readonly ContainerImage[],
  old: Node['status'] | undefined,
  simulation: Simulation,
  pressures: ReadonlySet<Pressure> = new Set(),
): NonNullable<Node['status']> {
  const now = formatTime(simulation.now());
  const conditions = conditionsOf(profile, pressures).map((condition) => {
    const before = old?.conditions?.find((each) => each.type === condition.type);
    return {
      type: condition.type,
      status: condition.status,
      lastHeartbeatTime: now,
      lastTransitionTime: before?.status === condition.status ? (before.lastTransitionTime ?? now) : now,
      reason: condition.reason,
      message: condition.message,
    };
  });
  const byId = new Map<string, { names: string[]; sizeBytes: number }>();
  for (const image of images) {
    const entry = byId.get(image.imageId) ?? { names: [image.imageId], sizeBytes: image.sizeBytes };
    entry.names.push(image.reference);
    byId.set(image.imageId, entry);
  }
  // Extended resources that others wrote there (nodestatus.MachineInfo).
  const added = Object.fromEntries(
    Object.entries(old?.capacity ?? {}).filter(([name]) => !Object.hasOwn(profile.capacity, name)),
  );
  const listed = [...byId.values()].sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 50);
  const status = {
    capacity: { ...added, ...profile.capacity },
    allocatable: { ...added, ...profile.allocatable },
    conditions,
    addresses: [
      { type: 'InternalIP', address: profile.internalIp },
      { type: 'Hostname', address: profile.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: profile.nodeInfo,
    ...(listed.length > 0 ? { images: listed } : {}),
    ...(speaksOfHandlers(profile) ? RUNTIME : {}),
  };
  return status as unknown as NonNullable<Node['status']>;
}

/** A node with the release of the kubelet that starts now. */
export const withRelease = (node: NodeProfile): NodeProfile =>
  node.kubeletVersion ? { ...node, nodeInfo: { ...node.nodeInfo, kubeletVersion: node.kubeletVersion() } } : node;

/** Creates the node object, or takes over the one that is there. */
export function registerNode(
  client: ApiClient,
  profile: NodeProfile,
  images: readonly ContainerImage[],
  simulation: Simulation,
): void {
  const { name } = profile;
  const labels = {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...profile.labels,
  };
  const existing = client.get(NODES, undefined, name);
  if (!existing) {
    client.create(NODES, {
      metadata: {
        name,
        labels,
        annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true', ...profile.annotations },
      },
      spec: {
        ...(profile.podCidr === undefined ? {} : { podCIDR: profile.podCidr, podCIDRs: [profile.podCidr] }),
        ...(profile.providerId === undefined ? {} : { providerID: profile.providerId }),
        ...(profile.taints && profile.taints.length > 0
          ? { taints: profile.taints.map((taint) => ({ ...taint })) }
          : {}),
      },
    });
  }
  updateNodeStatus(client, profile, images, simulation);
  takeLease(client, name, simulation);
  registerDrivers(client, profile);
}

const MIGRATED =
  'kubernetes.io/aws-ebs,kubernetes.io/azure-disk,kubernetes.io/azure-file,kubernetes.io/cinder,kubernetes.io/gce-pd,kubernetes.io/portworx-volume,kubernetes.io/vsphere-volume';

/** The node's CSINode: which drivers' plugins run on it (pkg/volume/csi/nodeinfomanager). */
function registerDrivers(client: ApiClient, { name, csiDrivers = [] }: NodeProfile): void {
  const node = client.get(NODES, undefined, name);
  if (!node || client.get(CSI_NODES, undefined, name)) return;
  client.create(CSI_NODES, {
    metadata: {
      name,
      annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': MIGRATED },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }],
    },
    spec: {
      // What is sent as protobuf has no empty lists.
      drivers: (csiDrivers.length === 0
        ? null
        : csiDrivers.map((driver) => ({ ...driver, topologyKeys: driver.topologyKeys ?? undefined }))) as never,
    },
  });
}

const LEASES: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  kind: 'Lease',
  namespaced: true,
};
const LEASE_NAMESPACE = 'kube-node-lease';
const LEASE_SECONDS = 40;

/**
 * The node's heartbeat. It is written once: that a kubelet lives is seen by its entry in `apiServer.kubelets`, so that
 * thousands of idle nodes cost nothing.
 */
function takeLease(client: ApiClient, name: string, simulation: Simulation): void {
  const node = client.get(NODES, undefined, name);
  if (!node || client.get(LEASES, LEASE_NAMESPACE, name)) return;
  const lease = {
    metadata: {
      name,
      namespace: LEASE_NAMESPACE,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }],
    },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: LEASE_SECONDS,
      renewTime: formatMicroTime(simulation.now()),
    },
  };
  client.create(LEASES, lease);
}

/** Reports the node's status now. */
export function updateNodeStatus(
  client: ApiClient,
  profile: NodeProfile,
  images: readonly ContainerImage[],
  simulation: Simulation,
  pressures?: ReadonlySet<Pressure>,
): void {
  const node = client.get(NODES, undefined, profile.name);
  if (!node) return;
  const status = nodeStatus(profile, images, node.status, simulation, pressures);
  client.updateStatus(NODES, { ...node, status: { ...node.status, ...status } });
}
