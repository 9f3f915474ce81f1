import type { NodeProfile, NodeRole } from './cluster-profile.js';

/** What differs between the machines of the profiles; the rest is a common two-core machine. */
export interface NodeOptions {
  readonly name: string;
  readonly address: string;
  readonly podCidr: string;
  readonly controlPlane: boolean;
  /** Control planes of single-node clusters run the student's pods too. */
  readonly taintControlPlane?: boolean;
  readonly cpu?: string;
  readonly memory?: { readonly capacity: string; readonly allocatable: string };
  readonly pods?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly osImage?: string;
  readonly kernelVersion?: string;
  readonly containerRuntimeVersion?: string;
}

const CONTROL_PLANE_LABELS = {
  'node-role.kubernetes.io/control-plane': '',
  'node.kubernetes.io/exclude-from-external-load-balancers': '',
};

/** A node as its kubelet and the installer leave it. Figures by default: those of the recorded cluster's machines. */
export function createNodeProfile(options: NodeOptions): NodeProfile {
  const memory = options.memory ?? { capacity: '24684096Ki', allocatable: '24581696Ki' };
  const shared = { cpu: options.cpu ?? '2', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: options.pods ?? '110' };
  const tainted = options.controlPlane && options.taintControlPlane !== false;
  return {
    name: options.name,
    address: options.address,
    controlPlane: options.controlPlane,
    podCidr: options.podCidr,
    capacity: { ...shared, memory: memory.capacity, 'ephemeral-storage': '264212084Ki' },
    allocatable: { ...shared, memory: memory.allocatable, 'ephemeral-storage': '267847642337' },
    labels: { ...(options.controlPlane && CONTROL_PLANE_LABELS), ...options.labels },
    taints: tainted ? [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] : [],
    osImage: options.osImage ?? 'Debian GNU/Linux 12 (bookworm)',
    kernelVersion: options.kernelVersion ?? '6.18.44-fc-v595',
    containerRuntimeVersion: options.containerRuntimeVersion ?? 'containerd://1.6.20',
  };
}

/** The address that comes `offset` after another. */
export function hostAddress(first: string, offset: number): string {
  const value = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The pod range of the node at a position: one /24 after another. */
export const podRange = (first: string, position: number): string => `${hostAddress(first, position * 256)}/24`;

/** Machines of both roles as an installer makes them. */
export function machines(
  machine: (role: NodeRole, index: number, position: number) => NodeProfile,
  controlPlanes: number,
  workers: number,
): NodeProfile[] {
  return [
    ...Array.from({ length: controlPlanes }, (_, index) => machine('control-plane', index, index)),
    ...Array.from({ length: workers }, (_, index) => machine('worker', index, controlPlanes + index)),
  ];
}
