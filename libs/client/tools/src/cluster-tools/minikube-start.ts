import { CLUSTER_CA, namedMinikubeProfile, type ClusterProfile, type NodeProfile } from '@seatrial/cluster';
import { httpDate } from '@seatrial/images';
import { reportUnsupported, sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { EngineNetwork } from '../docker/engine/engine-network.js';
import type { Tool } from '../tool/tool.js';
import { adminCertificate, serverUrl } from './admin-credentials.js';
import { notSimulated, type ToolCall } from './cluster-tool.js';
import type { FurtherCluster } from './further-cluster.js';
import { MOST_WORKERS } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import type { KubeconfigEntries } from './kubeconfig-entries.js';
import { USAGE_STATUS, exitFor } from './minikube-cluster.js';
import { announceWorker } from './minikube-members.js';
import { say, warn } from './minikube-output.js';
import { DEFAULT_PROFILE } from './minikube-profile.js';
import { enableAddons, installPlugin, pluginTitle, reportSettings, sizeOf } from './minikube-settings.js';
import { MINIKUBE_VERSION } from './minikube-version.js';
import { PublishedPort } from './published-port.js';

const STEP_MS = 1500;
const CREATE_MS = 10_000;
/** pkg/minikube/config/profile.go, ProfileNameValid. */
const VALID_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]+$/;
const ADMIN = 'O=system:masters, CN=minikube-user';
/** The machine's ports that Docker publishes for a node, in the order in which they get numbers. */
const PORTS = [32_443, 8443, 5000, 2376, 22];
/** Docker networks of minikube's own begin here, this far apart (pkg/drivers/kic/oci/network_create.go). */
const FIRST_SUBNET = 49;
const SUBNET_STEP = 9;
const LAST_SUBNET = 238;
/** The first line of a start, with the profile where it is not minikube's own. */
export function* greet(tool: Tool, name: string): Coroutine<void> {
  const prefix = name === DEFAULT_PROFILE ? '' : `[${name}] `;
  yield* say(tool, 'happy', `${prefix}minikube ${MINIKUBE_VERSION} on Debian 12`);
}

/** The driver that a new cluster has. */
export function* announceDriver({ tool, flags }: ToolCall): Coroutine<void> {
  const driver = flags.string('driver') || flags.string('vm-driver');
  if (driver !== '') yield* say(tool, 'sparkle', `Using the ${driver} driver based on user configuration`);
  else yield* say(tool, 'sparkle', 'Automatically selected the docker driver. Other choices: none, ssh');
  yield* say(tool, 'pin', 'Using Docker driver with root privileges');
}

/** Why a profile of this name cannot be made: minikube's words and its status. */
function* nameProblem(tool: Tool, clusters: InstalledClusters, name: string): Coroutine<number | undefined> {
  if (!VALID_NAME.test(name)) {
    yield* warn(tool, 'warning', `Profile name '${name}' is not valid`);
    const rule = "Only alphanumeric and dashes '-' are permitted. Minimum 2 characters, starting with alphanumeric.";
    return yield* exitFor(tool, 'MK_USAGE', rule, USAGE_STATUS);
  }
  for (const { name: profile, node } of clusters.list('minikube')) {
    if (!node.profile.nodes.some((each) => each.name === name)) continue;
    yield* warn(
      tool,
      'warning',
      `Profile name '${name}' is duplicated with machine name '${name}' in profile '${profile}'`,
    );
    return yield* exitFor(tool, 'MK_USAGE', 'Profile name should be unique', USAGE_STATUS);
  }
  return undefined;
}

/** What a start asks for that a new cluster cannot be; what it only is not is reported. */
function refusal(call: ToolCall, { site }: InstalledClusters, workers: number): string | undefined {
  const { flags } = call;
  const driver = flags.string('driver') || flags.string('vm-driver');
  if (driver !== '' && driver !== 'docker') return `--driver=${driver}`;
  if (flags.bool('ha')) return '--ha';
  if (workers > MOST_WORKERS) return `--nodes=${flags.int('nodes')}`;
  reportSettings(call);
  return site.full;
}

/** Docker's network of a profile: the next of minikube's that is free. */
function networkOf(clusters: InstalledClusters, name: string): EngineNetwork | undefined {
  let third = FIRST_SUBNET;
  while (!clusters.isFree(`192.168.${third}.0/24`) && third < LAST_SUBNET) third += SUBNET_STEP;
  return clusters.network(name, { subnet: `192.168.${third}.0/24`, gateway: `192.168.${third}.1` });
}

function place(tool: Tool, file: string, text: string): string {
  const path = `${tool.process.env.get('HOME') ?? ''}/.minikube/${file}`;
  const { files } = tool.machine;
  files.makeDirectories(path.replace(/\/[^/]*$/, ''), tool.process.user);
  files.writeFile(path, text, { mode: 0o600, owner: tool.process.user });
  return path;
}

