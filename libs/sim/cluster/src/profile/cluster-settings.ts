import { fail, ok, type Result } from '@seatrial/kernel';
import type { ClusterProfile } from './cluster-profile.js';
import { PATCH_RELEASES } from '../node-packages.js';
import { namedProfile } from './named-profile.js';
import { hostAddress, machines } from './node-profile.js';

/** What an exercise may change about its profile; the rest is as the installer leaves it. */
export interface ClusterSettings {
  /** The release that the nodes begin with, where they can be upgraded: `v1.35.0`. */
  readonly kubernetesVersion?: string;
  /** What the cluster is called, where its installer names clusters (kind, minikube, k3d). */
  readonly name?: string;
  /** Machines of the control plane (an odd number keeps a quorum best); they get a balancer in front. */
  readonly controlPlanes?: number;
  readonly workers?: number;
  /** Addons besides the profile's own: `ingress-nginx`, `metallb`… */
  readonly addons?: readonly string[];
  /** Whether the CNI enforces NetworkPolicy. */
  readonly networkPolicy?: boolean;
  /** `false`: no CNI is installed, so that nodes stay NotReady until a student applies one. */
  readonly cni?: boolean;
  /** `false`: Services of type LoadBalancer stay pending. `true`: they get addresses, as from a cloud. */
  readonly loadBalancer?: boolean;
  /** Sizes between which a cluster autoscaler may change the number of workers (addon `cluster-autoscaler`). */
  readonly nodeGroup?: { readonly minSize: number; readonly maxSize: number };
  /** `false`: no StorageClass. */
  readonly storageClass?: boolean;
  /**
   * `false`: the control plane, kube-proxy and the CNI run beside the nodes and show no pods; a replay starts sooner.
   */
  readonly systemPods?: boolean;
  /** Whether clients reach several control planes by their balancer (the default) or by the first one only. */
  readonly apiEndpoint?: 'balancer' | 'first';
}

export const MAX_NODES = 1000;
const MAX_CONTROL_PLANES = 7;
const NETWORK_PLUGINS = ['aws-node', 'calico', 'flannel', 'kindnet', 'weave'];
const SYSTEM_PODS = [...NETWORK_PLUGINS, 'kube-proxy'];

/** A profile with an exercise's settings; the error says which setting does not go with it. */
export function configureProfile(profile: ClusterProfile, settings: ClusterSettings): Result<ClusterProfile, string> {
  const named = settings.name === undefined ? ok(profile) : namedProfile(profile, settings.name);
  return named.ok ? withSettings(named.value, settings) : named;
}

/** Why a cluster cannot begin with a release; undefined when it can. */
function releaseProblem(
  { packaged }: ClusterProfile,
  { kubernetesVersion: release }: ClusterSettings,
): string | undefined {
  if (release === undefined) return undefined;
  if (packaged !== true) return "kubernetesVersion: only kubeadm's clusters begin with another one";
  const known: readonly string[] = PATCH_RELEASES;
  return known.includes(release) ? undefined : `kubernetesVersion: must be one of ${known.toReversed().join(', ')}`;
}

function withSettings(profile: ClusterProfile, settings: ClusterSettings): Result<ClusterProfile, string> {
  const problem = releaseProblem(profile, settings);
  if (problem !== undefined) return fail(problem);
  const before = profile.nodes.filter(({ controlPlane }) => controlPlane).length;
  const controlPlanes = settings.controlPlanes ?? before;
  const workers = settings.workers ?? profile.nodes.length - before;
  if (profile.managedApi && controlPlanes > 0) return fail('controlPlanes: the provider runs the control plane');
  if (!profile.managedApi && (controlPlanes < 1 || controlPlanes > MAX_CONTROL_PLANES))
    return fail(`controlPlanes: must be from 1 to ${MAX_CONTROL_PLANES}`);
  if (profile.name === 'k3d' && controlPlanes > 1)
    return fail('controlPlanes: several servers of k3s are not simulated');
  if (workers < 0 || controlPlanes + workers < 1 || controlPlanes + workers > MAX_NODES)
    return fail(`workers: the cluster must have from 1 to ${MAX_NODES} machines`);
  const same = controlPlanes === before && controlPlanes + workers === profile.nodes.length;
  const nodes = same ? profile.nodes : machines(profile.machine, controlPlanes, workers);
  const balanced = controlPlanes > 1 && settings.apiEndpoint !== 'first';
  const host = `${profile.name}-api.example.internal`;
  const beside = settings.systemPods === false && controlPlanes <= 1;
  const installed = profile.addons
    .filter((name) => !beside || !SYSTEM_PODS.includes(name))
    .filter((name) => settings.cni !== false || !NETWORK_PLUGINS.includes(name));
  return ok({
    ...profile,
    kubernetesVersion: settings.kubernetesVersion ?? profile.kubernetesVersion,
    nodes,
    addons: [...installed, ...(settings.addons ?? []).filter((name) => !profile.addons.includes(name))],
    networkPolicy: settings.networkPolicy ?? profile.networkPolicy,
    ...(beside && { staticControlPlane: false, kubeProxy: 'always' as const }),
    ...(controlPlanes > 1 && { staticControlPlane: true }),
    ...(balanced && { apiBalancer: { host, address: hostAddress(nodes[0].address, 98) } }),
    ...(settings.nodeGroup && { nodeGroup: { name: profile.nodeGroup?.name ?? 'workers', ...settings.nodeGroup } }),
    ...(settings.cni === false && { cni: 'none' as const }),
    ...(settings.loadBalancer === false && { loadBalancer: 'none' as const }),
    ...(settings.loadBalancer === true &&
      profile.loadBalancer === 'none' && {
        loadBalancer: { addressPrefix: `${nodes[0].address.replace(/\.\d+\.\d+$/, '')}.255.` },
      }),
    ...(settings.storageClass === false && { storageClasses: [] }),
  });
}
