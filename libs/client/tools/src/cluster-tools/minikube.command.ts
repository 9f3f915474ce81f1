import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, intFlag, stringArrayFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { runToEnd } from '../system/run.commands.js';
import { clusterTool, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';
import { ADDON_SUBCOMMANDS, enabledAddons } from './minikube-addons.js';
import { minikubeNode, runningCluster } from './minikube-cluster.js';
import { CONFIG_SUBCOMMANDS } from './minikube-config.js';
import { say } from './minikube-output.js';
import { tunnel } from './minikube-tunnel.js';
import { SERVICE_SUBCOMMANDS } from './minikube-service.js';

const VERSION = 'v1.37.0';
const COMMIT = '65318f4cfff9c12cc87ec9eb8f4cdd57b25047f3';
const USAGE_STATUS = 64;
const CLUSTER_NOT_RUNNING_STATUS = 2;

function* start({ tool }: ToolCall): Coroutine<number> {
  const node = minikubeNode(tool);
  if (!node) return yield* notSimulated(tool, 'start (a cluster of its own)');
  const docker = node.node.containerRuntimeVersion.replace('docker://', '');
  yield* say(tool, 'happy', `minikube ${VERSION} on Debian 12`);
  yield* say(tool, 'sparkle', 'Using the docker driver based on existing profile');
  yield* say(tool, 'thumbsUp', 'Starting "minikube" primary control-plane node in "minikube" cluster');
  yield* say(tool, 'tractor', 'Pulling base image v0.0.48 ...');
  yield* say(tool, 'running', 'Updating the running docker "minikube" container ...');
  yield* say(tool, 'whale', `Preparing Kubernetes ${node.profile.kubernetesVersion} on Docker ${docker} ...`);
  yield* say(tool, 'verify', 'Verifying Kubernetes components...');
  yield* say(tool, 'option', 'Using image gcr.io/k8s-minikube/storage-provisioner:v5');
  yield* say(tool, 'celebrateAddon', `Enabled addons: ${enabledAddons(node).join(', ')}`);
  yield* say(tool, 'ready', 'Done! kubectl is now configured to use "minikube" cluster and "default" namespace by default'); // prettier-ignore
  const unit = node.services.get('kubelet');
  if (unit && !unit.active) node.services.change(unit, 'start');
  return 0;
}

function* status({ tool }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const kubelet = node.services.get('kubelet')?.active === true;
  const apiServer = node.apiServer.available;
  yield* tool.out(
    `minikube\ntype: Control Plane\nhost: Running\nkubelet: ${kubelet ? 'Running' : 'Stopped'}\napiserver: ${apiServer ? 'Running' : 'Stopped'}\nkubeconfig: Configured\n\n`,
  );
  return kubelet && apiServer ? 0 : CLUSTER_NOT_RUNNING_STATUS;
}

function* ip({ tool }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  yield* tool.out(`${node.node.address}\n`);
  return 0;
}

function* nodeList({ tool }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  yield* tool.out(node.profile.nodes.map(({ name, address }) => `${name}\t${address}\n`).join(''));
  return 0;
}

function* kubectl({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  return yield* runToEnd(tool, ['kubectl', ...args]);
}

/** Into the node; only its words are run when there are any. */
function* ssh({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  return yield* runToEnd(tool, ['ssh', node.profile.nodes[0].name, ...args]);
}

function* version({ tool, flags }: ToolCall): Coroutine<number> {
  yield* tool.out(flags.bool('short') ? `${VERSION}\n` : `minikube version: ${VERSION}\ncommit: ${COMMIT}\n`);
  return 0;
}

/** minikube with the Docker driver, seen from beside its cluster. */
export const MINIKUBE: ClusterTool = {
  name: 'minikube',
  version: VERSION,
  flags: [
    stringFlag('profile', '', { shorthand: 'p' }),
    boolFlag('alsologtostderr'),
    intFlag('v', '', { shorthand: 'v' }),
  ],
  *onFlagError(tool, error) {
    yield* tool.err(`Error: ${error}\nSee 'minikube ${tool.args[0]} --help' for usage.\n`);
    return USAGE_STATUS;
  },
  *onUnknown(tool, word) {
    yield* tool.err(`Error: unknown command "${word}" for "minikube"\nRun 'minikube --help' for usage.\n`);
    return USAGE_STATUS;
  },
  subcommands: [
    ...ADDON_SUBCOMMANDS,
    ...CONFIG_SUBCOMMANDS,
    { name: 'cp' },
    { name: 'dashboard', flags: [boolFlag('url')] },
    { name: 'delete' },
    { name: 'docker-env' },
    { name: 'image' },
    { name: 'ip', run: ip },
    { name: 'kubectl', run: kubectl },
    { name: 'logs' },
    { name: 'mount' },
    { name: 'node add' },
    { name: 'node list', run: nodeList },
    { name: 'pause' },
    { name: 'profile' },
    ...SERVICE_SUBCOMMANDS,
    { name: 'ssh', flags: [stringFlag('node', '', { shorthand: 'n' }), boolFlag('native-ssh')], run: ssh },
    {
      name: 'start',
      flags: [
        ...['driver', 'vm-driver', 'cni', 'container-runtime', 'cpus', 'disk-size', 'kubernetes-version', 'memory', 'network'].map((name) => stringFlag(name)), // prettier-ignore
        stringSliceFlag('addons'),
        stringSliceFlag('insecure-registry'),
        stringArrayFlag('extra-config'),
        intFlag('nodes', '', { shorthand: 'n' }),
        boolFlag('force'),
        boolFlag('ha'),
        durationFlag('wait-timeout'),
      ],
      run: start,
    },
    { name: 'status', flags: [stringFlag('output', '', { shorthand: 'o' }), stringFlag('format', '', { shorthand: 'f' })], run: status }, // prettier-ignore
    { name: 'stop' },
    { name: 'tunnel', flags: [boolFlag('cleanup', '', { shorthand: 'c' }), stringFlag('bind-address')], run: tunnel },
    { name: 'unpause' },
    { name: 'version', flags: [boolFlag('short')], run: version },
  ],
};

export const minikube = clusterTool(MINIKUBE);
