import { clusterConfiguration } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import type { ToolCall } from './cluster-tool.js';

const PULL_MS = 1500;

/** `kubeadm config images pull`. */
export function* pullImages({ tool }: ToolCall, images: readonly string[]): Coroutine<number> {
  for (const image of images) {
    yield* sleep(PULL_MS);
    yield* tool.out(`[config/images] Pulled ${image}\n`);
  }
  return 0;
}

/** `kubeadm config print init-defaults` of v1.35 (kubeadm.k8s.io/v1beta4). */
export function* printInitDefaults({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(`apiVersion: kubeadm.k8s.io/v1beta4
bootstrapTokens:
- groups:
  - system:bootstrappers:kubeadm:default-node-token
  token: abcdef.0123456789abcdef
  ttl: 24h0m0s
  usages:
  - signing
  - authentication
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 1.2.3.4
  bindPort: 6443
nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: node
  taints: null
${TIMEOUTS}---
${DEFAULT_CLUSTER}`);
  return 0;
}

const DEFAULT_CLUSTER = clusterConfiguration({ name: 'kubernetes', version: '1.35.0', serviceSubnet: '10.96.0.0/12' });

const TIMEOUTS = `timeouts:
  controlPlaneComponentHealthCheck: 4m0s
  discovery: 5m0s
  etcdAPICall: 2m0s
  kubeletHealthCheck: 4m0s
  kubernetesAPICall: 1m0s
  tlsBootstrap: 5m0s
  upgradeManifests: 5m0s
`;

/** `kubeadm config print join-defaults`. */
export function* printJoinDefaults({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(`apiVersion: kubeadm.k8s.io/v1beta4
caCertPath: /etc/kubernetes/pki/ca.crt
discovery:
  bootstrapToken:
    apiServerEndpoint: kube-apiserver:6443
    token: abcdef.0123456789abcdef
    unsafeSkipCAVerification: true
  tlsBootstrapToken: abcdef.0123456789abcdef
kind: JoinConfiguration
nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: ${tool.machine.hostname}
  taints: null
${TIMEOUTS}`);
  return 0;
}
