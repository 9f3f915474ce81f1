import { DAEMON_SETS, PODS } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import type { UpgradeSite } from './upgrade-site.js';

/** Other control planes whose API server is of another release than this node's, sorted. */
function behind({ node: { apiServer, node } }: UpgradeSite): readonly string[] {
  const images = new Map(
    apiServer.store
      .list(PODS, 'kube-system')
      .filter(({ metadata }) => metadata.labels?.component === 'kube-apiserver')
      .map(({ spec }) => [spec.nodeName ?? '', spec.containers[0].image]),
  );
  return [...images].flatMap(([name, image]) => (image === images.get(node.name) ? [] : [name])).sort();
}

/** CoreDNS and kube-proxy, once every control plane has the release (cmd/kubeadm/app/cmd/phases/upgrade/addons.go, v1.35.4). */
export function* upgradeAddons(site: UpgradeSite, release: string): Coroutine<void> {
  const { tool, node } = site;
  if (!site.isControlPlane) {
    for (const phase of ['coredns', 'kube-proxy'])
      yield* tool.out(`[upgrade/addon] Skipping the addon/${phase} phase. Not a control plane node.\n`);
    return;
  }
  const others = behind(site);
  for (const addon of ['CoreDNS', 'kube-proxy']) {
    if (others.length > 0) {
      yield* tool.out(
        `[upgrade/addon] Skipping upgrade of addons because control plane instances [${others.join(' ')}] have not been upgraded\n`,
      );
      continue;
    }
    if (addon === 'kube-proxy') {
      const container = { name: 'kube-proxy', image: `registry.k8s.io/kube-proxy:${release}` };
      const patch = { spec: { template: { spec: { containers: [container] } } } };
      node.apiServer.client('kubeadm').patch(DAEMON_SETS, 'kube-system', 'kube-proxy', 'strategic', patch);
    }
    yield* tool.out(`[addons] Applied essential addon: ${addon}\n`);
  }
}
