import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, intFlag, stringArrayFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { InstalledCluster, kubectlConfig } from './installed-cluster.js';
import { enabledAddons } from './minikube-addons.js';
import { minikubeCluster, profileNotFound } from './minikube-cluster.js';
import { boxTable, say, warn } from './minikube-output.js';
import { MINIKUBE_VERSION } from './minikube-version.js';

const STOPPED_STATUS = 7;
const CLUSTER_NOT_RUNNING_STATUS = 2;
const NOT_FOUND_STATUS = 85;
const STEP_MS = 1500;
const CREATE_MS = 20_000;

/** minikube's announcement of a start: of a new cluster, of one that is stopped, of one that runs. */
function* announce({ tool, flags }: ToolCall, cluster: InstalledCluster): Coroutine<void> {
  const { profile, node } = cluster.node;
  const isNew = cluster.canBeCreated;
  const docker = node.containerRuntimeVersion.replace('docker://', '');
  yield* say(tool, 'happy', `minikube ${MINIKUBE_VERSION} on Debian 12`);
  const driver = flags.string('driver') || flags.string('vm-driver');
  if (!isNew) yield* say(tool, 'sparkle', 'Using the docker driver based on existing profile');
  else if (driver !== '') yield* say(tool, 'sparkle', `Using the ${driver} driver based on user configuration`);
  else yield* say(tool, 'sparkle', 'Automatically selected the docker driver. Other choices: none, ssh');
  if (isNew) yield* say(tool, 'pin', 'Using Docker driver with root privileges');
  yield* say(tool, 'thumbsUp', 'Starting "minikube" primary control-plane node in "minikube" cluster');
  yield* say(tool, 'tractor', 'Pulling base image v0.0.48 ...');
  if (isNew) yield* say(tool, 'fire', 'Creating docker container (CPUs=2, Memory=3900MB) ...');
  else if (cluster.stage === 'stopped')
    yield* say(tool, 'restarting', 'Restarting existing docker container for "minikube" ...'); // prettier-ignore
  else yield* say(tool, 'running', 'Updating the running docker "minikube" container ...');
  yield* sleep(isNew ? CREATE_MS : STEP_MS);
  yield* say(tool, 'whale', `Preparing Kubernetes ${profile.kubernetesVersion} on Docker ${docker} ...`);
  if (isNew) yield* say(tool, 'link', 'Configuring bridge CNI (Container Networking Interface) ...');
}

function* start(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const cluster = InstalledCluster.of(tool, 'minikube');
  if (!cluster) return yield* notSimulated(tool, 'start (a cluster of its own)');
  if (!cluster.exists && !cluster.canBeCreated) return yield* notSimulated(tool, 'start of another cluster');
  const driver = flags.string('driver') || flags.string('vm-driver');
  if (cluster.canBeCreated && driver !== '' && driver !== 'docker') return yield* notSimulated(tool, `start --driver=${driver}`); // prettier-ignore
  yield* announce(call, cluster);
  if (cluster.stage === 'stopped' || cluster.stage === 'deleted') yield* cluster.powerOn();
  const { node } = cluster;
  const unit = node.services.get('kubelet');
  if (unit && !unit.active) node.services.change(unit, 'start');
  yield* say(tool, 'verify', 'Verifying Kubernetes components...');
  yield* say(tool, 'option', 'Using image gcr.io/k8s-minikube/storage-provisioner:v5');
  yield* sleep(STEP_MS);
  yield* say(tool, 'celebrateAddon', `Enabled addons: ${enabledAddons(node).join(', ')}`);
  if (cluster.stage !== 'prepared' || cluster.canBeCreated) yield* cluster.writeKubeconfig(tool);
  cluster.stage = 'installed';
  yield* say(tool, 'ready', 'Done! kubectl is now configured to use "minikube" cluster and "default" namespace by default'); // prettier-ignore
  return 0;
}

function* stop({ tool, flags }: ToolCall): Coroutine<number> {
  const cluster = minikubeCluster(tool);
  if (!cluster) {
    yield* profileNotFound(tool);
    return NOT_FOUND_STATUS;
  }
  const names = cluster.node.profile.nodes.map(({ name }) => name);
  for (const name of [...names].reverse()) {
    yield* say(tool, 'stopping', `Stopping node "${name}"  ...`);
    if (cluster.stage !== 'stopped') yield* say(tool, 'shutdown', `Powering off "${name}" via SSH ...`);
  }
  yield* sleep(STEP_MS);
  if (cluster.stage !== 'stopped') cluster.powerOff();
  cluster.stage = 'stopped';
  if (!flags.bool('keep-context-active')) yield* kubectlConfig(tool, ['unset', 'current-context']);
  yield* say(tool, 'shutdown', `${names.length} node${names.length > 1 ? 's' : ''} stopped.`);
  return 0;
}

