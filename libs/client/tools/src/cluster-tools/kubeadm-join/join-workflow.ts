import { CONFIG_MAPS, SECRETS } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { decodeBase64, sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { notSimulated, type ToolCall } from '../cluster-tool.js';
import { InstalledCluster } from '../installed-cluster.js';
import { objectAt, textAt } from '../kubeadm-configuration/default-configuration.js';
import { joinConfiguration } from '../kubeadm-configuration/flag-configuration.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { KUBELET_CHECK, KUBELET_FILES, KUBELET_FLAGS, KUBELET_HEALTHY, KUBELET_START } from '../kubeadm-init/init-texts.js'; // prettier-ignore
import { joinChecks, runPreflight } from '../kubeadm-preflight.js';
import { controlPlaneEndpoint, discoveryHash } from '../kubeadm-token.js';

const DISCOVERY_MS = 30_000;
const JOIN_MS = 2000;
const CONFIG_HINT = "Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.";

/** A machine that joins, with its configuration. */
export interface JoinSite {
  readonly tool: Tool;
  readonly cluster: InstalledCluster;
  readonly join: JsonObject;
}

/** The cluster that this machine may join: it is none of its control planes, and has not joined yet. */
export function joinableCluster(tool: Tool): InstalledCluster | undefined {
  const cluster = InstalledCluster.of(tool, 'kubeadm');
  const profile = cluster?.node.profile.nodes.find(({ name }) => name === tool.machine.hostname);
  if (!cluster?.exists || !profile || profile.controlPlane || cluster.joined.has(profile.name)) return undefined;
  const left = cluster.left.has(profile.name);
  return left || cluster.canBeCreated || cluster.stage === 'installed' ? cluster : undefined;
}

/** Whether an endpoint is the cluster's: a control plane's, or the one that its configuration names. */
function isKnownEndpoint({ apiServer, profile }: ClusterNode, endpoint: string): boolean {
  const host = endpoint.replace(/:[^:\]]*$/, '');
  if (profile.nodes.some(({ name, address }) => name === host || address === host)) return true;
  const kept = apiServer.client('kubeadm').get(CONFIG_MAPS, 'kube-system', 'kubeadm-config');
  return (kept?.data?.ClusterConfiguration ?? '').includes(`\ncontrolPlaneEndpoint: ${endpoint}\n`);
}

/** Why the API server's identity is not believed. */
export function* discoveryProblem(join: JsonObject, node: ClusterNode): Coroutine<string | undefined> {
  const discovery = objectAt(objectAt(join, 'discovery'), 'bootstrapToken');
  const endpoint = textAt(discovery, 'apiServerEndpoint') || controlPlaneEndpoint(node);
  const failed = "couldn't validate the identity of the API Server: ";
  if (!isKnownEndpoint(node, endpoint)) {
    yield* sleep(DISCOVERY_MS);
    return `${failed}failed to request the cluster-info ConfigMap: Get "https://${endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": context deadline exceeded`;
  }
  const [id, secret] = textAt(discovery, 'token').split('.');
  const kept = node.apiServer.store.get(SECRETS, 'kube-system', `bootstrap-token-${id}`);
  const value = decodeBase64(kept?.data?.['token-secret'] ?? '');
  if (!kept || !('text' in value) || value.text !== secret) {
    yield* sleep(DISCOVERY_MS);
    return `${failed}could not find a JWS signature in the cluster-info ConfigMap for token ID ${JSON.stringify(id)}`;
  }
  const pins = Array.isArray(discovery.caCertHashes) ? discovery.caCertHashes : [];
  if (pins.length > 0 && !pins.includes(discoveryHash()))
    return `${failed}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "${discoveryHash()}" are pinned`;
  return undefined;
}

/** What `preflight` says of the configuration that it reads from the cluster. */
export const READING = `[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[preflight] ${CONFIG_HINT}\n`;

/** `kubelet-start`: the kubelet's files, and the kubelet itself. */
export function* startKubelet({ tool, cluster }: JoinSite): Coroutine<void> {
  yield* tool.out(`${KUBELET_FILES}${KUBELET_FLAGS}${KUBELET_START}`);
  if (cluster.left.delete(tool.machine.hostname)) cluster.kubeletOf(tool)?.start();
}

/** `kubelet-wait-bootstrap`: the node becomes one of the cluster. */
export function* awaitBootstrap({ tool, cluster }: JoinSite): Coroutine<void> {
  yield* tool.out(KUBELET_CHECK);
  yield* sleep(JOIN_MS);
  yield* tool.out(`${KUBELET_HEALTHY}[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap\n`);
  cluster.joined.add(tool.machine.hostname);
}

/** `kubeadm join` (cmd/kubeadm/app/cmd/join.go, v1.35.4). */
export function* join(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length > 1) return yield* kubeadmFailure(tool, `accepts at most 1 arg(s), received ${args.length}`);
  const read = yield* joinConfiguration(call);
  if (!read.ok) return yield* kubeadmFailure(tool, read.error);
  yield* tool.out('[preflight] Running pre-flight checks\n');
  const cluster = joinableCluster(tool);
  const failed = yield* runPreflight(tool, cluster ? [] : joinChecks(tool), flags.list('ignore-preflight-errors'));
  if (failed !== undefined) return failed;
  const isFollowed = read.value.controlPlane === undefined && !flags.bool('dry-run');
  if (!cluster || !isFollowed || flags.list('skip-phases').length > 0) return yield* notSimulated(tool, 'join');
  const problem = yield* discoveryProblem(read.value, cluster.node);
  if (problem !== undefined) return yield* kubeadmFailure(tool, `error execution phase preflight: ${problem}`);
  yield* tool.out(READING);
  const site = { tool, cluster, join: read.value };
  yield* startKubelet(site);
  yield* awaitBootstrap(site);
  yield* tool.out(
    "\nThis node has joined the cluster:\n* Certificate signing request was sent to apiserver and a response was received.\n* The Kubelet was informed of the new secure connection details.\n\nRun 'kubectl get nodes' on the control-plane to see this node join the cluster.\n\n",
  );
  return 0;
}
