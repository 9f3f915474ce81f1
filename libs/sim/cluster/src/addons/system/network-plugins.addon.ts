import { defineAddon, type ManifestObject } from '../addon.js';
import { clusterRole, configMap, namespaceObject, nodeDaemon, serviceAccount, simpleDeployment } from './daemon-set.js';

const KUBE_SYSTEM = 'kube-system';
const READ_NODES = [{ apiGroups: [''], resources: ['pods', 'nodes', 'namespaces'], verbs: ['get', 'list', 'watch'] }];

function flannelManifest(version: string): ManifestObject[] {
  const namespace = 'kube-flannel';
  const labels = { app: 'flannel', tier: 'node' };
  const image = `ghcr.io/flannel-io/flannel:${version}`;
  return [
    namespaceObject(namespace, { 'k8s-app': 'flannel', 'pod-security.kubernetes.io/enforce': 'privileged' }),
    ...clusterRole('flannel', namespace, READ_NODES),
    serviceAccount('flannel', namespace),
    configMap('kube-flannel-cfg', namespace, {
      'cni-conf.json': '{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel"},{"type":"portmap"}]}',
      'net-conf.json': '{"Network":"10.244.0.0/16","EnableNFTables":false,"Backend":{"Type":"vxlan"}}',
    }),
    nodeDaemon({
      name: 'kube-flannel-ds',
      namespace,
      labels,
      image,
      container: 'kube-flannel',
      command: ['/opt/bin/flanneld'],
      args: ['--ip-masq', '--kube-subnet-mgr'],
      serviceAccountName: 'flannel',
      resources: { requests: { cpu: '100m', memory: '50Mi' } },
    }),
  ];
}

/** Flannel: pods reach each other, NetworkPolicies are not enforced. */
export const flannelAddon = defineAddon({
  name: 'flannel',
  objects: () => flannelManifest('v0.27.4'),
  published: [
    {
      host: 'raw.githubusercontent.com',
      path: /^\/(?:flannel-io|coreos)\/flannel\/(?:master|v[\d.]+)\/Documentation\/kube-flannel\.yml$/,
      objects: () => flannelManifest('v0.27.4'),
    },
    {
      host: 'github.com',
      path: /^\/flannel-io\/flannel\/releases\/(?:latest\/download|download\/v[\d.]+)\/kube-flannel\.yml$/,
      objects: () => flannelManifest('v0.27.4'),
    },
  ],
});

const CALICO_KINDS = ['BGPConfiguration', 'BGPFilter', 'BGPPeer', 'BlockAffinity', 'CalicoNodeStatus', 'ClusterInformation', 'FelixConfiguration', 'GlobalNetworkPolicy', 'GlobalNetworkSet', 'HostEndpoint', 'IPAMBlock', 'IPAMConfig', 'IPAMHandle', 'IPPool', 'IPReservation', 'KubeControllersConfiguration', 'NetworkPolicy', 'NetworkSet']; // prettier-ignore

const calicoPlural = (kind: string): string => {
  const lower = kind.toLowerCase();
  if (lower.endsWith('status')) return `${lower}es`;
  return lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
};

