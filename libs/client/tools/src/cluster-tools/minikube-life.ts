import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, intFlag, stringArrayFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { InstalledCluster, kubectlConfig } from './installed-cluster.js';
import { enabledAddons } from './minikube-addons.js';
import { minikubeCluster, profileNotFound } from './minikube-cluster.js';
import { announceWorker } from './minikube-members.js';
import { say } from './minikube-output.js';
import { thaw } from './minikube-pause.js';
import { MINIKUBE_VERSION } from './minikube-version.js';

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
    yield* say(tool, 'restarting', 'Restarting existing docker container for "minikube" ...');
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
  const isNew = cluster.canBeCreated;
  const workers = isNew && flags.changed('nodes') ? Math.max(1, flags.int('nodes')) - 1 : cluster.workers.length;
  if (!cluster.canHave(workers)) return yield* notSimulated(tool, `start --nodes=${flags.int('nodes')}`);
  const driver = flags.string('driver') || flags.string('vm-driver');
  if (isNew && driver !== '' && driver !== 'docker') return yield* notSimulated(tool, `start --driver=${driver}`);
  yield* announce(call, cluster);
  thaw(cluster.node);
  if (cluster.stage === 'stopped' || cluster.stage === 'deleted') yield* cluster.powerOn();
  const { node } = cluster;
  const unit = node.services.get('kubelet');
  if (unit && !unit.active) node.services.change(unit, 'start');
  yield* say(tool, 'verify', 'Verifying Kubernetes components...');
  yield* say(tool, 'option', 'Using image gcr.io/k8s-minikube/storage-provisioner:v5');
  yield* sleep(STEP_MS);
  yield* say(tool, 'celebrateAddon', `Enabled addons: ${enabledAddons(node).join(', ')}`);
  if (isNew) cluster.resize(workers);
  for (const worker of isNew ? cluster.workers : []) {
    yield* tool.out('\n');
    yield* announceWorker(tool, cluster.node, worker);
  }
  if (cluster.stage !== 'prepared' || isNew) yield* cluster.writeKubeconfig(tool);
  cluster.stage = 'installed';
  yield* say(
    tool,
    'ready',
    'Done! kubectl is now configured to use "minikube" cluster and "default" namespace by default',
  );
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
  thaw(cluster.node);
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
    thaw(cluster.node);
    if (cluster.stage !== 'stopped') cluster.powerOff();
    cluster.stage = 'deleted';
    yield* cluster.forgetKubeconfig(tool);
    yield* say(tool, 'crushed', 'Removed all traces of the "minikube" cluster.');
  } else if (!flags.bool('all')) yield* say(tool, 'shrug', '"minikube" profile does not exist, trying anyways.');
  if (flags.bool('all')) yield* say(tool, 'deleting', 'Successfully deleted all profiles');
  else if (!cluster) yield* say(tool, 'crushed', 'Removed all traces of the "minikube" cluster.');
  return 0;
}

/** The commands by which a minikube cluster comes, rests and goes. */
export const LIFE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'delete', flags: [boolFlag('all'), boolFlag('purge')], run: remove },
  {
    name: 'start',
    flags: [
      ...[
        'driver',
        'vm-driver',
        'cni',
        'container-runtime',
        'cpus',
        'disk-size',
        'kubernetes-version',
        'memory',
        'network',
        'base-image',
        'image-mirror-country',
        'wait',
      ].map((name) => stringFlag(name)),
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
  { name: 'stop', flags: [boolFlag('all'), boolFlag('keep-context-active')], run: stop },
];
