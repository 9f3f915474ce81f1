import type { Coroutine } from '@seatrial/kernel';
import type { ToolCall } from '../cluster-tool.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { upgradeStaticPods } from './static-pods.js';
import type { UpgradeSite } from './upgrade-site.js';

/** The phase `control-plane` of an upgrade; a status when it fails. */
export function* upgradeControlPlane(
  { tool, flags }: ToolCall,
  site: UpgradeSite,
  release: string,
): Coroutine<number | undefined> {
  const isOn = (flag: string): boolean => !flags.changed(flag) || flags.bool(flag);
  const failed = yield* upgradeStaticPods(site, {
    release,
    etcdUpgrade: isOn('etcd-upgrade'),
    renewCertificates: isOn('certificate-renewal'),
  });
  if (failed !== undefined)
    return yield* kubeadmFailure(
      tool,
      `error execution phase control-plane: couldn't complete the static pod upgrade: ${failed}`,
    );
  yield* tool.out('[upgrade/control-plane] The control plane instance for this node was successfully upgraded!\n');
  return undefined;
}
