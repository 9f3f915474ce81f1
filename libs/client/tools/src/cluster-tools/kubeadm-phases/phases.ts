import type { Subcommand } from '../cluster-tool.js';
import { ADDON_PHASES } from './addon.phases.js';
import { CERTS_PHASES } from './certs.phases.js';
import { CLUSTER_PHASES } from './cluster.phases.js';
import { KUBECONFIG_PHASES } from './kubeconfig.phases.js';
import { KUBELET_PHASES } from './kubelet.phases.js';
import { UPLOAD_CONFIG_PHASES } from './upload-config.phases.js';
import { MANIFEST_PHASES } from './manifests.phases.js';

/** Phases that are known, and not simulated by themselves. */
const OTHERS = [
  'certs generate-csr',
  'kubeconfig user',
  'reset phase cleanup-node',
  'reset phase preflight',
  'reset phase remove-etcd-member',
  'upgrade apply phase',
  'upgrade node phase',
];

/** Phases of kubeadm's workflows that are called by themselves. */
export const PHASE_SUBCOMMANDS: readonly Subcommand[] = [
  ...ADDON_PHASES,
  ...CERTS_PHASES,
  ...CLUSTER_PHASES,
  ...KUBECONFIG_PHASES,
  ...KUBELET_PHASES,
  ...MANIFEST_PHASES,
  ...UPLOAD_CONFIG_PHASES,
  ...OTHERS.map((name) => ({ name })),
];
