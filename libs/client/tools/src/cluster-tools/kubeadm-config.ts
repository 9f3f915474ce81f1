import { PATCH_RELEASES, clusterConfiguration } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { nodeOf, notSimulated, type ToolCall } from './cluster-tool.js';
import { kubeadmRelease } from './kubeadm-upgrade/kubeadm-version.js';

const PULL_MS = 1500;

/** Flags of `kubeadm config images …`. */
export const imageFlags = ['config', 'cri-socket', 'feature-gates', 'image-repository', 'kubernetes-version'].map(
  (name) => stringFlag(name),
);

/** The images of a release (cmd/kubeadm/app/images, v1.35.4); undefined for releases whose images are not known. */
function imagesOf({ tool, flags }: ToolCall): readonly string[] | undefined {
  const release = flags.string('kubernetes-version').replace(/^v?(?=\d)/, 'v') || newestRelease(tool);
  if (!/^v1\.35\.\d+$/.test(release) || flags.string('config') !== '') return undefined;
  const kubernetes = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];
  const own = flags.string('image-repository');
  const dns = own === '' ? 'coredns/coredns' : 'coredns';
  return [...kubernetes.map((name) => `${name}:${release}`), `${dns}:v1.13.1`, 'pause:3.10.1', 'etcd:3.6.6-0'].map(
    (image) => `${own || 'registry.k8s.io'}/${image}`,
  );
}

/** What `stable` comes to: the newest release of kubeadm's series, where the nodes have packages of it. */
function newestRelease(tool: ToolCall['tool']): string {
  return nodeOf(tool)?.packages ? PATCH_RELEASES[0] : kubeadmRelease(tool);
}

/** `kubeadm config images list`. */
export function* listImages(call: ToolCall): Coroutine<number> {
  const images = imagesOf(call);
  if (!images) return yield* notSimulated(call.tool, 'config images list of another release or configuration');
  yield* call.tool.out(images.map((image) => `${image}\n`).join(''));
  return 0;
}

/** `kubeadm config images pull`. */
export function* pullImages(call: ToolCall): Coroutine<number> {
  const images = imagesOf(call);
  if (!images) return yield* notSimulated(call.tool, 'config images pull of another release or configuration');
  for (const image of images) {
    yield* sleep(PULL_MS);
    yield* call.tool.out(`[config/images] Pulled ${image}\n`);
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
