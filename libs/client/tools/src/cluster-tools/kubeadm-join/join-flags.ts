import { boolFlag, intFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';

/** The flags of `kubeadm join`. */
export const joinFlags = [
  ...[
    'apiserver-advertise-address',
    'certificate-key',
    'config',
    'cri-socket',
    'discovery-file',
    'discovery-token',
    'node-name',
    'patches',
    'tls-bootstrap-token',
    'token',
  ].map((name) => stringFlag(name)),
  stringSliceFlag('discovery-token-ca-cert-hash'),
  stringSliceFlag('ignore-preflight-errors'),
  stringSliceFlag('skip-phases'),
  boolFlag('discovery-token-unsafe-skip-ca-verification'),
  boolFlag('control-plane'),
  boolFlag('dry-run'),
  intFlag('apiserver-bind-port'),
];
