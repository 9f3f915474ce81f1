import { NODES, type ApiClient, type Node } from '@seatrial/apiserver';
import type { Simulation } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import type { ContainerImage, NodeProfile } from '../kubelet-options.js';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const CNI_MESSAGE =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

function conditionsOf(profile: NodeProfile): Condition[] {
  const networkReady = profile.networkReady?.() !== false;
  return [
    {
      type: 'MemoryPressure',
      status: 'False',
      reason: 'KubeletHasSufficientMemory',
      message: 'kubelet has sufficient memory available',
    },
    {
      type: 'DiskPressure',
      status: 'False',
      reason: 'KubeletHasNoDiskPressure',
      message: 'kubelet has no disk pressure',
    },
    {
      type: 'PIDPressure',
      status: 'False',
      reason: 'KubeletHasSufficientPID',
      message: 'kubelet has sufficient PID available',
    },
    networkReady
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: CNI_MESSAGE },
  ];
}

/** The node's status as the kubelet reports it (pkg/kubelet/nodestatus setters). */
export function nodeStatus(
  profile: NodeProfile,
  images: readonly ContainerImage[],
  old: Node['status'] | undefined,
  simulation: Simulation,
): NonNullable<Node['status']> {
  const now = formatTime(simulation.now());
  const conditions = conditionsOf(profile).map((condition) => {
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
  const listed = [...byId.values()].sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 50);
  const status = {
    capacity: profile.capacity,
    allocatable: profile.allocatable,
    conditions,
    addresses: [
      { type: 'InternalIP', address: profile.internalIp },
      { type: 'Hostname', address: profile.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: profile.nodeInfo,
    ...(listed.length > 0 ? { images: listed } : {}),
    runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
    features: { supplementalGroupsPolicy: false },
  };
  return status as unknown as NonNullable<Node['status']>;
}

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
}

const NOT_READY = 'node.kubernetes.io/not-ready';

/** Reports the node's status now; a node that is ready loses the taint it was admitted with. */
export function updateNodeStatus(
  client: ApiClient,
  profile: NodeProfile,
  images: readonly ContainerImage[],
  simulation: Simulation,
): void {
  const node = client.get(NODES, undefined, profile.name);
  if (!node) return;
  const status = nodeStatus(profile, images, node.status, simulation);
  const written = client.updateStatus(NODES, { ...node, status: { ...node.status, ...status } });
  const taints = node.spec.taints ?? [];
  if (!written.ok || profile.networkReady?.() === false || !taints.some((taint) => taint.key === NOT_READY)) return;
  const spec = { ...written.value.spec, taints: taints.filter((taint) => taint.key !== NOT_READY) };
  client.update(NODES, { ...written.value, spec: spec.taints.length > 0 ? spec : withoutTaints(spec) });
}

function withoutTaints(spec: Node['spec']): Node['spec'] {
  const { taints: _taints, ...rest } = spec;
  return rest;
}
