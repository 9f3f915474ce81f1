import { DEPLOYMENTS, NODES, PODS } from '@seatrial/apiserver';
import { PATCH_RELEASES, type ClusterNode } from '@seatrial/cluster';
import { compareStrings, type Coroutine } from '@seatrial/kernel';
import { TabWriter } from '@seatrial/kubectl';
import { nodeOf, notSimulated, type ToolCall } from '../cluster-tool.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { runPreflight } from '../kubeadm-preflight.js';
import { healthChecks } from './cluster-health.js';
import { compareReleases, releaseNumbers, releaseOn } from './kubeadm-version.js';
import { clientProblem, readConfiguration } from './upgrade-site.js';

const RULE = '_____________________________________________________________________\n\n';
const CONFIGS = `
The table below shows the current state of component configs as understood by this version of kubeadm.
Configs that have a "yes" mark in the "MANUAL UPGRADE REQUIRED" column require manual config upgrade or
resetting to kubeadm defaults before a successful upgrade can be performed. The version to manually
upgrade to is denoted in the "PREFERRED VERSION" column.

`;
const COLUMNS = 'COMPONENT\tNODE\tCURRENT\tTARGET\n';
const ETCD_TARGET = '3.6.6-0';
const DNS_TARGET = 'v1.13.1';

const tagOf = (image = ''): string => image.slice(image.lastIndexOf(':') + 1);
const newTable = (): TabWriter => new TabWriter({ minWidth: 10, padding: 3 });

type Versions = readonly (readonly [version: string, node: string])[];

const byVersion = (versions: Versions): Versions => [...versions].sort(([a], [b]) => compareStrings(a, b));

/** The releases of a component's pods, with the nodes that they are on. */
function componentVersions({ apiServer }: ClusterNode, component: string): Versions {
  return byVersion(
    apiServer.store
      .list(PODS, 'kube-system')
      .filter(({ metadata }) => metadata.labels?.component === component && metadata.labels.tier === 'control-plane')
      .map(({ spec }) => [tagOf(spec.containers[0].image), spec.nodeName ?? '']),
  );
}

function kubeletVersions({ apiServer }: ClusterNode): Versions {
  return byVersion(
    apiServer.store.list(NODES).map(({ metadata, status }) => [status?.nodeInfo?.kubeletVersion ?? '', metadata.name]),
  );
}

function dnsVersion({ apiServer }: ClusterNode): string {
  const deployment = apiServer.store.get(DEPLOYMENTS, 'kube-system', 'coredns');
  return tagOf(deployment?.spec?.template.spec?.containers[0].image);
}

/** Whether kubelets are to be upgraded by hand after it (upgrade.CanUpgradeKubelets). */
function canUpgradeKubelets(kubelets: Versions, target: string): boolean {
  const versions = new Set(kubelets.map(([version]) => version));
  return versions.size > 1 || (versions.size === 1 && !versions.has(target));
}

/** What an upgrade would change, as tables (cmd/kubeadm/app/cmd/upgrade/plan.go, v1.35.4). */
function planText(node: ClusterNode, cluster: string, target: string, title: string): string {
  const kubelets = kubeletVersions(node);
  const manual = newTable();
  manual.write(COLUMNS);
  if (canUpgradeKubelets(kubelets, target))
    for (const [version, name] of kubelets) manual.write(`kubelet\t${name}\t${version}\t${target}\n`);
  const own = newTable();
  own.write(COLUMNS);
  for (const component of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
    for (const [version, name] of componentVersions(node, component))
      own.write(`${component}\t${name}\t${version}\t${target}\n`);
  own.write(`kube-proxy\t\t${cluster.slice(1)}\t${target}\nCoreDNS\t\t${dnsVersion(node)}\t${DNS_TARGET}\n`);
  for (const [version, name] of componentVersions(node, 'etcd'))
    own.write(`etcd\t${name}\t${version}\t${ETCD_TARGET}\n`);
  const kubeadm = releaseOn(node);
  const note =
    compareReleases(kubeadm, target) < 0
      ? `Note: Before you can perform this upgrade, you have to update kubeadm to ${target}.\n\n`
      : '';
  const configs = newTable();
  configs.write('API GROUP\tCURRENT VERSION\tPREFERRED VERSION\tMANUAL UPGRADE REQUIRED\n');
  configs.write('kubeproxy.config.k8s.io\tv1alpha1\tv1alpha1\tno\nkubelet.config.k8s.io\tv1beta1\tv1beta1\tno\n');
  return `Components that must be upgraded manually after you have upgraded the control plane with 'kubeadm upgrade apply':
${manual.flush()}
Upgrade to the latest ${title}:

${own.flush()}
You can now apply the upgrade by executing the following command:

\tkubeadm upgrade apply ${target}

${note}${RULE}${CONFIGS}${configs.flush()}${RULE}`;
}

/** The newest release of the series that the cluster is asked to be upgraded to. */
function newest(given: string | undefined): string {
  return given ?? PATCH_RELEASES[0];
}

/** `kubeadm upgrade plan [version]`. */
export function* planUpgrade({ tool, flags, args }: ToolCall): Coroutine<number> {
  const node = nodeOf(tool);
  if (node?.profile.staticControlPlane !== true) return yield* notSimulated(tool, 'upgrade plan here');
  const [given] = args;
  if (given !== undefined && releaseNumbers(given)?.[1] !== releaseNumbers(node.profile.kubernetesVersion)?.[1])
    return yield* notSimulated(tool, `upgrade plan ${given}`);
  const problem = clientProblem(tool, '/etc/kubernetes/admin.conf', node.node.controlPlane);
  if (problem !== undefined) return yield* kubeadmFailure(tool, problem);
  yield* tool.out('[preflight] Running pre-flight checks.\n');
  const site = yield* readConfiguration(tool, node, 'upgrade/config');
  if (!site.ok) return yield* kubeadmFailure(tool, `[upgrade/init config] FATAL: ${site.error}`);
  const failed = yield* runPreflight(
    tool,
    yield* healthChecks(site.value),
    flags.list('ignore-preflight-errors'),
    '[upgrade/health] FATAL: preflight checks failed',
  );
  if (failed !== undefined) return failed;
  const cluster = componentVersions(node, 'kube-apiserver').at(-1)?.[0] ?? node.profile.kubernetesVersion;
  const kubeadm = releaseOn(node);
  const series = /^v\d+\.\d+/.exec(cluster)?.[0] ?? cluster;
  const target = newest(given);
  yield* tool.out(
    `[upgrade] Fetching available versions to upgrade to\n[upgrade/versions] Cluster version: ${cluster.slice(1)}\n[upgrade/versions] kubeadm version: ${kubeadm}\n[upgrade/versions] Target version: ${target}\n`,
  );
  const title = `version in the ${series} series`;
  if (compareReleases(target, cluster) >= 0) yield* tool.out(`[upgrade/versions] Latest ${title}: ${target}\n`);
  yield* tool.out('\n');
  if (compareReleases(cluster, target) < 0) yield* tool.out(planText(node, cluster, target, title));
  return 0;
}
