import { CLUSTER_NODE, type ClusterFailures, type NodeProfile } from '@seatrial/cluster';
import {
  sha256Hex,
  sleep,
  waitFor,
  type Coroutine,
  type JsonObject,
  type Machine,
  type Process,
} from '@seatrial/kernel';
import { borrowInput, borrowOutput, lookUpProgram, programArguments } from '@seatrial/shell';
import type { DockerCall } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { runcText } from '../engine/container-contract.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import { apiTime, goTime, humanDuration } from '../engine/human-units.js';
import { shortId } from '../engine/local-image.js';
import { furnish } from '../../cluster-tools/ssh.command.js';
import { FurtherCluster } from '../../cluster-tools/further-cluster.js';
import { InstalledCluster } from '../../cluster-tools/installed-cluster.js';
import { InstalledClusters } from '../../cluster-tools/installed-clusters.js';

const STOP_MS = 2000;
const BOOT_MS = 5000;
const FIRST_PORT = 32_768;

/** How an installer runs its nodes as containers. */
interface NodeImage {
  readonly image: (version: string) => string;
  readonly command: string;
  readonly network: string;
  /** Ports that a control plane publishes, with the address of the host. */
  readonly ports: readonly number[];
  readonly hostIp: string;
}

/** Installers whose nodes are containers of the machine's Docker. */
const IN_DOCKER: Readonly<Record<string, NodeImage>> = {
  k3d: {
    image: (version) => `rancher/k3s:${version.replace('+', '-')}`,
    command: '"/bin/k3d-entrypoint…"',
    network: 'k3d-k3s-default',
    ports: [],
    hostIp: '0.0.0.0',
  },
  kind: {
    image: (version) => `kindest/node:${version}`,
    command: '"/usr/local/bin/entr…"',
    network: 'kind',
    ports: [6443],
    hostIp: '127.0.0.1',
  },
  minikube: {
    image: () => 'gcr.io/k8s-minikube/kicbase:v0.0.48',
    command: '"/usr/local/bin/entr…"',
    network: 'minikube',
    ports: [22, 2376, 5000, 8443, 32_443],
    hostIp: '127.0.0.1',
  },
};

/** A container that is a node of the student's cluster. */
export interface NodeContainer {
  readonly name: string;
  readonly id: string;
  readonly profile: NodeProfile;
  readonly settings: NodeImage;
  readonly cluster: InstalledCluster;
  readonly machine: Machine | undefined;
  readonly failures: ClusterFailures;
  readonly running: boolean;
}

function describeNode(cluster: InstalledCluster, profile: NodeProfile): NodeContainer {
  const { node } = cluster;
  const settings = IN_DOCKER[node.profile.name];
  const up = cluster.stage !== 'stopped' && !node.failures.has(profile.name, 'powered-off');
  return {
    name: profile.name,
    id: sha256Hex(`node ${profile.name}`),
    profile,
    settings: { ...settings, network: node.profile.nodeNetwork?.name ?? settings.network },
    cluster,
    machine: node.machines.get(profile.name),
    failures: node.failures,
    running: up,
  };
}

/** The nodes' containers, the newest first; none where nodes are machines, or where the cluster is gone. */
export function nodeContainers(machine: Machine): NodeContainer[] {
  const installer = machine.facility(CLUSTER_NODE)?.profile.name ?? '';
  const first = Object.hasOwn(IN_DOCKER, installer) ? InstalledCluster.of({ machine }, installer) : undefined;
  const clusters = [...(first?.exists ? [first] : []), ...(InstalledClusters.of({ machine })?.added ?? [])];
  return clusters.flatMap((cluster) => cluster.node.profile.nodes.map((each) => describeNode(cluster, each))).reverse();
}

/** The node's container of this name or id. */
export function findNodeContainer(engine: DockerEngine, reference: string): NodeContainer | undefined {
  if (engine.find(reference)) return undefined;
  const byId = /^[0-9a-f]{4,64}$/.test(reference);
  return nodeContainers(engine.host).find(({ name, id }) => name === reference || (byId && id.startsWith(reference)));
}

/** The node that a name means where nodes can be stopped: the student's own machine cannot. */
export function nodeContainer(call: DockerCall, name: string): NodeContainer | undefined {
  const found = findNodeContainer(call.engine, name);
  return found && found.name !== found.cluster.homeNode ? found : undefined;
}

interface PublishedPort {
  readonly hostIp: string;
  readonly host: number;
  readonly port: number;
}

function publishedPorts({ settings, profile, cluster }: NodeContainer): PublishedPort[] {
  const { ports, hostIp } = settings;
  const mapped = (cluster.published.get(profile.name) ?? []).map(({ containerPort, hostPort, listenAddress }) => ({
    hostIp: listenAddress,
    host: hostPort,
    port: containerPort,
  }));
  if (cluster instanceof FurtherCluster) return furtherPorts(cluster, profile);
  const own = profile.controlPlane
    ? ports.map((port, index) => ({ hostIp, host: FIRST_PORT + ports.length - 1 - index, port }))
    : [];
  return [...mapped, ...own];
}