function* remove({ tool, flags }: ToolCall): Coroutine<number> {
  const cluster = minikubeCluster(tool);
  if (cluster) {
    const home = tool.process.env.get('HOME') ?? '';
    yield* say(tool, 'deleting', 'Deleting "minikube" in docker ...');
    for (const { name } of cluster.node.profile.nodes) {
      yield* say(tool, 'deleting', `Deleting container "${name}" ...`);
      yield* sleep(STEP_MS);
    }
    for (const { name } of cluster.node.profile.nodes)
      yield* say(tool, 'deleting', `Removing ${home}/.minikube/machines/${name} ...`);
    if (cluster.stage !== 'stopped') cluster.powerOff();
    cluster.stage = 'deleted';
    yield* cluster.forgetKubeconfig(tool);
    yield* say(tool, 'crushed', 'Removed all traces of the "minikube" cluster.');
  } else if (!flags.bool('all')) yield* say(tool, 'shrug', '"minikube" profile does not exist, trying anyways.');
  if (flags.bool('all')) yield* say(tool, 'deleting', 'Successfully deleted all profiles');
  else if (!cluster) yield* say(tool, 'crushed', 'Removed all traces of the "minikube" cluster.');
  return 0;
}

function* status({ tool }: ToolCall): Coroutine<number> {
  const cluster = minikubeCluster(tool);
  if (!cluster) {
    yield* profileNotFound(tool);
    return NOT_FOUND_STATUS;
  }
  const { node } = cluster;
  const up = cluster.stage !== 'stopped';
  const kubelet = up && node.services.get('kubelet')?.active === true;
  const server = up && node.apiServer.available;
  const word = (runs: boolean): string => (runs ? 'Running' : 'Stopped');
  const configured = up ? 'Configured' : 'Stopped';
  yield* tool.out(`minikube\ntype: Control Plane\nhost: ${word(up)}\nkubelet: ${word(kubelet)}\napiserver: ${word(server)}\nkubeconfig: ${configured}\n\n`); // prettier-ignore
  for (const { name } of node.profile.nodes.slice(1))
    yield* tool.out(`${name}\ntype: Worker\nhost: ${word(up)}\nkubelet: ${word(up)}\n\n`);
  if (!up) return STOPPED_STATUS;
  return kubelet && server ? 0 : CLUSTER_NOT_RUNNING_STATUS;
}

const PROFILE_HEADER = ['PROFILE', 'DRIVER', 'RUNTIME', 'IP', 'VERSION', 'STATUS', 'NODES', 'ACTIVE PROFILE', 'ACTIVE KUBECONTEXT']; // prettier-ignore

function* listProfiles({ tool }: ToolCall): Coroutine<number> {
  const cluster = minikubeCluster(tool);
  if (!cluster) {
    yield* warn(tool, 'shrug', 'Exiting due to MK_USAGE_NO_PROFILE: No minikube profile was found.');
    yield* warn(tool, 'maintained', "Suggestion:\n\n    You can create one using 'minikube start'.\n    ");
    return 64;
  }
  const { profile } = cluster.node;
  const context = (yield* kubectlConfig(tool, ['current-context'])).trim();
  const row = [
    'minikube',
    'docker',
    'docker',
    profile.nodes[0].address,
    profile.kubernetesVersion,
    cluster.stage === 'stopped' ? 'Stopped' : 'OK',
    String(profile.nodes.length),
    '*',
    context === 'minikube' ? '*' : '',
  ];
  yield* tool.out(boxTable(PROFILE_HEADER, [row]));
  return 0;
}

function* showProfile({ tool, args }: ToolCall): Coroutine<number> {
  const [name] = args;
  if (name === undefined) yield* tool.out('minikube\n');
  else if (name === 'minikube') yield* say(tool, 'celebrate', 'minikube profile was successfully set to minikube');
  else return yield* notSimulated(tool, `profile ${name}`);
  return 0;
}

/** The commands by which a minikube cluster comes, rests and goes. */
export const LIFE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'delete', flags: [boolFlag('all'), boolFlag('purge')], run: remove },
  { name: 'profile', run: showProfile },
  { name: 'profile list', flags: [stringFlag('output', '', { shorthand: 'o' }), boolFlag('light', '', { shorthand: 'l' })], run: listProfiles }, // prettier-ignore
  {
    name: 'start',
    flags: [
      ...['driver', 'vm-driver', 'cni', 'container-runtime', 'cpus', 'disk-size', 'kubernetes-version', 'memory', 'network', 'base-image', 'image-mirror-country', 'wait'].map((name) => stringFlag(name)), // prettier-ignore
      stringSliceFlag('addons'),
      stringSliceFlag('insecure-registry'),
      stringArrayFlag('extra-config'),
      intFlag('nodes', '', { shorthand: 'n' }),
      boolFlag('force'),
      boolFlag('ha'),
      boolFlag('mount'),
      stringFlag('mount-string'),
      durationFlag('wait-timeout'),
    ],
    run: start,
  },
  { name: 'status', flags: [stringFlag('output', '', { shorthand: 'o' }), stringFlag('format', '', { shorthand: 'f' })], run: status }, // prettier-ignore
  { name: 'stop', flags: [boolFlag('all'), boolFlag('keep-context-active')], run: stop },
];
