import { waitFor, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { NODE_AGENT_HOST } from '../component-host.js';
import { defineImage, type ImageDefinition } from '../image.js';

/** Runs until it is told to stop. */
export function* idle(process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  yield* waitFor([process.signalArrived]);
  return 0;
}

/** kube-proxy: the node has the services' rules while it runs, and keeps them when it has ended. */
export const proxy: Program = function* (process: Process): Coroutine<number> {
  const ended = process.machine.facility(NODE_AGENT_HOST)?.proxyStarted();
  try {
    return yield* idle(process);
  } finally {
    ended?.();
  }
};

/** A network plugin's daemon: installs its configuration, then runs. */
const plugin = (enforcesNetworkPolicy: boolean): Program =>
  function* (process: Process): Coroutine<number> {
    process.machine.facility(NODE_AGENT_HOST)?.networkInstalled({ enforcesNetworkPolicy });
    return yield* idle(process);
  };

const done: Program = function* (): Coroutine<number> {
  return 0;
};

function daemon(repository: string, tags: readonly string[], path: string, program: Program): ImageDefinition {
  return defineImage({
    repository,
    tags,
    sizeBytes: 38_000_000,
    config: { entrypoint: [path] },
    programs: { [path]: program },
  });
}

/** Images that install or configure something and end. */
const once = (repository: string, tags: readonly string[], paths: readonly string[]): ImageDefinition =>
  defineImage({
    repository,
    tags,
    sizeBytes: 11_000_000,
    config: { entrypoint: [paths[0]] },
    programs: Object.fromEntries(paths.map((path) => [path, done])),
  });

const CALICO = ['v3.25.0', 'v3.26.1', 'v3.27.0', 'v3.28.0', 'v3.29.1', 'v3.30.3', 'v3.31.0'];
const FLANNEL = ['v0.22.0', 'v0.24.2', 'v0.25.1', 'v0.26.1', 'v0.27.4'];

/** Daemons of nodes: network plugins, provisioners and agents of the clusters' installers. */
export const nodeAgents: readonly ImageDefinition[] = [
  daemon(
    '602401143452.dkr.ecr.us-east-2.amazonaws.com/amazon-k8s-cni',
    ['v1.20.4-eksbuild.2'],
    '/app/aws-vpc-cni',
    plugin(false),
  ),
  once(
    '602401143452.dkr.ecr.us-east-2.amazonaws.com/amazon-k8s-cni-init',
    ['v1.20.4-eksbuild.2'],
    ['/init/aws-vpc-cni-init'],
  ),
  daemon(
    '602401143452.dkr.ecr.us-east-2.amazonaws.com/amazon/aws-network-policy-agent',
    ['v1.2.7-eksbuild.1'],
    '/controller',
    idle,
  ),
  daemon(
    '602401143452.dkr.ecr.us-east-2.amazonaws.com/eks/kube-proxy',
    ['v1.35.4-minimal-eksbuild.2'],
    '/usr/local/bin/kube-proxy',
    proxy,
  ),
  daemon('docker.io/calico/kube-controllers', CALICO, '/usr/bin/kube-controllers', idle),
  daemon('docker.io/calico/node', CALICO, '/usr/bin/start_runit', plugin(true)),
  once('docker.io/calico/cni', CALICO, ['/opt/cni/bin/install', '/opt/cni/bin/calico-ipam']),
  daemon('docker.io/kindest/kindnetd', ['v20250512-df8de77b', 'v20251107-e5b8e7d'], '/bin/kindnetd', plugin(true)),
  daemon('docker.io/kindest/local-path-provisioner', ['v20250214-acbabc1a'], '/local-path-provisioner', idle),
  daemon('docker.io/rancher/local-path-provisioner', ['v0.0.31', 'v0.0.32'], '/local-path-provisioner', idle),
  once('docker.io/rancher/klipper-helm', ['v0.9.8-build20250709'], ['/usr/bin/entry']),
  daemon('docker.io/weaveworks/weave-kube', ['2.8.1', 'latest'], '/home/weave/launch.sh', plugin(true)),
  once('docker.io/weaveworks/weave-kube-init', ['2.8.1'], ['/home/weave/init.sh']),
  daemon('docker.io/weaveworks/weave-npc', ['2.8.1', 'latest'], '/usr/bin/launch.sh', idle),
  daemon('gcr.io/k8s-minikube/storage-provisioner', ['v5'], '/storage-provisioner', idle),
  daemon('ghcr.io/flannel-io/flannel', FLANNEL, '/opt/bin/flanneld', plugin(false)),
  once(
    'ghcr.io/flannel-io/flannel-cni-plugin',
    ['v1.2.0', 'v1.4.0-flannel1', 'v1.6.0-flannel1', 'v1.8.0-flannel1'],
    ['/bin/cp'],
  ),
];
