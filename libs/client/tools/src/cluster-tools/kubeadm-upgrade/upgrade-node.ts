import { PATCH_RELEASES } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { nodeOf, notSimulated, type ToolCall } from '../cluster-tool.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { runPreflight } from '../kubeadm-preflight.js';
import { upgradeKubeletConfig, upgradeKubeletFlags } from './kubelet-files.js';
import { upgradeAddons } from './upgrade-addons.js';
import { upgradeControlPlane } from './upgrade-control-plane.js';
import { prepull } from './upgrade-apply.js';
import {
  clientProblem,
  followsOtherFiles,
  isAltered,
  isControlPlane,
  readConfiguration,
  type UpgradeSite,
} from './upgrade-site.js';

const NO_CONTROL_PLANE = 'Not a control plane node.\n';

/** The control plane's part of it; a status when it fails. */
function* upgradeInstance(call: ToolCall, site: UpgradeSite): Coroutine<number | undefined> {
  const { tool } = call;
  const release = site.configured;
  const known: readonly string[] = PATCH_RELEASES;
  if (!known.includes(release) || isAltered(site)) return yield* notSimulated(tool, `upgrade node to ${release}`);
  yield* tool.out(
    `[upgrade/control-plane] Upgrading your Static Pod-hosted control plane instance to version "${release}"...\n`,
  );
  const failed = yield* upgradeControlPlane(call, site, release);
  if (failed !== undefined) return failed;
  yield* tool.out('[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!\n');
  return undefined;
}

/** `kubeadm upgrade node` (cmd/kubeadm/app/cmd/upgrade/node.go, v1.35.4): what the cluster's configuration says by now. */
export function* upgradeNode(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const node = nodeOf(tool);
  if (args.length > 0) return yield* kubeadmFailure(tool, `unknown command "${args[0]}" for "kubeadm upgrade node"`);
  if (node?.profile.staticControlPlane !== true || flags.bool('dry-run') || followsOtherFiles(flags))
    return yield* notSimulated(tool, 'upgrade node here');
  const controlPlane = isControlPlane(tool);
  const file = `/etc/kubernetes/${controlPlane ? 'admin' : 'kubelet'}.conf`;
  const problem = clientProblem(tool, file, controlPlane);
  if (problem !== undefined) return yield* kubeadmFailure(tool, problem);
  const read = yield* readConfiguration(tool, node, 'upgrade');
  if (!read.ok) return yield* kubeadmFailure(tool, `unable to fetch the kubeadm-config ConfigMap: ${read.error}`);
  const site = read.value;
  yield* tool.out('[upgrade/preflight] Running pre-flight checks\n');
  const failed = yield* runPreflight(tool, [], flags.list('ignore-preflight-errors'));
  if (failed !== undefined) return failed;
  if (controlPlane) {
    yield* prepull(site);
    const ended = yield* upgradeInstance(call, site);
    if (ended !== undefined) return ended;
  } else
    yield* tool.out(
      `[upgrade/preflight] Skipping prepull. ${NO_CONTROL_PLANE}[upgrade/control-plane] Skipping phase. ${NO_CONTROL_PLANE}[upgrade/kubeconfig] Skipping phase. ${NO_CONTROL_PLANE}`,
    );
  yield* upgradeKubeletConfig(site);
  yield* upgradeAddons(site, site.configured);
  yield* upgradeKubeletFlags(site);
  return 0;
}
