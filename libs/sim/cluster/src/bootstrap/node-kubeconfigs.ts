import { formatPem } from '@seatrial/apiserver';
import { encodeBase64 } from '@seatrial/kernel';
import type { ClusterProfile, NodeProfile } from '../profile/cluster-profile.js';
import { authorityCertificate } from './cluster-ca.js';

/** A kubeconfig as kubeadm writes it, of one user at one address of the API. */
function kubeconfig(profile: ClusterProfile, server: string, user: string, credentials: string): string {
  const { cluster } = profile.kubeconfig;
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${encodeBase64(authorityCertificate(profile))}
    server: ${server}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${user}
  name: ${user}@${cluster}
current-context: ${user}@${cluster}
kind: Config
users:
- name: ${user}
  user:
${credentials}`;
}

/** A kubelet's, once its node's certificate rotates (kubelet.conf). */
export function kubeletKubeconfig(profile: ClusterProfile, { name }: NodeProfile): string {
  const { nodes, apiPort, apiBalancer } = profile;
  const controlPlane = nodes.find((node) => node.controlPlane)?.address ?? '';
  const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';
  return kubeconfig(
    profile,
    `https://${apiBalancer?.host ?? controlPlane}:${apiPort}`,
    `system:node:${name}`,
    `    client-certificate: ${pem}\n    client-key: ${pem}\n`,
  );
}

/** That of a component of the control plane, which goes to the API server beside it. */
export function componentKubeconfig(profile: ClusterProfile, { address }: NodeProfile, component: string): string {
  const user = `system:kube-${component}`;
  const data = (label: string): string => encodeBase64(formatPem(label, { subject: `CN=${user}` }));
  return kubeconfig(
    profile,
    `https://${address}:${profile.apiPort}`,
    user,
    `    client-certificate-data: ${data('CERTIFICATE')}\n    client-key-data: ${data('RSA PRIVATE KEY')}\n`,
  );
}