/** What Docker publishes for a node of a cluster that was made since. */
function furtherPorts({ ports }: FurtherCluster, { name }: NodeProfile): PublishedPort[] {
  return ports
    .filter(({ node }) => node === name)
    .map(({ hostIp, hostPort, target }) => ({ hostIp, host: hostPort, port: target.port }))
    .sort((a, b) => a.port - b.port);
}

/** Its row of `docker ps`. */
export function nodeRow(node: NodeContainer, now: number, full: boolean): Record<string, string> {
  const { settings, cluster, running } = node;
  const age = humanDuration(now - cluster.bornAt);
  const ports = publishedPorts(node).map(({ hostIp, host, port }) => `${hostIp}:${host}->${port}/tcp`);
  return {
    Command: settings.command,
    CreatedAt: goTime(cluster.bornAt),
    ID: full ? node.id : shortId(node.id),
    Image: settings.image(cluster.node.profile.kubernetesVersion),
    Labels: '',
    LocalVolumes: '1',
    Mounts: '',
    Names: node.name,
    Networks: settings.network,
    Ports: running ? ports.join(', ') : '',
    RunningFor: `${age} ago`,
    Size: '0B',
    State: running ? 'running' : 'exited',
    Status: running ? `Up ${age}` : 'Exited (137) About a minute ago',
  };
}

/** What `docker inspect` prints of it, as far as anybody looks. */
export function nodeObject(node: NodeContainer): JsonObject {
  const { settings, cluster, running, profile } = node;
  const image = settings.image(cluster.node.profile.kubernetesVersion);
  return {
    Id: node.id,
    Created: apiTime(cluster.bornAt),
    Path: settings.command.replace(/[",…]/g, ''),
    Args: [],
    State: {
      Status: running ? 'running' : 'exited',
      Running: running,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      ExitCode: running ? 0 : 137,
      Error: '',
      StartedAt: apiTime(cluster.bornAt),
    },
    Image: `sha256:${sha256Hex(image)}`,
    Name: `/${node.name}`,
    RestartCount: 0,
    Driver: 'overlay2',
    Platform: 'linux',
    HostConfig: {
      NetworkMode: settings.network,
      Privileged: true,
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 1 },
    },
    Config: { Hostname: node.name, Image: image, Tty: true, Labels: {} },
    NetworkSettings: {
      Bridge: '',
      Gateway: '',
      IPAddress: '',
      IPPrefixLen: 0,
      MacAddress: '',
      Networks: { [settings.network]: { IPAddress: running ? profile.address : '', IPPrefixLen: running ? 16 : 0 } },
      Ports: Object.fromEntries(
        publishedPorts(node).map(({ hostIp, host, port }) => [
          `${port}/tcp`,
          [{ HostIp: hostIp, HostPort: String(host) }],
        ]),
      ),
    },
  };
}

/** Runs a command in it, as root. */
export function* execOnNode(
  process: Process,
  { machine, name, running, id }: NodeContainer,
  command: readonly string[],
  options: { readonly env: ReadonlyMap<string, string>; readonly cwd: string | undefined },
): Coroutine<number> {
  if (!machine || !running) throw new DockerFailure(`Error response from daemon: container ${id} is not running`);
  const env = new Map([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', name],
    ['HOME', '/root'],
    ['KUBECONFIG', '/etc/kubernetes/admin.conf'],
    ...options.env,
  ]);
  furnish(machine);
  machine.files.makeDirectories('/root');
  const cwd = options.cwd ?? '/';
  const found = lookUpProgram({ machine, env, cwd }, command[0] ?? '');
  if (!found.ok) {
    const { text, status } = runcText(command[0] ?? '', found.error);
    throw new DockerFailure(
      `OCI runtime exec failed: exec failed: unable to start container process: ${text}: unknown`,
      status,
    );
  }
  const child = machine.processes.spawn({
    program: found.value.program,
    argv: programArguments(found.value, command),
    env,
    cwd,
    user: 'root',
    stdin: borrowInput(process.stdin),
    stdout: borrowOutput(process.stdout),
    stderr: borrowOutput(process.stderr),
  });
  try {
    yield* waitFor([child.exited]);
    return child.exitStatus?.code ?? 0;
  } finally {
    if (!child.exitStatus) child.kill('HUP');
  }
}

/** Stops a node's container: its pods die with it. */
export function* stopNode({ name, failures }: NodeContainer): Coroutine<void> {
  yield* sleep(STOP_MS);
  failures.begin(name, 'powered-off');
}

export function* startNode({ name, failures }: NodeContainer): Coroutine<void> {
  yield* sleep(STOP_MS);
  failures.end(name, 'powered-off', BOOT_MS);
}
