import { CONFIG_MAPS } from '@seatrial/apiserver';
import { clusterConfiguration, type ClusterNode } from '@seatrial/cluster';
import { fail, ok, type Coroutine, type Result } from '@seatrial/kernel';
import type { FlagSet } from '@seatrial/kubectl';
import type { Tool } from '../../tool/tool.js';

/** A node as `kubeadm upgrade` finds it. */
export interface UpgradeSite {
  readonly tool: Tool;
  readonly node: ClusterNode;
  /** A static pod of the API server is to run here. */
  readonly isControlPlane: boolean;
  /** ClusterConfiguration of the ConfigMap `kubeadm-config`. */
  readonly configuration: string;
  /** Its `kubernetesVersion`. */
  readonly configured: string;
}

const CONFIG_MAP = 'kubeadm-config';
/** What a cluster may have been initialised with besides: an upgrade changes nothing of it. */
const FOLLOWED = /^(?: *podSubnet| *serviceSubnet|controlPlaneEndpoint): .*\n/gm;
const VERSION = /^kubernetesVersion: *(\S+)$/m;

export const MANIFESTS = '/etc/kubernetes/manifests';

/** kubeadm takes a machine for a control plane where the API server's manifest is. */
export const isControlPlane = ({ machine }: Tool): boolean => machine.files.exists(`${MANIFESTS}/kube-apiserver.yaml`);

/** The API server's address, as a node's kubeconfigs have it. */
export function apiAddress({ profile, node }: ClusterNode): string {
  const server = node.controlPlane ? node : profile.nodes.find(({ controlPlane }) => controlPlane);
  return `${server?.address ?? ''}:${profile.apiPort}`;
}

/** Why no client can be made of a kubeconfig; undefined when one can. */
export function clientProblem({ process, machine }: Tool, path: string, present: boolean): string | undefined {
  const text = `couldn't create a Kubernetes client from file "${path}": failed to load admin kubeconfig: open ${path}: `;
  if (process.user !== 'root') return `${text}permission denied`;
  return present || machine.files.exists(path) ? undefined : `${text}no such file or directory`;
}

/** Reads the cluster's configuration (util/config FetchInitConfigurationFromCluster); the error is kubeadm's. */
export function* readConfiguration(
  tool: Tool,
  node: ClusterNode,
  prefix: string,
): Coroutine<Result<UpgradeSite, string>> {
  yield* tool.out(
    `[${prefix}] Reading configuration from the "${CONFIG_MAP}" ConfigMap in namespace "kube-system"...\n[${prefix}] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.\n`,
  );
  if (!node.apiServer.available) {
    const address = apiAddress(node);
    return fail(
      `failed to get config map: Get "https://${address}/api/v1/namespaces/kube-system/configmaps/${CONFIG_MAP}?timeout=10s": dial tcp ${address}: connect: connection refused`,
    );
  }
  const found = node.apiServer.store.get(CONFIG_MAPS, 'kube-system', CONFIG_MAP);
  if (!found) return fail(`failed to get config map: configmaps "${CONFIG_MAP}" not found`);
  const configuration = found.data?.ClusterConfiguration ?? '';
  const configured = VERSION.exec(configuration)?.[1];
  if (configured === undefined)
    return fail('unexpected error when reading kubeadm-config ConfigMap: ClusterConfiguration key value pair missing');
  return ok({ tool, node, isControlPlane: isControlPlane(tool), configuration, configured });
}

/** Whether a call names a configuration or patches of its own, which are not followed. */
export const followsOtherFiles = (flags: FlagSet): boolean =>
  flags.string('config') !== '' || flags.string('patches') !== '';

/** Whether the configuration is another than the installer's but for the release: its settings are not followed. */
export function isAltered({ configuration, configured, node: { profile } }: UpgradeSite): boolean {
  const expected = clusterConfiguration({
    name: profile.kubeconfig.cluster,
    version: configured,
    podSubnet: profile.podCidr,
    serviceSubnet: profile.serviceCidr,
  });
  const followed = (text: string): string => text.replace(FOLLOWED, '').trim();
  return followed(configuration) !== followed(expected);
}

/** Stores the configuration with another release. */
export function storeRelease({ node }: UpgradeSite, release: string): boolean {
  const client = node.apiServer.client('kubeadm');
  const found = client.get(CONFIG_MAPS, 'kube-system', CONFIG_MAP);
  if (!found) return false;
  const text = (found.data?.ClusterConfiguration ?? '').replace(VERSION, `kubernetesVersion: ${release}`);
  return client.update(CONFIG_MAPS, { ...found, data: { ...found.data, ClusterConfiguration: text } }).ok;
}
