import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, intFlag, stringArrayFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import type { Tool } from '../tool/tool.js';
import { FurtherCluster } from './further-cluster.js';
import { kubectlConfig, type InstalledCluster } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { minikubeCluster, profileNotFound } from './minikube-cluster.js';
import { storeSetting } from './minikube-config.js';
import { announceWorker } from './minikube-members.js';
import { say, warn } from './minikube-output.js';
import { thaw } from './minikube-pause.js';
import { profileOf } from './minikube-profile.js';
import { enableAddons, installPlugin, pluginTitle, reportSettings, sizeOf } from './minikube-settings.js';
import { announceDone, announceDriver, greet, startFurther } from './minikube-start.js';

const NOT_FOUND_STATUS = 85;
const STEP_MS = 1500;
const CREATE_MS = 20_000;

/** minikube's announcement of a start: of the cluster that stands ready, of one that is stopped, of one that runs. */
function* announce(call: ToolCall, cluster: InstalledCluster, nodes: number): Coroutine<void> {
  const { tool } = call;
  const { name } = cluster;
  const { profile } = cluster.node;
  const isNew = cluster.canBeCreated;
  const docker = profile.nodes[0].containerRuntimeVersion.replace('docker://', '');
  yield* greet(tool, name);
  if (isNew) yield* announceDriver(call);
  else yield* say(tool, 'sparkle', 'Using the docker driver based on existing profile');
  yield* say(tool, 'thumbsUp', `Starting "${name}" primary control-plane node in "${name}" cluster`);
  yield* say(tool, 'tractor', 'Pulling base image v0.0.48 ...');
  if (isNew) yield* say(tool, 'fire', `Creating docker container (${sizeOf(call)}) ...`);
  else if (cluster.stage === 'stopped')
    yield* say(tool, 'restarting', `Restarting existing docker container for "${name}" ...`);
  else yield* say(tool, 'running', `Updating the running docker "${name}" container ...`);
  yield* sleep(isNew ? CREATE_MS : STEP_MS);
  yield* say(tool, 'whale', `Preparing Kubernetes ${profile.kubernetesVersion} on Docker ${docker} ...`);
  if (isNew) yield* say(tool, 'link', `Configuring ${pluginTitle(call, nodes)} (Container Networking Interface) ...`);
}

/** A cluster that exists comes up again, or the one that stands ready is how a new one came about. */
function* startKnown(call: ToolCall, cluster: InstalledCluster): Coroutine<number> {
  const { tool } = call;
  const isNew = cluster.canBeCreated;
  const wanted = isNew && call.flags.changed('nodes') ? Math.max(1, call.flags.int('nodes')) - 1 : undefined;
  yield* announce(call, cluster, 1 + (wanted ?? cluster.workers.length));
  thaw(cluster.node);
  if (cluster.stage === 'stopped' || cluster.stage === 'deleted') yield* cluster.powerOn();
  const { node } = cluster;
  const unit = node.services.get('kubelet');
  if (unit && !unit.active) node.services.change(unit, 'start');
  yield* say(tool, 'verify', 'Verifying Kubernetes components...');
  yield* say(tool, 'option', 'Using image gcr.io/k8s-minikube/storage-provisioner:v5');
  yield* sleep(STEP_MS);
  if (isNew) {
    reportSettings(call);
    installPlugin(call, node);
  }
  yield* enableAddons(call, node);
  if (!isNew && call.flags.int('nodes') > 1)
    yield* warn(
      tool,
      'warning',
      `The cluster ${cluster.name} already exists which means the --nodes parameter will be ignored. Use "minikube node add" to add nodes to an existing cluster.`,
    );
  if (isNew) cluster.resize(wanted ?? cluster.workers.length);
  for (const worker of isNew ? cluster.workers : []) {
    yield* tool.out('\n');
    yield* announceWorker(tool, cluster.node, worker);
  }
  if (cluster.stage !== 'prepared' || isNew) yield* cluster.writeKubeconfig(tool);
  cluster.stage = 'installed';
  yield* announceDone(tool, cluster.name);
  return 0;
}

/** So many control planes `--ha` makes. */
const LEAST_SERVERS = 3;

