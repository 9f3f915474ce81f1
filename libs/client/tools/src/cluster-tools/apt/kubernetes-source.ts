import { KUBERNETES_PACKAGES, packageVersion } from '@seatrial/cluster';
import type { Tool } from '../../tool/tool.js';

const LISTS = '/etc/apt/sources.list.d';
const ENTRY = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(https?:\/\/pkgs\.k8s\.io\/core:\/stable:\/(v\d+\.\d+)\/deb)\/?\s/m;

/** A machine's entry for Kubernetes' own repository: its address, and the minor release that it is for. */
export interface KubernetesSource {
  /** `https://pkgs.k8s.io/core:/stable:/v1.35/deb`, as the entry has it. */
  readonly address: string;
  /** `v1.35`. */
  readonly minor: string;
}

/** The minor release whose packages are known. */
export const KNOWN_MINOR = 'v1.35';
/** Where requests for it are sent on to. */
export const MIRROR_HOST = 'prod-cdn.packages.k8s.io';

/** Where pkgs.k8s.io sends apt on to (its InRelease lines and its Packages lines name that). */
export const mirrorOf = ({ minor }: KubernetesSource): string =>
  `https://${MIRROR_HOST}/repositories/isv:/kubernetes:/core:/stable:/${minor}/deb`;

/** The repository that the machine's lists name last; undefined without one. */
export function kubernetesSource({ machine: { files } }: Pick<Tool, 'machine'>): KubernetesSource | undefined {
  const listed = files.readDirectory(LISTS);
  const names = listed.ok ? listed.value.filter((name) => name.endsWith('.list')) : [];
  for (const path of [...names.map((name) => `${LISTS}/${name}`), '/etc/apt/sources.list'].reverse()) {
    const read = files.readFile(path);
    const found = read.ok ? ENTRY.exec(`${read.value}\n`) : undefined;
    if (found) return { address: found[1], minor: found[2] };
  }
  return undefined;
}

/** The versions of a package that the machine's lists offer, the newest first. */
export function offeredVersions(source: KubernetesSource | undefined, name: string): readonly string[] {
  if (source?.minor !== KNOWN_MINOR) return [];
  return KUBERNETES_PACKAGES.find((each) => each.name === name)?.releases.map(packageVersion) ?? [];
}
