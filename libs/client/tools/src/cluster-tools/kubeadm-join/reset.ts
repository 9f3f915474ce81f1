import { sleep, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import type { InstalledCluster } from '../installed-cluster.js';

const RESET_MS = 2000;
const CLEAN_UP = `
The reset process does not perform cleanup of CNI plugin configuration,
network filtering rules and kubeconfig files.

For information on how to perform this cleanup manually, please see:
    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/

`;
const FILES = ['admin.conf', 'super-admin.conf', 'kubelet.conf', 'bootstrap-kubelet.conf', 'controller-manager.conf', 'scheduler.conf']; // prettier-ignore

/** Takes this machine out of its cluster; on the first control plane that is the end of it. */
export function* resetNode(tool: Tool, cluster: InstalledCluster): Coroutine<number> {
  const own = tool.machine.hostname;
  const isControlPlane = cluster.node.profile.nodes.some(({ name, controlPlane }) => controlPlane && name === own);
  yield* tool.out('[preflight] Running pre-flight checks\n');
  if (isControlPlane) yield* tool.out('[reset] Deleted contents of the etcd data directory: /var/lib/etcd\n');
  yield* tool.out(
    '[reset] Stopping the kubelet service\n[reset] Unmounting mounted directories in "/var/lib/kubelet"\n',
  );
  if (isControlPlane) {
    cluster.powerOff();
    cluster.stage = 'deleted';
  } else {
    cluster.kubeletOf(tool)?.powerOff();
    cluster.joined.delete(own);
    cluster.left.add(own);
  }
  yield* sleep(RESET_MS);
  const files = FILES.map((file) => `/etc/kubernetes/${file}`).join(' ');
  yield* tool.out(
    `[reset] Deleting contents of directories: [/etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki]\n[reset] Deleting files: [${files}]\n${CLEAN_UP}`,
  );
  return 0;
}
