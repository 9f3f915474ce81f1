import { clusterConfiguration } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { notSimulated, nodeOf, type ToolCall } from './cluster-tool.js';

const PULL_MS = 1500;

/** `kubeadm config images pull`. */
export function* pullImages({ tool }: ToolCall, images: readonly string[]): Coroutine<number> {
  for (const image of images) {
    yield* sleep(PULL_MS);
    yield* tool.out(`[config/images] Pulled ${image}\n`);
  }
  return 0;
}

/** `kubeadm upgrade plan` on a cluster that has the newest release already. */
export function* planUpgrade({ tool, args }: ToolCall, version: string): Coroutine<number> {
  const node = nodeOf(tool);
  if (!node || tool.process.user !== 'root') return yield* notSimulated(tool, 'upgrade plan here');
  if (args.length > 0 && args[0] !== version) return yield* notSimulated(tool, `upgrade plan ${args[0]}`);
  const release = /^v\d+\.\d+/.exec(version)?.[0] ?? version;
  yield* tool.out(`[preflight] Running pre-flight checks.
[upgrade/config] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...
[upgrade/config] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.
[upgrade] Running cluster health checks
[upgrade] Fetching available versions to upgrade to
[upgrade/versions] Cluster version: ${version.slice(1)}
[upgrade/versions] kubeadm version: ${version}
[upgrade/versions] Target version: ${version}
[upgrade/versions] Latest version in the ${release} series: ${version}

`);
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
