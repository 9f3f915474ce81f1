import type { ClusterNode } from '@seatrial/cluster';
import { isJsonObject, sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { parseGoDuration } from '@seatrial/schema';
import type { Tool } from '../../tool/tool.js';
import { notSimulated, type ToolCall } from '../cluster-tool.js';
import { InstalledCluster } from '../installed-cluster.js';
import { objectAt, textAt } from '../kubeadm-configuration/default-configuration.js';
import { initConfiguration } from '../kubeadm-configuration/flag-configuration.js';
import type { InitializedConfiguration } from '../kubeadm-configuration/load-configuration.js';
import { newCertificateKey } from '../kubeadm-certificate-key.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { uploadCertificates } from '../kubeadm-phases/upload-certificates.js';
import { initChecks, runPreflight } from '../kubeadm-preflight.js';
import { BOOTSTRAP_RBAC } from '../kubeadm-texts.js';
import { controlPlaneEndpoint, storeToken } from '../kubeadm-token.js';
import {
  KUBELET_FILES,
  KUBELET_FLAGS,
  KUBELET_START,
  certificateLines,
  controlPlaneChecks,
  showJoinCommand,
} from './init-texts.js';
import { storeConfiguration } from './store-configuration.js';
import { unfollowedSettings } from './init-settings.js';
import { isSkipped, skipProblem, takeAway, untaint } from './skipped-phases.js';

const PULL_MS = 8000;
const START_MS = 6000;

/** The cluster that `kubeadm init` makes here: new, and on its first control plane. */
function initializedCluster(tool: Tool): InstalledCluster | undefined {
  const cluster = InstalledCluster.of(tool, 'kubeadm');
  const first = cluster?.node.profile.nodes.find(({ controlPlane }) => controlPlane)?.name;
  return cluster?.canBeCreated && first === tool.machine.hostname ? cluster : undefined;
}

const RBAC = [...BOOTSTRAP_RBAC, 'Creating the "cluster-info" ConfigMap in the "kube-public" namespace']
  .map((text) => `[bootstrap-token] ${text}\n`)
  .join('');

const texts = (value: JsonObject, key: string): string[] => {
  const found = value[key];
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
};

/** Stores the tokens of a configuration, and says which. */
function storeTokens(node: ClusterNode, init: JsonObject): string[] {
  const tokens = Array.isArray(init.bootstrapTokens) ? init.bootstrapTokens.filter(isJsonObject) : [];
  return tokens.map((each) => {
    const token = textAt(each, 'token');
    const ttl = parseGoDuration(textAt(each, 'ttl') || '0s');
    storeToken(node, token, {
      ttl: ttl.ok ? ttl.value / 1e6 : 0,
      groups: texts(each, 'groups'),
      usages: texts(each, 'usages'),
      description: textAt(each, 'description'),
    });
    return token;
  });
}

/** The files that come before the control plane runs, and what is said of them. */
function* writeFiles(tool: Tool, configuration: InitializedConfiguration): Coroutine<void> {
  yield* tool.out(certificateLines(configuration));
  const files = ['admin.conf', 'super-admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf'];
  yield* tool.out(
    `[kubeconfig] Using kubeconfig folder "/etc/kubernetes"\n${files.map((file) => `[kubeconfig] Writing "${file}" kubeconfig file\n`).join('')}`,
  );
  const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
  yield* tool.out(
    `[etcd] Creating static Pod manifest for local etcd in "/etc/kubernetes/manifests"\n[control-plane] Using manifest folder "/etc/kubernetes/manifests"\n${components.map((component) => `[control-plane] Creating static Pod manifest for "${component}"\n`).join('')}`,
  );
  yield* tool.out(
    `${KUBELET_FLAGS}${KUBELET_FILES}${KUBELET_START}[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests"\n`,
  );
}

/** The phases that act on the cluster once its API answers; the key that certificates were uploaded under. */
function* setUp(
  { tool, flags }: ToolCall,
  { node }: InstalledCluster,
  { init, cluster }: InitializedConfiguration,
  skipped: readonly string[],
): Coroutine<{ readonly tokens: readonly string[]; readonly certificateKey: string }> {
  storeConfiguration(node, cluster);
  yield* tool.out(
    `[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace\n[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster\n`,
  );
  const uploads = flags.bool('upload-certs');
  const certificateKey = uploads ? textAt(init, 'certificateKey') || newCertificateKey(tool) : '';
  if (!isSkipped(skipped, 'upload-certs')) {
    if (uploads) yield* uploadCertificates(tool, node, certificateKey);
    else yield* tool.out('[upload-certs] Skipping phase. Please see --upload-certs\n');
  }
  const { taints } = objectAt(init, 'nodeRegistration');
  const isTainted = !Array.isArray(taints) || taints.length > 0;
  if (!isSkipped(skipped, 'mark-control-plane')) {
    const prefix = `[mark-control-plane] Marking the node ${node.node.name} as control-plane by adding the`;
    yield* tool.out(
      `${prefix} labels: [node-role.kubernetes.io/control-plane node.kubernetes.io/exclude-from-external-load-balancers]\n${isTainted ? `${prefix} taints [node-role.kubernetes.io/control-plane:NoSchedule]\n` : ''}`,
    );
    if (!isTainted) untaint(node);
  }
  const tokens = storeTokens(node, init);
  yield* tool.out(
    `[bootstrap-token] Using ${tokens.length > 1 ? `tokens: [${tokens.join(' ')}]` : `token: ${tokens.join('')}`}\n[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles\n${RBAC}[kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate and key\n`,
  );
  return { tokens, certificateKey };
}

/** What `kubeadm init` does after its checks, on the cluster that stands ready. */
function* initialize(
  call: ToolCall,
  cluster: InstalledCluster,
  configuration: InitializedConfiguration,
  skipped: readonly string[],
): Coroutine<number> {
  const { tool } = call;
  const { node } = cluster;
  if (!isSkipped(skipped, 'preflight')) {
    yield* tool.out(
      "[preflight] Pulling images required for setting up a Kubernetes cluster\n[preflight] This might take a minute or two, depending on the speed of your internet connection\n[preflight] You can also perform this action beforehand using 'kubeadm config images pull'\n",
    );
    yield* sleep(PULL_MS);
  }
  yield* writeFiles(tool, configuration);
  if (cluster.stage === 'deleted') yield* cluster.powerOn();
  yield* sleep(START_MS);
  yield* tool.out(controlPlaneChecks(textAt(objectAt(configuration.init, 'localAPIEndpoint'), 'advertiseAddress')));
  const { tokens, certificateKey } = yield* setUp(call, cluster, configuration, skipped);
  takeAway(node, skipped);
  for (const [phase, name] of [
    ['addon/coredns', 'CoreDNS'],
    ['addon/kube-proxy', 'kube-proxy'],
  ])
    if (!isSkipped(skipped, phase)) yield* tool.out(`[addons] Applied essential addon: ${name}\n`);
  cluster.stage = 'installed';
  if (isSkipped(skipped, 'show-join-command')) return 0;
  const endpoint = textAt(configuration.cluster, 'controlPlaneEndpoint');
  for (const token of tokens)
    yield* tool.out(
      showJoinCommand(endpoint || controlPlaneEndpoint(node), token, endpoint === '' ? undefined : { certificateKey }),
    );
  return 0;
}

/** `kubeadm init` (cmd/kubeadm/app/cmd/init.go, v1.35.4). */
export function* init(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length > 0)
    return yield* kubeadmFailure(tool, `unknown command ${JSON.stringify(args[0])} for "kubeadm init"`);
  const read = yield* initConfiguration(tool, flags);
  if (!read.ok) return yield* kubeadmFailure(tool, read.error);
  const configuration = read.value;
  const registration = objectAt(configuration.init, 'nodeRegistration');
  const given = flags.list('skip-phases');
  const skipped = given.length > 0 ? given : texts(configuration.init, 'skipPhases');
  yield* tool.out(`[init] Using Kubernetes version: ${textAt(configuration.cluster, 'kubernetesVersion')}\n`);
  const { unknown, unfollowed } = skipProblem(skipped);
  if (unknown !== undefined) return yield* kubeadmFailure(tool, `invalid phase name: ${unknown}`);
  const cluster = initializedCluster(tool);
  if (!isSkipped(skipped, 'preflight')) {
    yield* tool.out('[preflight] Running pre-flight checks\n');
    const ignored = [...flags.list('ignore-preflight-errors'), ...texts(registration, 'ignorePreflightErrors')];
    const failed = yield* runPreflight(tool, cluster ? [] : initChecks(tool), ignored);
    if (failed !== undefined) return failed;
  }
  if (flags.bool('dry-run') || configuration.init.dryRun === true) return yield* notSimulated(tool, 'init --dry-run');
  if (!cluster) return yield* notSimulated(tool, 'init over a cluster that runs');
  const strange = [
    ...unfollowedSettings(configuration, cluster.node),
    ...(unfollowed === undefined ? [] : [`without ${unfollowed}`]),
  ];
  if (strange.length > 0) return yield* notSimulated(tool, `init with ${strange.join(', ')}`);
  return yield* initialize(call, cluster, configuration, skipped);
}