function* start(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const name = profileOf(tool);
  const clusters = InstalledClusters.of(tool);
  if (!clusters) return yield* notSimulated(tool, 'start on another machine');
  const cluster = clusters.find('minikube', name);
  if (!cluster) return yield* startFurther(call, clusters, name);
  if (!cluster.exists && !cluster.canBeCreated) return yield* notSimulated(tool, 'start of another cluster');
  const isNew = cluster.canBeCreated;
  const servers = cluster.node.profile.nodes.length - cluster.workers.length;
  if (isNew && flags.bool('ha') && servers < LEAST_SERVERS)
    return yield* notSimulated(tool, `start --ha (this one has ${servers} control plane)`);
  const workers = isNew && flags.changed('nodes') ? Math.max(1, flags.int('nodes')) - 1 : cluster.workers.length;
  const fits = cluster.canHave(workers) && (!isNew || clusters.hasRoom(cluster, workers));
  if (!fits) return yield* notSimulated(tool, `start --nodes=${flags.int('nodes')}`);
  const driver = flags.string('driver') || flags.string('vm-driver');
  if (isNew && driver !== '' && driver !== 'docker') return yield* notSimulated(tool, `start --driver=${driver}`);
  return yield* startKnown(call, cluster);
}

/** Stops a cluster's nodes; how many they are. */
function* stopOne(tool: Tool, cluster: InstalledCluster): Coroutine<number> {
  const names = cluster.node.profile.nodes.map(({ name }) => name);
  for (const name of [...names].reverse()) {
    yield* say(tool, 'stopping', `Stopping node "${name}"  ...`);
    if (cluster.stage !== 'stopped') yield* say(tool, 'shutdown', `Powering off "${name}" via SSH ...`);
  }
  yield* sleep(STEP_MS);
  thaw(cluster.node);
  if (cluster.stage !== 'stopped') cluster.powerOff();
  cluster.stage = 'stopped';
  return names.length;
}

/** `minikube stop` (cmd/minikube/cmd/stop.go): its own context is the current one no more. */
function* stop({ tool, flags }: ToolCall): Coroutine<number> {
  const own = minikubeCluster(tool);
  const all = InstalledClusters.of(tool)?.list('minikube') ?? [];
  const clusters = flags.bool('all') ? all : own ? [own] : [];
  if (clusters.length === 0) {
    yield* profileNotFound(tool);
    return NOT_FOUND_STATUS;
  }
  let stopped = 0;
  for (const cluster of clusters) {
    stopped += yield* stopOne(tool, cluster);
    const current = (yield* kubectlConfig(tool, ['current-context'])).trim();
    if (!flags.bool('keep-context-active') && current === cluster.name)
      yield* kubectlConfig(tool, ['unset', 'current-context']);
  }
  yield* say(tool, 'shutdown', `${stopped} node${stopped > 1 ? 's' : ''} stopped.`);
  return 0;
}

/** A cluster and all that minikube keeps of it go. */
function* removeOne(tool: Tool, cluster: InstalledCluster): Coroutine<void> {
  const home = tool.process.env.get('HOME') ?? '';
  const { nodes } = cluster.node.profile;
  yield* say(tool, 'deleting', `Deleting "${cluster.name}" in docker ...`);
  for (const { name } of nodes) {
    yield* say(tool, 'deleting', `Deleting container "${name}" ...`);
    yield* sleep(STEP_MS);
  }
  for (const { name } of nodes) yield* say(tool, 'deleting', `Removing ${home}/.minikube/machines/${name} ...`);
  thaw(cluster.node);
  if (cluster instanceof FurtherCluster) {
    const clusters = InstalledClusters.of(tool);
    clusters?.remove(cluster);
    clusters?.removeNetwork(cluster.name);
    tool.machine.files.remove(`${home}/.minikube/profiles/${cluster.name}`, true);
  } else if (cluster.stage !== 'stopped') cluster.powerOff();
  cluster.stage = 'deleted';
  yield* cluster.forgetKubeconfig(tool);
  storeSetting(tool, 'profile', undefined);
  yield* say(tool, 'crushed', `Removed all traces of the "${cluster.name}" cluster.`);
}

function* remove({ tool, flags }: ToolCall): Coroutine<number> {
  if (flags.bool('all')) {
    for (const cluster of InstalledClusters.of(tool)?.list('minikube') ?? []) yield* removeOne(tool, cluster);
    yield* say(tool, 'deleting', 'Successfully deleted all profiles');
    return 0;
  }
  const cluster = minikubeCluster(tool);
  if (cluster) {
    yield* removeOne(tool, cluster);
    return 0;
  }
  const name = profileOf(tool);
  yield* say(tool, 'shrug', `"${name}" profile does not exist, trying anyways.`);
  yield* say(tool, 'crushed', `Removed all traces of the "${name}" cluster.`);
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
