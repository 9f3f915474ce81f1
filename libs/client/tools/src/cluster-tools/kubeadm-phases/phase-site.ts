import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { nodeOf, notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { kubeadmFailure } from '../kubeadm-failure.js';

/** A control plane on which a phase is called by itself. */
export interface PhaseSite {
  readonly tool: Tool;
  readonly node: ClusterNode;
  readonly flags: ToolCall['flags'];
}

/** How a phase ends: well, with an error, or with a status when what is the matter has been said. */
export type PhaseEnd = string | number | undefined;

/**
 * A phase of `kubeadm init`: what it does on a control plane whose cluster is there. Phases
 * read no configuration of the cluster: what no flag says has kubeadm's defaults.
 */
export function initPhase(
  name: string,
  run: (site: PhaseSite) => Coroutine<PhaseEnd>,
  flags: Subcommand['flags'] = [],
): Subcommand {
  return {
    name: `init phase ${name}`,
    flags,
    *run({ tool, flags: given, args }) {
      const node = nodeOf(tool);
      const path = name.replaceAll(' ', '/').replace(/\/all$/, '');
      if (args.length > 0)
        return yield* kubeadmFailure(tool, `unknown command "${args[0]}" for "kubeadm init phase ${name}"`);
      if (node?.node.controlPlane !== true || node.profile.staticControlPlane !== true)
        return yield* notSimulated(tool, `init phase ${name} here`);
      if (tool.process.user !== 'root')
        return yield* notSimulated(tool, `init phase ${name} of a user other than root`);
      const problem = yield* run({ tool, node, flags: given });
      if (typeof problem === 'number') return problem;
      return problem === undefined ? 0 : yield* kubeadmFailure(tool, `error execution phase ${path}: ${problem}`);
    },
  };
}
