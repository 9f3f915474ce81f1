import { NODES, type ApiServer } from '@seatrial/apiserver';
import { isSubnet } from '@seatrial/cluster';
import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { readManifests } from '@seatrial/manifest';

const API_VERSION = 'kind.x-k8s.io/v1alpha4';
/** Members of a configuration that this simulation goes by, or that change nothing that can be seen. */
const GONE_BY = ['apiVersion', 'kind', 'name', 'nodes'];
const NODE_GONE_BY = ['role', 'image', 'labels', 'extraPortMappings', 'kubeadmConfigPatches'];
const KUBELET_CONFIGURATIONS = ['InitConfiguration', 'JoinConfiguration'];

/** A port of the host that leads to one of a node. */
export interface PortMapping {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly listenAddress: string;
}

/** One node as a configuration wants it. */
export interface WantedNode {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortMapping[];
}

/** A configuration as far as a cluster of the simulation can follow it. */
export interface KindConfig {
  readonly name: string;
  readonly servers: readonly WantedNode[];
  readonly workers: readonly WantedNode[];
  readonly networking: JsonObject;
  /** What it asks for beside that. */
  readonly unfollowed: readonly string[];
}

/** What is wrong with a configuration (pkg/internal/apis/config/encoding). */
export function configError(value: JsonObject): string | undefined {
  const { apiVersion, kind, nodes } = value;
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'could not determine kind / apiVersion for config';
  if (apiVersion !== API_VERSION) return `unknown apiVersion: ${apiVersion}`;
  if (kind !== 'Cluster') return `unknown kind ${typeof kind === 'string' ? kind : ''} for apiVersion: ${apiVersion}`;
  const roles = objects(nodes).map(({ role }) => role ?? 'control-plane');
  const wrong = roles.find((role) => role !== 'control-plane' && role !== 'worker');
  if (wrong !== undefined) return `invalid configuration: ${JSON.stringify(wrong)} is not a valid node role`;
  if (roles.length > 0 && !roles.includes('control-plane'))
    return 'invalid configuration: must have at least one control-plane node';
  return undefined;
}

const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

const scalarText = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? '');

const texts = (value: JsonValue | undefined): Record<string, string> =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, text]) => [name, scalarText(text)])) : {};

/** The labels that patches of kubeadm's configuration have the kubelet register with; undefined where one does more. */
function patchedLabels(node: JsonObject): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  const patches = Array.isArray(node['kubeadmConfigPatches']) ? node['kubeadmConfigPatches'] : [];
  for (const patch of patches) {
    const value = typeof patch === 'string' ? readManifests(patch, 'patch').documents[0]?.value : undefined;
    const registration = isJsonObject(value) ? value['nodeRegistration'] : undefined;
    const args = isJsonObject(registration) ? registration['kubeletExtraArgs'] : undefined;
    if (!isJsonObject(value) || !isJsonObject(args) || !KUBELET_CONFIGURATIONS.includes(scalarText(value['kind'])))
      return undefined;
    const { 'node-labels': given, ...others } = args;
    if (typeof given !== 'string' || Object.keys(others).length > 0) return undefined;
    for (const pair of given.split(',')) {
      const [name, ...text] = pair.split('=');
      labels[name] = text.join('=');
    }
  }
  return labels;
}

function wanted(node: JsonObject): WantedNode {
  const ports = objects(node['extraPortMappings']).map(({ containerPort, hostPort, listenAddress }) => ({
    containerPort: Number(containerPort),
    hostPort: Number(hostPort ?? 0),
    listenAddress: typeof listenAddress === 'string' ? listenAddress : '0.0.0.0',
  }));
  return { labels: { ...texts(node['labels']), ...patchedLabels(node) }, ports };
}

/** Reads a configuration without mistakes. */
export function kindConfig(value: JsonObject): KindConfig {
  const nodes = objects(value['nodes']);
  const given: readonly JsonObject[] = nodes.length > 0 ? nodes : [{}];
  const unfollowed = [
    ...Object.keys(value).filter((member) => !GONE_BY.includes(member)),
    ...given.flatMap((node) => Object.keys(node).filter((member) => !NODE_GONE_BY.includes(member))),
    ...given.flatMap((node) => (patchedLabels(node) ? [] : ['kubeadmConfigPatches'])),
  ];
  return {
    name: typeof value['name'] === 'string' ? value['name'] : '',
    servers: given.filter(({ role }) => role !== 'worker').map(wanted),
    workers: given.filter(({ role }) => role === 'worker').map(wanted),
    networking: isJsonObject(value['networking']) ? value['networking'] : {},
    unfollowed: [...new Set(unfollowed)],
  };
}

/** The labels that a node's kubelet registers with. */
export function labelNode(apiServer: ApiServer, name: string, { labels }: WantedNode): void {
  if (Object.keys(labels).length > 0)
    apiServer.client('kubelet').patch(NODES, undefined, name, 'merge', { metadata: { labels } });
}

/** What a new cluster can follow of `networking`. */
export interface WantedNetworking {
  /** Where the machine offers the API; a port of its choice without one. */
  readonly address: string;
  readonly port: number | undefined;
  readonly disableDefaultCni: boolean;
  readonly podSubnet: string | undefined;
  readonly serviceSubnet: string | undefined;
  /** Members of the whole configuration that are not followed. */
  readonly unfollowed: readonly string[];
}

/** Values that are the same without them. */
const NETWORKING_DEFAULTS: JsonObject = {
  ipFamily: 'ipv4',
  kubeProxyMode: 'iptables',
};
/** Nodes get a /24 of the pods' range each. */
const LONGEST_PREFIX = 20;

const subnetOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && isSubnet(value, LONGEST_PREFIX) ? value : undefined;

/** A configuration's networking, as far as a cluster that is made anew can follow it. */
export function networkingOf({ networking, unfollowed }: KindConfig): WantedNetworking {
  const { apiServerAddress, apiServerPort, disableDefaultCNI, podSubnet, serviceSubnet, ...others } = networking;
  const subnets = { podSubnet, serviceSubnet };
  const strange = [
    ...Object.keys(others).filter((member) => others[member] !== NETWORKING_DEFAULTS[member]),
    ...Object.entries(subnets).flatMap(([name, given]) => (given === undefined || subnetOf(given) ? [] : [name])),
  ];
  return {
    address: typeof apiServerAddress === 'string' ? apiServerAddress : '127.0.0.1',
    port: typeof apiServerPort === 'number' && apiServerPort > 0 ? apiServerPort : undefined,
    disableDefaultCni: disableDefaultCNI === true,
    podSubnet: subnetOf(podSubnet),
    serviceSubnet: subnetOf(serviceSubnet),
    unfollowed: [
      ...unfollowed.filter((member) => member !== 'networking'),
      ...strange.map((member) => `networking.${member}`),
    ],
  };
}
