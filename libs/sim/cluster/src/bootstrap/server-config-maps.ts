import { formatPem, type ApiClient } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';
import type { ClusterProfile } from '../profile/cluster-profile.js';
import { authorityCertificate } from './cluster-ca.js';
import { createSystemConfigMaps } from './create-at-bootstrap.js';

const FRONT_PROXY = { subject: 'CN=front-proxy-ca', issuer: 'CN=front-proxy-ca' };

/**
 * What kube-apiserver itself writes down in kube-system: how aggregated servers know its clients
 * (controlplane/controller/clusterauthenticationtrust), and since when it notes the use of tokens of the old kind
 * (controlplane/controller/legacytokentracking), v1.35.
 */
export function createServerConfigMaps(client: ApiClient, profile: ClusterProfile, now: number): void {
  const authentication = {
    'client-ca-file': authorityCertificate(profile),
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-client-ca-file': formatPem('CERTIFICATE', FRONT_PROXY),
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  };
  createSystemConfigMaps(client, {
    'extension-apiserver-authentication': authentication,
    'kube-apiserver-legacy-service-account-token-tracking': { since: formatTime(now).slice(0, 10) },
  });
}
