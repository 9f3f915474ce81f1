import { ensureCoreDns, findAddon, installObjects, type ClusterProfile } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand } from '../cluster-tool.js';
import { objectAt, textAt } from '../kubeadm-configuration/default-configuration.js';
import { configuredPhase, type ConfiguredSite } from './configured-phase.js';
import type { PhaseEnd } from './phase-site.js';

/** The cluster as the configuration has it. */
const profileOf = ({ node: { profile }, configuration: { cluster } }: ConfiguredSite): ClusterProfile => ({
  ...profile,
  kubernetesVersion: textAt(cluster, 'kubernetesVersion'),
  podCidr: textAt(objectAt(cluster, 'networking'), 'podSubnet'),
});

/** What an addon would be that other images or manifests are asked for. */
const isFollowed = ({ flags, configuration: { cluster } }: ConfiguredSite): boolean =>
  !flags.bool('print-manifest') &&
  !flags.bool('dry-run') &&
  textAt(cluster, 'imageRepository') === 'registry.k8s.io' &&
  textAt(objectAt(cluster, 'networking'), 'dnsDomain') === 'cluster.local';

function* coreDns(site: ConfiguredSite): Coroutine<PhaseEnd> {
  if (!isFollowed(site)) return yield* notSimulated(site.tool, 'init phase addon coredns of another kind');
  ensureCoreDns(site.node.apiServer.client('kubeadm'), site.node.profile);
  yield* site.tool.out('[addons] Applied essential addon: CoreDNS\n');
  return undefined;
}

function* kubeProxy(site: ConfiguredSite): Coroutine<PhaseEnd> {
  const objects = findAddon('kube-proxy')?.objects;
  if (!isFollowed(site) || !objects)
    return yield* notSimulated(site.tool, 'init phase addon kube-proxy of another kind');
  installObjects(site.node.apiServer, objects(profileOf(site)), true);
  yield* site.tool.out('[addons] Applied essential addon: kube-proxy\n');
  return undefined;
}

function* all(site: ConfiguredSite): Coroutine<PhaseEnd> {
  return (yield* coreDns(site)) ?? (yield* kubeProxy(site));
}

const flags = ['kubernetes-version', 'image-repository'].map((name) => stringFlag(name));
const dnsFlags = ['feature-gates', 'service-dns-domain', 'service-cidr'].map((name) => stringFlag(name));
const proxyFlags = [
  ...['apiserver-advertise-address', 'control-plane-endpoint', 'pod-network-cidr'].map((name) => stringFlag(name)),
  intFlag('apiserver-bind-port'),
];
const print = boolFlag('print-manifest');

/** `kubeadm init phase addon …` (cmd/phases/init/addons.go, v1.35.4). */
export const ADDON_PHASES: readonly Subcommand[] = [
  configuredPhase('addon all', all, [...flags, ...dnsFlags, ...proxyFlags]),
  configuredPhase('addon coredns', coreDns, [...flags, ...dnsFlags, print]),
  configuredPhase('addon kube-proxy', kubeProxy, [...flags, ...proxyFlags, print]),
];
