import { boolFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import type { Subcommand } from '../cluster-tool.js';
import { applyUpgrade } from './upgrade-apply.js';
import { upgradeNode } from './upgrade-node.js';
import { planUpgrade } from './upgrade-plan.js';

const shared = [stringFlag('config'), stringFlag('kubeconfig'), stringSliceFlag('ignore-preflight-errors')];
const releases = ['allow-experimental-upgrades', 'allow-release-candidate-upgrades', 'print-config'].map((name) =>
  boolFlag(name),
);
const upgrades = [
  boolFlag('certificate-renewal'),
  boolFlag('dry-run'),
  boolFlag('etcd-upgrade'),
  stringFlag('patches'),
];

/** `kubeadm upgrade …`: releases of v1.35 on clusters whose nodes have packages of it. */
export const UPGRADE_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'upgrade apply',
    flags: [
      ...shared,
      ...releases,
      ...upgrades,
      boolFlag('force', '', { shorthand: 'f' }),
      boolFlag('yes', '', { shorthand: 'y' }),
    ],
    run: applyUpgrade,
  },
  { name: 'upgrade diff' },
  { name: 'upgrade node', flags: [...shared, ...upgrades], run: upgradeNode },
  { name: 'upgrade plan', flags: [...shared, ...releases, boolFlag('etcd-upgrade')], run: planUpgrade },
];
