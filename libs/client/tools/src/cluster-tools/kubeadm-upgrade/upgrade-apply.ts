import { NODES } from '@seatrial/apiserver';
import { PATCH_RELEASES } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { nodeOf, notSimulated, type ToolCall } from '../cluster-tool.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { runPreflight } from '../kubeadm-preflight.js';
import { BOOTSTRAP_RBAC } from '../kubeadm-texts.js';
import { healthChecks } from './cluster-health.js';
import { releaseNumbers, releaseOn } from './kubeadm-version.js';
import { upgradeKubeletConfig, upgradeKubeletFlags } from './kubelet-files.js';
import { upgradeControlPlane } from './upgrade-control-plane.js';
import { upgradeAddons } from './upgrade-addons.js';
import {
  clientProblem,
  followsOtherFiles,
  isAltered,
  readConfiguration,
  storeRelease,
  type UpgradeSite,
} from './upgrade-site.js';
import { policyErrors } from './version-policy.js';

const PULL_MS = 8000;
const PULLING =
  "[upgrade/preflight] Pulling images required for setting up a Kubernetes cluster\n[upgrade/preflight] This might take a minute or two, depending on the speed of your internet connection\n[upgrade/preflight] You can also perform this action beforehand using 'kubeadm config images pull'\n";

const bulleted = (errors: readonly string[]): string => errors.map((text) => `\t- ${text}\n`).join('');

/** Pulls the images of a release. */
export function* prepull({ tool }: UpgradeSite): Coroutine<void> {
  yield* tool.out(PULLING);
  yield* sleep(PULL_MS);
}

/** Whether the release may be upgraded to (cmd/phases/upgrade/apply/preflight.go); a status when not. */
function* enforcePolicies(
  { flags }: ToolCall,
  { tool, node }: UpgradeSite,
  release: string,
): Coroutine<number | undefined> {
  yield* tool.out(`[upgrade/preflight] You have chosen to upgrade the cluster version to "${release}"\n`);
  const cluster = node.components.memberOf(node.node.name).release();
  const kubeadm = releaseOn(node);
  yield* tool.out(`[upgrade/versions] Cluster version: ${cluster}\n[upgrade/versions] kubeadm version: ${kubeadm}\n`);
  const kubelets = node.apiServer.store.list(NODES).map(({ status }) => status?.nodeInfo?.kubeletVersion ?? '');
  const { mandatory, skippable } = policyErrors(release, cluster, kubeadm, kubelets);
  const failed = 'error execution phase preflight: the version argument is invalid due to these';
  if (mandatory.length > 0)
    return yield* kubeadmFailure(
      tool,
      `${failed} fatal errors:\n\n${bulleted(mandatory)}\nPlease fix the misalignments highlighted above and try upgrading again`,
    );
  if (skippable.length === 0) return undefined;
  if (!flags.bool('force'))
    return yield* kubeadmFailure(
      tool,
      `${failed} errors:\n\n${bulleted(skippable)}\nCan be bypassed if you pass the --force flag`,
    );
  yield* tool.out(
    `[upgrade/preflight] Found ${skippable.length} potential version compatibility errors but skipping since the --force flag is set: \n\n${bulleted(skippable)}`,
  );
  return undefined;
}

function* confirm({ tool, flags }: ToolCall): Coroutine<boolean> {
  if (flags.bool('yes') || flags.bool('force')) return true;
  yield* tool.out('[upgrade] Are you sure you want to proceed? [y/N]: ');
  const [answer] = (yield* tool.readStdin()).split('\n');
  return /^y(?:es)?$/i.test(answer);
}

function* preflight(call: ToolCall, site: UpgradeSite, release: string): Coroutine<number | undefined> {
  const { tool, flags } = call;
  yield* tool.out('[upgrade/preflight] Running preflight checks\n');
  const failed =
    (yield* runPreflight(tool, yield* healthChecks(site), flags.list('ignore-preflight-errors'))) ??
    (yield* enforcePolicies(call, site, release));
  if (failed !== undefined) return failed;
  const images: readonly string[] = PATCH_RELEASES;
  if (!images.includes(release) || isAltered(site))
    return yield* notSimulated(
      tool,
      `upgrade apply ${release}${isAltered(site) ? ' of a configuration of one’s own' : ''}`,
    );
  if (!(yield* confirm(call)))
    return yield* kubeadmFailure(
      tool,
      "error execution phase preflight: won't proceed; the user didn't answer (Y|y) in order to continue",
    );
  yield* prepull(site);
  return undefined;
}

/** What follows the preflight checks, phase by phase. */
function* upgrade({ tool, flags }: ToolCall, site: UpgradeSite, release: string): Coroutine<number> {
  yield* tool.out(
    `[upgrade/control-plane] Upgrading your static Pod-hosted control plane to version "${release}" (timeout: 5m0s)...\n`,
  );
  const failed = yield* upgradeControlPlane({ tool, flags, args: [] }, site, release);
  if (failed !== undefined) return failed;
  yield* tool.out(
    '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace\n',
  );
  storeRelease(site, release);
  yield* tool.out(
    '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster\n[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!\n',
  );
  yield* upgradeKubeletConfig(site);
  yield* tool.out(
    `[upgrade/bootstrap-token] Configuring bootstrap token and cluster-info RBAC rules\n${BOOTSTRAP_RBAC.map((text) => `[bootstrap-token] ${text}\n`).join('')}`,
  );
  yield* upgradeAddons(site, release);
  yield* upgradeKubeletFlags(site);
  yield* tool.out(
    `\n[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "${release}".\n\n[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.\n`,
  );
  return 0;
}

/** `kubeadm upgrade apply VERSION` (cmd/kubeadm/app/cmd/upgrade/apply.go, v1.35.4). */
export function* applyUpgrade(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const node = nodeOf(tool);
  if (node?.profile.staticControlPlane !== true || flags.bool('dry-run') || followsOtherFiles(flags))
    return yield* notSimulated(tool, 'upgrade apply here');
  if (args.length !== 1)
    return yield* kubeadmFailure(
      tool,
      args.length === 0
        ? 'missing one or more required arguments. Required arguments: [version]'
        : 'too many arguments. Required arguments: [version]',
    );
  const problem = clientProblem(tool, '/etc/kubernetes/admin.conf', node.node.controlPlane);
  if (problem !== undefined) return yield* kubeadmFailure(tool, problem);
  const read = yield* readConfiguration(tool, node, 'upgrade');
  if (!read.ok) return yield* kubeadmFailure(tool, `[upgrade] FATAL: ${read.error}`);
  const release = args[0].replace(/^v?/, 'v');
  if (!releaseNumbers(release)) return yield* notSimulated(tool, `upgrade apply ${args[0]}`);
  return (yield* preflight(call, read.value, release)) ?? (yield* upgrade(call, read.value, release));
}
