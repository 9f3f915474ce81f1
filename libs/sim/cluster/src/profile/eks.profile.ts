import type { ClusterProfile, NodeProfile, NodeRole } from './cluster-profile.js';
import { createNodeProfile, hostAddress, machines, podRange } from './node-profile.js';
import { recordedProfile } from './kubeadm.profile.js';

const ADDRESSES = ['192.168.12.201', '192.168.45.17', '192.168.81.140'];

const machine = (_role: NodeRole, _index: number, position: number): NodeProfile => {
  const address = ADDRESSES.at(position) ?? hostAddress('192.168.90.11', position * 7);
  return createNodeProfile({
    name: `ip-${address.replaceAll('.', '-')}.us-east-2.compute.internal`,
    address,
    podCidr: podRange('192.168.128.0', position),
    controlPlane: false,
    pods: '29',
    labels: {
      'alpha.eksctl.io/cluster-name': 'workshop',
      'alpha.eksctl.io/nodegroup-name': 'workers',
      'eks.amazonaws.com/capacityType': 'ON_DEMAND',
      'eks.amazonaws.com/nodegroup': 'workers',
      'node.kubernetes.io/instance-type': 'm5.large',
      'topology.kubernetes.io/region': 'us-east-2',
      'topology.kubernetes.io/zone': `us-east-2${'abc'.charAt(position % 3)}`,
    },
    osImage: 'Amazon Linux 2023.9.20251117',
    kernelVersion: '6.12.55-74.119.amzn2023.x86_64',
    containerRuntimeVersion: 'containerd://2.1.4',
  });
};

/** A managed cluster as eksctl makes it: workers only, named after their addresses, EBS volumes, load balancers with host names. */
export const eksProfile: ClusterProfile = {
  ...recordedProfile,
  name: 'eks',
  kubernetesVersion: 'v1.35.4-eks-3cfe0ce',
  nodes: machines(machine, 0, 3),
  machine,
  podCidr: '192.168.0.0/16',
  serviceCidr: '10.100.0.0/16',
  dnsAddress: '10.100.0.10',
  kubeconfig: {
    cluster: 'workshop.us-east-2.eksctl.io',
    user: 'student@workshop.us-east-2.eksctl.io',
    context: 'student@workshop.us-east-2.eksctl.io',
  },
  managedApi: { host: '7F0C1D2E3B4A.gr7.us-east-2.eks.example', address: '198.51.100.20' },
  storageClasses: [
    {
      name: 'gp2',
      provisioner: 'ebs.csi.aws.com',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
      parameters: { fsType: 'ext4', type: 'gp2' },
    },
  ],
  nodeGroup: { name: 'eks-workers-5ac8b5b0-1d7c-4e0f-9a46-2f7d3b1c9e58', minSize: 2, maxSize: 6 },
  staticPodPath: undefined,
  kubeProxy: 'pods',
  addons: ['aws-node', 'kube-proxy'],
  loadBalancer: { hostnameSuffix: '-1862915407.us-east-2.elb.amazonaws.com' },
};
