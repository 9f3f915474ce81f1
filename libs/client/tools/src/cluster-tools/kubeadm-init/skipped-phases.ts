import { DAEMON_SETS, DEPLOYMENTS, NODES, SERVICES } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { kubeadmHelpJson } from '../reference/kubeadm-help.gen.js';
import { packedPages } from '../help-pages.js';

const TAINT = 'node-role.kubernetes.io/control-plane';
/** Phases that a cluster comes about without, so that it can be known how. */
const FOLLOWED = new Set([
  'addon',
  'addon/coredns',
  'addon/kube-proxy',
  'mark-control-plane',
  'preflight',
  'show-join-command',
  'upload-certs',
]);

const pages = packedPages(kubeadmHelpJson);

/** What `--skip-phases` comes to: the name that is none, or those without which it cannot be known what comes about. */
export function skipProblem(skipped: readonly string[]): { readonly unknown?: string; readonly unfollowed?: string } {
  const isPhase = (name: string): boolean => `init phase ${name.replaceAll('/', ' ')}` in pages();
  const unknown = skipped.find((name) => !isPhase(name));
  if (unknown !== undefined) return { unknown };
  const unfollowed = skipped.find((name) => !FOLLOWED.has(name));
  return unfollowed === undefined ? {} : { unfollowed };
}

/** Whether a phase, or the one that it belongs to, is left out. */
export const isSkipped = (skipped: readonly string[], phase: string): boolean =>
  skipped.some((name) => name === phase || phase.startsWith(`${name}/`));

/** The cluster that stands ready loses what phases that were left out would have made. */
export function takeAway(node: ClusterNode, skipped: readonly string[]): void {
  const client = node.apiServer.client('kubeadm');
  if (isSkipped(skipped, 'addon/kube-proxy')) client.delete(DAEMON_SETS, 'kube-system', 'kube-proxy');
  if (isSkipped(skipped, 'addon/coredns')) {
    client.delete(DEPLOYMENTS, 'kube-system', 'coredns');
    client.delete(SERVICES, 'kube-system', 'kube-dns');
  }
  if (isSkipped(skipped, 'mark-control-plane')) untaint(node);
}

/** A control plane without the taint that keeps other pods away. */
export function untaint({ apiServer, node }: ClusterNode): void {
  const client = apiServer.client('kubeadm');
  const found = client.get(NODES, undefined, node.name);
  if (!found) return;
  const taints = (found.spec?.taints ?? []).filter(({ key }) => key !== TAINT);
  client.update(NODES, { ...found, spec: { ...found.spec, taints } });
}
