import { SECRETS } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { decodeBase64, sleep, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import type { ToolCall } from './cluster-tool.js';
import { InstalledCluster } from './installed-cluster.js';
import { kubeadmFailure } from './kubeadm-failure.js';
import { BOOTSTRAP_RBAC } from './kubeadm-texts.js';
import { controlPlaneEndpoint, createBootstrapToken, discoveryHash } from './kubeadm-token.js';

const PULL_MS = 8000;
const START_MS = 6000;
const DISCOVERY_MS = 30_000;
const JOIN_MS = 2000;
const CONFIG_HINT = "Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.";

/** The cluster that `kubeadm init` makes here: new, and on its first control plane. */
export function initializedCluster(tool: Tool): InstalledCluster | undefined {
  const cluster = InstalledCluster.of(tool, 'kubeadm');
  const first = cluster?.node.profile.nodes.find(({ controlPlane }) => controlPlane)?.name;
  return cluster?.canBeCreated && first === tool.machine.hostname ? cluster : undefined;
}

const kubeletFiles =
  '[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/instance-config.yaml"\n[patches] Applied patch of type "application/strategic-merge-patch+json" to target "kubeletconfiguration"\n[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"\n';
const kubeletFlags =
  '[kubelet-start] Writing kubelet environment file with flags to file "/var/lib/kubelet/kubeadm-flags.env"\n';
const kubeletStart = '[kubelet-start] Starting the kubelet\n';
const kubeletCheck =
  '[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s\n';
const kubeletHealthy = '[kubelet-check] The kubelet is healthy after 501.233104ms\n';

function certificates(name: string, address: string, serviceAddress: string): string {
  const serving = (certificate: string, names: string, ips: string): string =>
    `[certs] Generating "${certificate}" certificate and key\n[certs] ${certificate} serving cert is signed for DNS names [${names}] and IPs [${ips}]\n`;
  const plain = (certificate: string): string => `[certs] Generating "${certificate}" certificate and key\n`;
  return [
    '[certs] Using certificateDir folder "/etc/kubernetes/pki"\n',
    plain('ca'),
    serving(
      'apiserver',
      `kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local ${name}`,
      `${serviceAddress} ${address}`,
    ),
    plain('apiserver-kubelet-client'),
    plain('front-proxy-ca'),
    plain('front-proxy-client'),
    plain('etcd/ca'),
    serving('etcd/server', `localhost ${name}`, `${address} 127.0.0.1 ::1`),
    serving('etcd/peer', `localhost ${name}`, `${address} 127.0.0.1 ::1`),
    plain('etcd/healthcheck-client'),
    plain('apiserver-etcd-client'),
    '[certs] Generating "sa" key and public key\n',
  ].join('');
}

function controlPlane(address: string): string {
  const component = (name: string, after: string): string =>
    `[control-plane-check] ${name} is healthy after ${after}\n`;
  return [
    kubeletCheck,
    kubeletHealthy,
    '[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s\n',
    `[control-plane-check] Checking kube-apiserver at https://${address}:6443/livez\n`,
    '[control-plane-check] Checking kube-controller-manager at https://127.0.0.1:10257/healthz\n',
    '[control-plane-check] Checking kube-scheduler at https://127.0.0.1:10259/livez\n',
    component('kube-controller-manager', '1.503421511s'),
    component('kube-scheduler', '2.011870395s'),
    component('kube-apiserver', '3.501925482s'),
  ].join('');
}

const RBAC = [...BOOTSTRAP_RBAC, 'Creating the "cluster-info" ConfigMap in the "kube-public" namespace']
  .map((text) => `[bootstrap-token] ${text}\n`)
  .join('');

function done(node: ClusterNode, token: string): string {
  return `
Your Kubernetes control-plane has initialized successfully!

To start using your cluster, you need to run the following as a regular user:

  mkdir -p $HOME/.kube
  sudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
  sudo chown $(id -u):$(id -g) $HOME/.kube/config

Alternatively, if you are the root user, you can run:

  export KUBECONFIG=/etc/kubernetes/admin.conf

You should now deploy a pod network to the cluster.
Run "kubectl apply -f [podnetwork].yaml" with one of the options listed at:
  https://kubernetes.io/docs/concepts/cluster-administration/addons/

Then you can join any number of worker nodes by running the following on each as root:

kubeadm join ${controlPlaneEndpoint(node)} --token ${token} \\
\t--discovery-token-ca-cert-hash ${discoveryHash()} 
`;
}

/** What `kubeadm init` does after its checks, on the cluster that stands ready (cmd/kubeadm/app/cmd/init.go, v1.35). */
export function* initialize({ tool, flags }: ToolCall, cluster: InstalledCluster): Coroutine<number> {
  const { node } = cluster;
  const { name, address } = node.node;
  const serviceAddress = node.profile.serviceCidr.replace(/\.0\/\d+$/, '.1');
  yield* tool.out(
    "[preflight] Pulling images required for setting up a Kubernetes cluster\n[preflight] This might take a minute or two, depending on the speed of your internet connection\n[preflight] You can also perform this action beforehand using 'kubeadm config images pull'\n",
  );
  yield* sleep(PULL_MS);
  yield* tool.out(certificates(name, flags.string('apiserver-advertise-address') || address, serviceAddress));
  const files = ['admin.conf', 'super-admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf'];
  yield* tool.out(
    `[kubeconfig] Using kubeconfig folder "/etc/kubernetes"\n${files.map((file) => `[kubeconfig] Writing "${file}" kubeconfig file\n`).join('')}`,
  );
  const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
  yield* tool.out(
    `[etcd] Creating static Pod manifest for local etcd in "/etc/kubernetes/manifests"\n[control-plane] Using manifest folder "/etc/kubernetes/manifests"\n${components.map((component) => `[control-plane] Creating static Pod manifest for "${component}"\n`).join('')}`,
  );
  yield* tool.out(
    `${kubeletFlags}${kubeletFiles}${kubeletStart}[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests"\n`,
  );
  if (cluster.stage === 'deleted') yield* cluster.powerOn();
  yield* sleep(START_MS);
  yield* tool.out(controlPlane(address));
  yield* tool.out(
    `[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace\n[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster\n[upload-certs] Skipping phase. Please see --upload-certs\n`,
  );
  yield* tool.out(
    `[mark-control-plane] Marking the node ${name} as control-plane by adding the labels: [node-role.kubernetes.io/control-plane node.kubernetes.io/exclude-from-external-load-balancers]\n[mark-control-plane] Marking the node ${name} as control-plane by adding the taints [node-role.kubernetes.io/control-plane:NoSchedule]\n`,
  );
  const token = createBootstrapToken(node, flags.string('token') || undefined);
  yield* tool.out(
    `[bootstrap-token] Using token: ${token}\n[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles\n${RBAC}`,
  );
  yield* tool.out(
    '[kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate and key\n[addons] Applied essential addon: CoreDNS\n[addons] Applied essential addon: kube-proxy\n',
  );
  cluster.stage = 'installed';
  yield* tool.out(done(node, token));
  return 0;
}

/** The cluster that this machine may join: it is none of its control planes, and has not joined yet. */
export function joinableCluster(tool: Tool): InstalledCluster | undefined {
  const cluster = InstalledCluster.of(tool, 'kubeadm');
  const profile = cluster?.node.profile.nodes.find(({ name }) => name === tool.machine.hostname);
  if (!cluster?.exists || !profile || profile.controlPlane || cluster.joined.has(profile.name)) return undefined;
  const left = cluster.left.has(profile.name);
  return left || cluster.canBeCreated || cluster.stage === 'installed' ? cluster : undefined;
}

/** Why the API server's identity is not believed. */
function* discoveryProblem({ flags, args }: ToolCall, node: ClusterNode): Coroutine<string | undefined> {
  const endpoint = args[0] ?? controlPlaneEndpoint(node);
  const failed = "couldn't validate the identity of the API Server: ";
  const [host] = endpoint.split(':');
  if (!node.profile.nodes.some(({ name, address }) => name === host || address === host)) {
    yield* sleep(DISCOVERY_MS);
    return `${failed}failed to request the cluster-info ConfigMap: Get "https://${endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": context deadline exceeded`;
  }
  const [id, secret] = (flags.string('token') || flags.string('discovery-token')).split('.');
  const kept = node.apiServer.store.get(SECRETS, 'kube-system', `bootstrap-token-${id}`);
  const value = decodeBase64(kept?.data?.['token-secret'] ?? '');
  if (!kept || !('text' in value) || value.text !== secret) {
    yield* sleep(DISCOVERY_MS);
    return `${failed}could not find a JWS signature in the cluster-info ConfigMap for token ID ${JSON.stringify(id)}`;
  }
  const pins = flags.list('discovery-token-ca-cert-hash');
  if (pins.length > 0 && !pins.includes(discoveryHash()))
    return `${failed}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "${discoveryHash()}" are pinned`;
  return undefined;
}

/** What `kubeadm join` does after its checks (cmd/kubeadm/app/cmd/join.go, v1.35). */
export function* joinCluster(call: ToolCall, cluster: InstalledCluster): Coroutine<number> {
  const { tool } = call;
  const own = tool.machine.hostname;
  const problem = yield* discoveryProblem(call, cluster.node);
  if (problem !== undefined) return yield* kubeadmFailure(tool, `error execution phase preflight: ${problem}`);
  yield* tool.out(
    `[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[preflight] ${CONFIG_HINT}\n`,
  );
  yield* tool.out(`${kubeletFiles}${kubeletFlags}${kubeletStart}${kubeletCheck}`);
  if (cluster.left.delete(own)) cluster.kubeletOf(tool)?.start();
  yield* sleep(JOIN_MS);
  yield* tool.out(`${kubeletHealthy}[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap\n`);
  cluster.joined.add(own);
  yield* tool.out(
    "\nThis node has joined the cluster:\n* Certificate signing request was sent to apiserver and a response was received.\n* The Kubelet was informed of the new secure connection details.\n\nRun 'kubectl get nodes' on the control-plane to see this node join the cluster.\n\n",
  );
  return 0;
}

const CLEAN_UP = `
The reset process does not perform cleanup of CNI plugin configuration,
network filtering rules and kubeconfig files.

For information on how to perform this cleanup manually, please see:
    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/

`;
const FILES = ['admin.conf', 'super-admin.conf', 'kubelet.conf', 'bootstrap-kubelet.conf', 'controller-manager.conf', 'scheduler.conf']; // prettier-ignore

/** Takes this machine out of its cluster; on the first control plane that is the end of it. */
export function* resetNode(tool: Tool, cluster: InstalledCluster): Coroutine<number> {
  const own = tool.machine.hostname;
  const isControlPlane = cluster.node.profile.nodes.some(({ name, controlPlane }) => controlPlane && name === own);
  yield* tool.out('[preflight] Running pre-flight checks\n');
  if (isControlPlane) yield* tool.out('[reset] Deleted contents of the etcd data directory: /var/lib/etcd\n');
  yield* tool.out(
    '[reset] Stopping the kubelet service\n[reset] Unmounting mounted directories in "/var/lib/kubelet"\n',
  );
  if (isControlPlane) {
    cluster.powerOff();
    cluster.stage = 'deleted';
  } else {
    cluster.kubeletOf(tool)?.powerOff();
    cluster.joined.delete(own);
    cluster.left.add(own);
  }
  yield* sleep(JOIN_MS);
  const files = FILES.map((file) => `/etc/kubernetes/${file}`).join(' ');
  yield* tool.out(
    `[reset] Deleting contents of directories: [/etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki]\n[reset] Deleting files: [${files}]\n${CLEAN_UP}`,
  );
  return 0;
}