const calicoDefinition = (kind: string): ManifestObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${calicoPlural(kind)}.crd.projectcalico.org` },
  spec: {
    group: 'crd.projectcalico.org',
    names: { kind, listKind: `${kind}List`, plural: calicoPlural(kind), singular: kind.toLowerCase() },
    scope: ['NetworkPolicy', 'NetworkSet'].includes(kind) ? 'Namespaced' : 'Cluster',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

function calicoManifest(version: string): ManifestObject[] {
  const labels = { 'k8s-app': 'calico-node' };
  const controllers = { 'k8s-app': 'calico-kube-controllers' };
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'calico-kube-controllers', namespace: KUBE_SYSTEM, labels: controllers },
      spec: { maxUnavailable: 1, selector: { matchLabels: controllers } },
    },
    ...['calico-kube-controllers', 'calico-node', 'calico-cni-plugin'].map((name) => serviceAccount(name, KUBE_SYSTEM)),
    configMap('calico-config', KUBE_SYSTEM, { calico_backend: 'bird', typha_service_name: 'none', veth_mtu: '0' }),
    ...CALICO_KINDS.map(calicoDefinition),
    ...['calico-kube-controllers', 'calico-node', 'calico-cni-plugin'].flatMap((name) =>
      clusterRole(name, KUBE_SYSTEM, READ_NODES),
    ),
    nodeDaemon({
      name: 'calico-node',
      namespace: KUBE_SYSTEM,
      labels,
      image: `docker.io/calico/node:${version}`,
      resources: { requests: { cpu: '250m' } },
      initContainers: [
        {
          name: 'upgrade-ipam',
          image: `docker.io/calico/cni:${version}`,
          command: ['/opt/cni/bin/calico-ipam', '-upgrade'],
        },
        { name: 'install-cni', image: `docker.io/calico/cni:${version}`, command: ['/opt/cni/bin/install'] },
      ],
    }),
    simpleDeployment(
      'calico-kube-controllers',
      KUBE_SYSTEM,
      controllers,
      {
        name: 'calico-kube-controllers',
        image: `docker.io/calico/kube-controllers:${version}`,
        imagePullPolicy: 'IfNotPresent',
      },
      {
        serviceAccountName: 'calico-kube-controllers',
        priorityClassName: 'system-cluster-critical',
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
        ],
      },
    ),
  ].sort((a, b) => Number(a.kind === 'ClusterRoleBinding') - Number(b.kind === 'ClusterRoleBinding') || 0);
}

/** Calico: enforces NetworkPolicies. */
export const calicoAddon = defineAddon({
  name: 'calico',
  objects: () => calicoManifest('v3.30.3'),
  published: [
    {
      host: 'raw.githubusercontent.com',
      path: /^\/projectcalico\/calico\/(?:master|(v3\.\d+\.\d+))\/manifests\/calico\.yaml$/,
      objects: () => calicoManifest('v3.30.3'),
    },
    {
      host: 'docs.projectcalico.org',
      path: /^\/(?:v3\.\d+\/)?manifests\/calico\.yaml$/,
      objects: () => calicoManifest('v3.30.3'),
    },
  ],
});

function weaveManifest(): ManifestObject[] {
  const labels = { name: 'weave-net' };
  return [
    serviceAccount('weave-net', KUBE_SYSTEM),
    ...clusterRole('weave-net', KUBE_SYSTEM, READ_NODES),
    nodeDaemon({
      name: 'weave-net',
      namespace: KUBE_SYSTEM,
      labels,
      image: 'weaveworks/weave-kube:2.8.1',
      container: 'weave',
      command: ['/home/weave/launch.sh'],
      resources: { requests: { cpu: '50m', memory: '100Mi' } },
      more: [
        {
          name: 'weave-npc',
          image: 'weaveworks/weave-npc:2.8.1',
          resources: { requests: { cpu: '50m', memory: '100Mi' } },
        },
      ],
    }),
  ];
}

/** Weave Net: enforces NetworkPolicies. */
export const weaveAddon = defineAddon({
  name: 'weave',
  objects: weaveManifest,
  published: [
    {
      host: 'github.com',
      path: /^\/weaveworks\/weave\/releases\/download\/v2\.8\.1\/weave-daemonset-k8s(?:-1\.11)?\.yaml$/,
      objects: weaveManifest,
    },
  ],
});

/** kind's own network plugin, which enforces NetworkPolicies. */
export const kindnetAddon = defineAddon({
  name: 'kindnet',
  objects: () => [
    serviceAccount('kindnet', KUBE_SYSTEM),
    nodeDaemon({
      name: 'kindnet',
      namespace: KUBE_SYSTEM,
      labels: { app: 'kindnet', 'k8s-app': 'kindnet', tier: 'node' },
      image: 'docker.io/kindest/kindnetd:v20250512-df8de77b',
      container: 'kindnet-cni',
      resources: { limits: { cpu: '100m', memory: '50Mi' }, requests: { cpu: '100m', memory: '50Mi' } },
    }),
  ],
});

const ECR = '602401143452.dkr.ecr.us-east-2.amazonaws.com';

/** The Amazon VPC CNI of EKS. */
export const awsNodeAddon = defineAddon({
  name: 'aws-node',
  objects: () => [
    serviceAccount('aws-node', KUBE_SYSTEM),
    nodeDaemon({
      name: 'aws-node',
      namespace: KUBE_SYSTEM,
      labels: { 'k8s-app': 'aws-node' },
      image: `${ECR}/amazon-k8s-cni:v1.20.4-eksbuild.2`,
      initContainers: [{ name: 'aws-vpc-cni-init', image: `${ECR}/amazon-k8s-cni-init:v1.20.4-eksbuild.2` }],
      more: [{ name: 'aws-eks-nodeagent', image: `${ECR}/amazon/aws-network-policy-agent:v1.2.7-eksbuild.1` }],
      resources: { requests: { cpu: '25m' } },
    }),
  ],
});