/** The entries of minikube's kubeconfig, and the files that they name: all profiles have one authority. */
function entriesOf(tool: Tool, name: string, profile: ClusterProfile): KubeconfigEntries {
  const { certificate, key } = adminCertificate(profile, ADMIN);
  const lastUpdate = httpDate(tool.machine.simulation.now()).replace('GMT', 'UTC');
  const information = (kind: string): JsonObject => ({
    extensions: [
      {
        extension: { 'last-update': lastUpdate, provider: 'minikube.sigs.k8s.io', version: MINIKUBE_VERSION },
        name: `${kind}_info`,
      },
    ],
  });
  return {
    names: profile.kubeconfig,
    cluster: {
      'certificate-authority': place(tool, 'ca.crt', CLUSTER_CA),
      ...information('cluster'),
      server: serverUrl(profile),
    },
    context: { cluster: name, ...information('context'), namespace: 'default', user: name },
    user: {
      'client-certificate': place(tool, `profiles/${name}/client.crt`, certificate),
      'client-key': place(tool, `profiles/${name}/client.key`, key),
    },
  };
}

/** Docker publishes ports of every node's container. */
function publishPorts(tool: Tool, clusters: InstalledClusters, cluster: FurtherCluster, node: NodeProfile): void {
  for (const port of PORTS) {
    const target = { host: node.address, port };
    cluster.publish(new PublishedPort(tool.machine.network, node.name, '127.0.0.1', clusters.nextHostPort(), target));
  }
}

/** The installer's profile for a new cluster. */
function profileFor(
  clusters: InstalledClusters,
  name: string,
  workers: number,
  network: EngineNetwork,
): ClusterProfile {
  const profile = namedMinikubeProfile(clusters.place(name, workers, network));
  return workers === 0 ? profile : { ...profile, addons: [...profile.addons, 'kindnet'] };
}

/** What is said of the first container and Kubernetes in it while both come up. */
function* bringUp(
  call: ToolCall,
  clusters: InstalledClusters,
  { name, network }: { readonly name: string; readonly network: EngineNetwork },
  profile: ClusterProfile,
): Coroutine<FurtherCluster | undefined> {
  const { tool } = call;
  const [primary] = profile.nodes;
  yield* say(tool, 'thumbsUp', `Starting "${primary.name}" primary control-plane node in "${name}" cluster`);
  yield* say(tool, 'tractor', 'Pulling base image v0.0.48 ...');
  yield* say(tool, 'fire', `Creating docker container (${sizeOf(call)}) ...`);
  yield* sleep(CREATE_MS);
  // Another start may have been faster meanwhile.
  if (clusters.find('minikube', name)) return undefined;
  const entries = entriesOf(tool, name, profile);
  const cluster = clusters.add(profile, { name, network, entries, sortsKubeconfig: true });
  publishPorts(tool, clusters, cluster, primary);
  const docker = primary.containerRuntimeVersion.replace('docker://', '');
  yield* say(tool, 'whale', `Preparing Kubernetes ${profile.kubernetesVersion} on Docker ${docker} ...`);
  installPlugin(call, cluster.node);
  yield* say(
    tool,
    'link',
    `Configuring ${pluginTitle(call, profile.nodes.length)} (Container Networking Interface) ...`,
  );
  yield* sleep(CREATE_MS);
  yield* say(tool, 'verify', 'Verifying Kubernetes components...');
  yield* say(tool, 'option', 'Using image gcr.io/k8s-minikube/storage-provisioner:v5');
  yield* sleep(STEP_MS);
  return cluster;
}

/** `minikube start` of a profile that there is no cluster of yet: a new one beside those that there are. */
export function* startFurther(call: ToolCall, clusters: InstalledClusters, name: string): Coroutine<number> {
  const { tool, flags } = call;
  const workers = Math.max(1, flags.int('nodes')) - 1;
  const problem = yield* nameProblem(tool, clusters, name);
  if (problem !== undefined) return problem;
  const refused = refusal(call, clusters, workers);
  if (refused !== undefined) return yield* notSimulated(tool, `start -p ${name} (${refused})`);
  const network = networkOf(clusters, name);
  if (!network) return yield* notSimulated(tool, `start -p ${name} (Docker has no network left)`);
  const profile = profileFor(clusters, name, workers, network);
  const version = flags.string('kubernetes-version');
  if (!['', 'stable', 'latest', profile.kubernetesVersion.slice(1)].includes(version.replace(/^v/, '')))
    reportUnsupported(
      tool.machine,
      `minikube start --kubernetes-version=${version} (the nodes are ${profile.kubernetesVersion})`,
    );
  yield* greet(tool, name);
  yield* announceDriver(call);
  const cluster = yield* bringUp(call, clusters, { name, network }, profile);
  if (!cluster) return yield* notSimulated(tool, `start -p ${name} (twice at once)`);
  yield* enableAddons(call, cluster.node);
  for (const worker of profile.nodes.slice(1)) {
    yield* tool.out('\n');
    clusters.join(cluster, worker);
    publishPorts(tool, clusters, cluster, worker);
    yield* announceWorker(tool, cluster.node, worker);
  }
  yield* cluster.writeKubeconfig(tool);
  yield* announceDone(tool, name);
  return 0;
}

/** The last line of a start. */
export function* announceDone(tool: Tool, name: string): Coroutine<void> {
  yield* say(
    tool,
    'ready',
    `Done! kubectl is now configured to use "${name}" cluster and "default" namespace by default`,
  );
}
