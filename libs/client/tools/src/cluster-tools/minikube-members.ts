import { NODES, PODS } from '@seatrial/apiserver';
import type { ClusterNode, NodeProfile } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { runToEnd } from '../system/run-to-end.js';
import type { Tool } from '../tool/tool.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { FurtherCluster } from './further-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { USAGE_STATUS, exitFor, minikubeCluster, profileName, runningCluster } from './minikube-cluster.js';
import { say, warn } from './minikube-output.js';

const CREATE_MS = 8000;
const STEP_MS = 1500;
const DRAIN_MS = 2000;
const GUEST_STATUS = 80;

/** A node's name within its profile: `m02`. */
export const shortName = (node: ClusterNode, name: string): string => {
  const prefix = `${profileName(node)}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
};

/** What is said of a worker that starts, in the time that it takes. */
export function* announceWorker(tool: Tool, node: ClusterNode, made: NodeProfile): Coroutine<void> {
  const { profile } = node;
  const [first] = profile.nodes;
  yield* say(tool, 'thumbsUp', `Starting "${made.name}" worker node in "${profileName(node)}" cluster`);
  yield* say(tool, 'tractor', 'Pulling base image v0.0.48 ...');
  yield* say(tool, 'fire', 'Creating docker container (CPUs=2, Memory=2200MB) ...');
  yield* sleep(CREATE_MS);
  yield* tool.out('\n');
  yield* say(tool, 'network', 'Found network options:');
  yield* say(tool, 'option', `NO_PROXY=${first.address}`);
  const docker = first.containerRuntimeVersion.replace('docker://', '');
  yield* say(tool, 'whale', `Preparing Kubernetes ${profile.kubernetesVersion} on Docker ${docker} ...`);
  yield* say(tool, 'option', `env NO_PROXY=${first.address}`);
  yield* say(tool, 'verify', 'Verifying Kubernetes components...');
  yield* sleep(STEP_MS);
}

/** `minikube node add`: another worker in a container of its own (cmd/minikube/cmd/node_add.go, v1.37). */
function* add({ tool, flags }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  if (flags.bool('control-plane')) return yield* notSimulated(tool, 'node add --control-plane');
  const { profile, members } = node;
  const made = members.next();
  const short = shortName(node, made.name);
  const isAlone = profile.nodes.length === 1;
  yield* say(tool, 'happy', `Adding node ${short} to cluster ${profileName(node)} as [worker]`);
  if (isAlone)
    yield* warn(
      tool,
      'warning',
      'Cluster was created without any CNI, adding a node to it might cause broken networking.',
    );
  const cluster = minikubeCluster(tool);
  if (cluster instanceof FurtherCluster) InstalledClusters.of(tool)?.join(cluster, made);
  else members.join(made);
  yield* announceWorker(tool, node, made);
  yield* say(tool, 'ready', `Successfully added ${short} to ${profileName(node)}!`);
  return 0;
}

/** Pods that a controller makes again elsewhere go before the node does. */
function* drain(node: ClusterNode, name: string): Coroutine<void> {
  const client = node.apiServer.client('minikube');
  client.patch(NODES, undefined, name, 'merge', { spec: { unschedulable: true } });
  for (const { metadata, spec } of node.apiServer.store.list(PODS)) {
    const owner = metadata.ownerReferences?.[0]?.kind;
    if (spec.nodeName === name && owner !== 'DaemonSet' && owner !== 'Node')
      client.delete(PODS, metadata.namespace, metadata.name, { gracePeriodSeconds: 1 });
  }
  yield* sleep(DRAIN_MS);
}

function* remove({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [asked] = args;
  if (asked === undefined) return yield* exitFor(tool, 'MK_USAGE', 'Usage: minikube node delete [name]', USAGE_STATUS);
  const found = node.profile.nodes.find(({ name }) => name === asked || shortName(node, name) === asked);
  yield* say(tool, 'deleting', `Deleting node ${asked} from cluster ${profileName(node)}`);
  if (!found)
    return yield* exitFor(
      tool,
      'GUEST_NODE_DELETE',
      `deleting node: retrieve: Could not find node ${asked}`,
      GUEST_STATUS,
    );
  const { name } = found;
  if (name === node.profile.nodes[0].name) return yield* notSimulated(tool, 'node delete of the control plane');
  yield* drain(node, name);
  yield* say(tool, 'stopping', `Stopping node "${name}"  ...`);
  yield* say(tool, 'shutdown', `Powering off "${name}" via SSH ...`);
  yield* say(tool, 'deleting', `Deleting "${name}" in docker ...`);
  node.members.leave(name);
  node.apiServer.client('minikube').delete(NODES, undefined, name);
  yield* sleep(STEP_MS);
  yield* say(tool, 'crushed', `Node ${shortName(node, name)} was successfully deleted.`);
  return 0;
}

/** Waits until somebody ends the command. */
function* untilSignal(tool: Tool): Coroutine<void> {
  for (const signal of ['INT', 'TERM'] as const) tool.process.setSignalHandler(signal, 'catch');
  yield { on: [tool.process.signalArrived] };
}

/** `minikube mount SOURCE:TARGET`: a folder of the machine's at a path of the node, while the command lives. */
function* mount({ tool, args }: ToolCall): Coroutine<number> {
  const [, source, target] = /^(.*):(\/[^:]*)$/.exec(args[0] ?? '') ?? [];
  if (args.length !== 1 || source === undefined)
    return yield* exitFor(
      tool,
      'MK_USAGE',
      args.length === 1
        ? `mount argument "${args[0]}" must be in form: <source directory>:<target directory>`
        : 'Please specify the directory to be mounted: \n\tminikube mount <source directory>:<target directory>   (example: "/host-home:/vm-home")',
      USAGE_STATUS,
    );
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const folder = tool.stat(source);
  if (!folder.ok)
    return yield* exitFor(tool, 'HOST_PATH_MISSING', `Cannot find directory ${source} for mount`, USAGE_STATUS);
  const files = node.machines.get(node.profile.nodes[0].name)?.files ?? tool.machine.files;
  yield* say(tool, 'mounting', `Mounting host path ${source} into VM as ${target} ...`);
  const options = [
    ['Mount type:', '9p'],
    ['User ID:', 'docker'],
    ['Group ID:', 'docker'],
    ['Version:', '9p2000.L'],
    ['Message Size:', '262144'],
    ['Options:', 'map[]'],
    ['Bind Address:', `${node.profile.nodes[0].address.replace(/\d+$/, '1')}:38711`],
  ];
  for (const [name, value] of options) yield* say(tool, 'option', `${name.padEnd(13)} ${value}`);
  yield* say(tool, 'launch', 'Userspace file server: ufs starting');
  yield* sleep(STEP_MS);
  files.mount(target, folder.value);
  try {
    yield* say(tool, 'success', `Successfully mounted ${source} to ${target}`);
    yield* tool.out('\n');
    yield* say(tool, 'notice', 'NOTE: This process must stay alive for the mount to be accessible ...');
    yield* untilSignal(tool);
  } finally {
    files.unmount(target);
  }
  yield* say(tool, 'deleting', `Unmounting ${target} ...`);
  yield* say(tool, 'success', `Successfully unmounted ${target}`);
  return 0;
}

function* sshKey({ tool }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  yield* tool.out(`${tool.process.env.get('HOME') ?? ''}/.minikube/machines/${node.profile.nodes[0].name}/id_rsa\n`);
  return 0;
}

function* updateContext({ tool }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const name = profileName(node);
  yield* say(tool, 'meh', `No changes required for the "${name}" context`);
  const status = yield* runToEnd(tool, ['sh', '-c', `kubectl config use-context ${name} >/dev/null`]);
  yield* say(tool, 'kubectl', `Current context is "${name}"`);
  return status;
}

/** Nodes that come and go, what the node sees of the machine, and the ways to it. */
export const MEMBER_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'mount',
    flags: [...['ip', 'type', 'uid', 'gid', '9p-version', 'mode'].map((name) => stringFlag(name)), boolFlag('kill')],
    run: mount,
  },
  { name: 'node add', flags: [boolFlag('control-plane'), boolFlag('worker'), boolFlag('delete-on-failure')], run: add },
  { name: 'node delete', run: remove },
  { name: 'ssh-key', run: sshKey },
  { name: 'update-context', run: updateContext },
];
