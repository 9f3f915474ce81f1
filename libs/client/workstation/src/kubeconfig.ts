import type { ClusterProfile } from '@seatrial/cluster';
import { encodeBase64 } from '@seatrial/kernel';

/**
 * The administrator's kubeconfig as the installer writes it (kubeadm's admin.conf). The "certificate" names its
 * subject in the simulator's own notation; the API server's authenticator reads it.
 */
export function adminKubeconfig(profile: ClusterProfile, caCertificate: string): string {
  const known = written.get(profile);
  if (known?.caCertificate === caCertificate) return known.text;
  const text = write(profile, caCertificate);
  written.set(profile, { caCertificate, text });
  return text;
}

/** Kept per profile: every replay of one starts with the same text. */
const written = new WeakMap<ClusterProfile, { readonly caCertificate: string; readonly text: string }>();

function write(profile: ClusterProfile, caCertificate: string): string {
  const { cluster, user, context } = profile.kubeconfig;
  const controlPlane = profile.nodes.find((node) => node.controlPlane)?.address ?? '';
  const own = profile.apiBalancer?.host ?? controlPlane;
  const server = profile.managedApi ? `https://${profile.managedApi.host}` : `https://${own}:${profile.apiPort}`;
  const certificate = `-----BEGIN CERTIFICATE-----\nsubject: O=kubeadm:cluster-admins, CN=${user}\n-----END CERTIFICATE-----\n`;
  const key = `-----BEGIN PRIVATE KEY-----\nsubject: O=kubeadm:cluster-admins, CN=${user}\n-----END PRIVATE KEY-----\n`;
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${encodeBase64(caCertificate)}
    server: ${server}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${user}
  name: ${context}
current-context: ${context}
kind: Config
users:
- name: ${user}
  user:
    client-certificate-data: ${encodeBase64(certificate)}
    client-key-data: ${encodeBase64(key)}
`;
}
