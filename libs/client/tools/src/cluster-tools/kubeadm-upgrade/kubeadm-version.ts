import type { ClusterNode } from '@seatrial/cluster';
import { nodeOf } from '../cluster-tool.js';
import type { Tool } from '../../tool/tool.js';

export const DEFAULT_VERSION = 'v1.35.4';

/** The release of a node's kubeadm: its package's, else that of the cluster. */
export const releaseOn = ({ packages, profile }: ClusterNode): string =>
  packages?.releaseOf('kubeadm') ?? profile.kubernetesVersion;

/** The release of the kubeadm that a tool is. */
export function kubeadmRelease(tool: Pick<Tool, 'machine'>): string {
  const node = nodeOf(tool);
  return node ? releaseOn(node) : DEFAULT_VERSION;
}

/** A release's numbers; undefined for what is none. */
export function releaseNumbers(release: string): readonly [major: number, minor: number, patch: number] | undefined {
  const found = /^v(\d+)\.(\d+)\.(\d+)$/.exec(release);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
}

/** Below 0 when `a` is the older one. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [releaseNumbers(a) ?? [0, 0, 0], releaseNumbers(b) ?? [0, 0, 0]];
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
