import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import type { Subcommand } from '../cluster-tool.js';
import { initConfiguration } from '../kubeadm-configuration/flag-configuration.js';
import type { InitializedConfiguration } from '../kubeadm-configuration/load-configuration.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { initPhase, type PhaseEnd, type PhaseSite } from './phase-site.js';

/** A phase's site with the configuration that its flags or its file come to. */
export interface ConfiguredSite extends PhaseSite {
  readonly configuration: InitializedConfiguration;
}

const shared = [stringFlag('config'), stringFlag('kubeconfig'), boolFlag('dry-run')];

/** A phase of `kubeadm init` that goes by a configuration: what neither its flags nor its file say has kubeadm's defaults. */
export function configuredPhase(
  name: string,
  run: (site: ConfiguredSite) => Coroutine<PhaseEnd>,
  flags: Subcommand['flags'] = [],
): Subcommand {
  return initPhase(
    name,
    function* (site) {
      const configuration = yield* initConfiguration(site.tool, site.flags);
      if (!configuration.ok) return yield* kubeadmFailure(site.tool, configuration.error);
      return yield* run({ ...site, configuration: configuration.value });
    },
    [...shared, ...flags],
  );
}
