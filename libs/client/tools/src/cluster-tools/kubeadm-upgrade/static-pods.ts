import { PODS } from '@seatrial/apiserver';
import { staticPodManifests } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { renewFiles } from '../kubeadm-certificates.js';
import { temporaryFolder, timestampFolder } from './kubelet-files.js';
import { MANIFESTS, apiAddress, type UpgradeSite } from './upgrade-site.js';

const POLL_MS = 500;
const TIMEOUT_MS = 300_000;
const HASH = 'kubernetes.io/config.hash';
const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** The certificates that a component's upgrade renews (upgrade.renewCertsByComponent). */
const CERTIFICATES: Readonly<Record<string, readonly string[]>> = {
  etcd: ['etcd-server', 'etcd-peer', 'etcd-healthcheck-client'],
  'kube-apiserver': ['apiserver', 'apiserver-kubelet-client', 'front-proxy-client', 'apiserver-etcd-client'],
  'kube-controller-manager': ['controller-manager.conf'],
  'kube-scheduler': ['scheduler.conf'],
};

export interface StaticPodOptions {
  readonly release: string;
  readonly etcdUpgrade: boolean;
  readonly renewCertificates: boolean;
}

/** One upgrade of a node's static pods: what is there, what is to be, and where the old manifests go. */
interface StaticPodUpgrade {
  readonly site: UpgradeSite;
  readonly options: StaticPodOptions;
  readonly manifests: Readonly<Record<string, string>>;
  readonly backup: string;
}

const textOf = ({ tool }: UpgradeSite, component: string): string => {
  const read = tool.machine.files.readFile(`${MANIFESTS}/${component}.yaml`);
  return read.ok ? read.value : '';
};

/** The hash of the manifest that a component's mirror pod shows. */
function mirrorHash({ node: { apiServer, node } }: UpgradeSite, component: string): string | undefined {
  if (!apiServer.available) return undefined;
  return apiServer.store.get(PODS, 'kube-system', `${component}-${node.name}`)?.metadata.annotations?.[HASH];
}

/** Waits until the mirror pod is another one; the error when it never is. */
function* waitForChange(
  site: UpgradeSite,
  component: string,
  before: string | undefined,
): Coroutine<string | undefined> {
  const { simulation } = site.tool.machine;
  const deadline = simulation.now() + TIMEOUT_MS;
  for (;;) {
    const hash = mirrorHash(site, component);
    if (hash !== undefined && hash !== before) return undefined;
    if (simulation.now() >= deadline)
      return `static Pod hash for component ${component} on Node ${site.node.node.name} did not change after 5m0s: context deadline exceeded`;
    yield* sleep(POLL_MS);
  }
}

/** Waits until every pod of a component runs (apiclient.WaitForPodsWithLabel). */
function* waitForPods({ node, tool }: UpgradeSite, component: string): Coroutine<string | undefined> {
  const { simulation } = tool.machine;
  const deadline = simulation.now() + TIMEOUT_MS;
  const label = `component=${component}`;
  const address = apiAddress(node);
  let known = -1;
  while (simulation.now() < deadline) {
    if (!node.apiServer.available)
      yield* tool.out(
        `[apiclient] Error getting Pods with label selector "${label}" [Get "https://${address}/api/v1/namespaces/kube-system/pods?labelSelector=component%3D${component}": dial tcp ${address}: connect: connection refused]\n`,
      );
    else {
      const pods = node.apiServer.store
        .list(PODS, 'kube-system')
        .filter(({ metadata }) => metadata.labels?.component === component);
      if (pods.length !== known) yield* tool.out(`[apiclient] Found ${pods.length} Pods for label selector ${label}\n`);
      known = pods.length;
      if (known > 0 && pods.every(({ status }) => status?.phase === 'Running')) return undefined;
    }
    yield* sleep(POLL_MS);
  }
  return 'context deadline exceeded';
}

/** One component's new manifest takes the old one's place; the error when it does not come up. */
function* upgradeComponent(upgrade: StaticPodUpgrade, component: string): Coroutine<string | undefined> {
  const { site, manifests, backup, options } = upgrade;
  const { tool } = site;
  const { files } = tool.machine;
  const [now, next] = [textOf(site, component), manifests[`${component}.yaml`]];
  const apiServerChanges = component === 'etcd' && textOf(site, 'kube-apiserver') !== manifests['kube-apiserver.yaml'];
  yield* tool.out(`[upgrade/staticpods] Preparing for "${component}" upgrade\n`);
  if (now === next && !apiServerChanges) {
    yield* tool.out(`[upgrade/staticpods] Current and new manifests of ${component} are equal, skipping upgrade\n`);
    return undefined;
  }
  if (options.renewCertificates) {
    const names = CERTIFICATES[component];
    renewFiles(tool, names);
    yield* tool.out(names.map((name) => `[upgrade/staticpods] Renewing ${name} certificate\n`).join(''));
  }
  const path = `${MANIFESTS}/${component}.yaml`;
  const kept = `${backup}/${component}.yaml`;
  yield* tool.out(
    now === next && options.renewCertificates
      ? `[upgrade/staticpods] Restarting the ${component} static pod and backing up its manifest to "${kept}"\n`
      : `[upgrade/staticpods] Moving new manifest to "${path}" and backing up old manifest to "${kept}"\n`,
  );
  const before = mirrorHash(site, component);
  files.writeFile(kept, now, { mode: 0o600 });
  files.writeFile(path, next, { mode: 0o600 });
  yield* tool.out(
    '[upgrade/staticpods] Waiting for the kubelet to restart the component\n[upgrade/staticpods] This can take up to 5m0s\n',
  );
  const failed =
    (now === next ? undefined : yield* waitForChange(site, component, before)) ?? (yield* waitForPods(site, component));
  if (failed !== undefined) {
    files.writeFile(path, now, { mode: 0o600 });
    return `couldn't upgrade control plane. kubeadm has tried to recover everything into the earlier state. Errors faced: ${failed}`;
  }
  yield* tool.out(`[upgrade/staticpods] Component "${component}" upgraded successfully!\n`);
  return undefined;
}

/** The control plane's static pods of a node, etcd first (cmd/kubeadm/app/phases/upgrade/staticpods.go, v1.35.4); the error when one fails. */
export function* upgradeStaticPods(site: UpgradeSite, options: StaticPodOptions): Coroutine<string | undefined> {
  const { tool, node } = site;
  const upgraded = temporaryFolder(tool, 'kubeadm-upgraded-manifests');
  const backup = timestampFolder(tool, 'kubeadm-backup-manifests');
  timestampFolder(tool, 'kubeadm-backup-etcd');
  const manifests = staticPodManifests({ ...node.profile, kubernetesVersion: options.release }, node.node);
  const upgrade = { site, options, manifests, backup };
  yield* tool.out(`[upgrade/staticpods] Writing new Static Pod manifests to "${upgraded}"\n`);
  if (options.etcdUpgrade) {
    const failed = yield* upgradeComponent(upgrade, 'etcd');
    if (failed !== undefined) return failed;
    yield* tool.out('[upgrade/etcd] Waiting for etcd to become available\n');
  }
  for (const component of COMPONENTS) {
    const failed = yield* upgradeComponent(upgrade, component);
    if (failed !== undefined) return failed;
  }
  if (options.renewCertificates) renewFiles(tool, ['admin.conf', 'super-admin.conf']);
  tool.machine.files.remove(upgraded, true);
  return undefined;
}
