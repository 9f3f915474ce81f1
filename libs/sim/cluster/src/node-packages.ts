import { compareStrings } from '@seatrial/kernel';
import type { ClusterProfile } from './profile/cluster-profile.js';

/** A Debian package of Kubernetes' own repository (kubernetes/release, cmd/krel/templates/latest). */
export interface KubernetesPackage {
  readonly name: string;
  readonly description: string;
  /** Its versions without the Debian revision, the newest first. */
  readonly releases: readonly string[];
}

/** The patch releases of v1.35 that the repository has as far as this simulator knows, the newest first. */
export const PATCH_RELEASES = ['v1.35.4', 'v1.35.3', 'v1.35.2', 'v1.35.1', 'v1.35.0'] as const;
const REVISION = '-1.1';
const KUBERNETES = PATCH_RELEASES.map((release) => release.slice(1));

/** What pkgs.k8s.io/core:/stable:/v1.35 has for nodes, by name. */
export const KUBERNETES_PACKAGES: readonly KubernetesPackage[] = [
  {
    name: 'kubeadm',
    description: 'Command-line utility for administering a Kubernetes cluster',
    releases: KUBERNETES,
  },
  {
    name: 'kubectl',
    description: 'Command-line utility for interacting with a Kubernetes cluster',
    releases: KUBERNETES,
  },
  { name: 'kubelet', description: 'Node agent for Kubernetes clusters', releases: KUBERNETES },
  {
    name: 'kubernetes-cni',
    description: 'Binaries required to provision kubernetes container networking',
    releases: ['1.8.0'],
  },
];

/** A release as dpkg names it: `1.35.4-1.1`. */
export const packageVersion = (release: string): string => `${release.replace(/^v/, '')}${REVISION}`;

/** The packages of a node whose installer is kubeadm: their versions, and those that apt must leave alone. */
export class NodePackages {
  private readonly versions = new Map<string, string>();
  private readonly holds = new Set(['kubeadm', 'kubectl', 'kubelet']);

  /** `release`: `v1.35.0`, what was installed. */
  constructor(release: string) {
    for (const { name, releases } of KUBERNETES_PACKAGES) {
      const version = releases.includes(release.slice(1)) ? release : releases[0];
      this.versions.set(name, packageVersion(version));
    }
  }

  /** Those of a profile's nodes; undefined where the programs are no packages. */
  static of(profile: ClusterProfile): NodePackages | undefined {
    return profile.packaged === true ? new NodePackages(profile.kubernetesVersion) : undefined;
  }

  /** Names of those that apt must leave alone, sorted. */
  get held(): readonly string[] {
    return [...this.holds].sort(compareStrings);
  }

  /** `1.35.4-1.1`. */
  versionOf(name: string): string | undefined {
    return this.versions.get(name);
  }

  /** `v1.35.4`: what the program of a package says of itself. */
  releaseOf(name: string): string | undefined {
    const version = this.versions.get(name);
    return version === undefined ? undefined : `v${version.slice(0, -REVISION.length)}`;
  }

  /** Another version takes the place of what there was; a hold does not outlive it. */
  install(name: string, version: string): void {
    this.versions.set(name, version);
    this.holds.delete(name);
  }

  /** False: it was so already. */
  hold(name: string, held: boolean): boolean {
    if (this.holds.has(name) === held) return false;
    if (held) this.holds.add(name);
    else this.holds.delete(name);
    return true;
  }
}
