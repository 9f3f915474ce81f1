import type { Subcommand } from '../cluster-tool.js';
import { CERTS_PHASES } from './certs.phases.js';
import { CLUSTER_PHASES } from './cluster.phases.js';
import { KUBECONFIG_PHASES } from './kubeconfig.phases.js';
import { MANIFEST_PHASES } from './manifests.phases.js';

/** Phases that are known, and not simulated by themselves. */
const OTHERS = [
  'certs generate-csr',
  'init phase addon all',
  'init phase addon coredns',
  'init phase addon kube-proxy',
  'init phase kubelet-finalize all',
  'init phase kubelet-start',
  'init phase show-join-command',
  'init phase upload-config all',
  'init phase upload-config kubeadm',
  'init phase upload-config kubelet',
  'init phase wait-control-plane',
  'join phase',
  'kubeconfig user',
  'reset phase',
  'upgrade apply phase',
  'upgrade node phase',
];

/** Phases of kubeadm's workflows that are called by themselves. */
export const PHASE_SUBCOMMANDS: readonly Subcommand[] = [
  ...CERTS_PHASES,
  ...CLUSTER_PHASES,
  ...KUBECONFIG_PHASES,
  ...MANIFEST_PHASES,
  ...OTHERS.map((name) => ({ name })),
];
