import { CLUSTER_CA_NAME, formatPem } from '@seatrial/apiserver';
import { authorityCertificate, type ClusterProfile } from '@seatrial/cluster';
import { encodeBase64 } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import type { KubeconfigEntries } from './kubeconfig-entries.js';

/** A client certificate of an administrator and its key, in the simulator's notation. */
export function adminCertificate({ authority }: ClusterProfile, subject: string): { certificate: string; key: string } {
  return {
    certificate: formatPem('CERTIFICATE', { subject, issuer: CLUSTER_CA_NAME, authority }),
    key: formatPem('PRIVATE KEY', { subject }),
  };
}

/** Where a kubeconfig on the machine says that the API is. */
export function serverUrl({ publishedApi, nodes, apiPort }: ClusterProfile): string {
  const { address, port } = publishedApi ?? { address: nodes[0].address, port: apiPort };
  return `https://${address}:${port}`;
}

/** Entries that carry the administrator's credentials in themselves. */
export function embeddedEntries(profile: ClusterProfile, subject: string): KubeconfigEntries {
  const { certificate, key } = adminCertificate(profile, subject);
  const { cluster, user } = profile.kubeconfig;
  return {
    names: profile.kubeconfig,
    cluster: {
      'certificate-authority-data': encodeBase64(authorityCertificate(profile)),
      server: serverUrl(profile),
    },
    user: { 'client-certificate-data': encodeBase64(certificate), 'client-key-data': encodeBase64(key) },
    context: { cluster, user },
  };
}

/** A kubeconfig with one cluster. */
export function kubeconfigOf({ names, cluster, user, context }: KubeconfigEntries): string {
  return toYaml({
    apiVersion: 'v1',
    clusters: [{ cluster, name: names.cluster }],
    contexts: [{ context, name: names.context }],
    'current-context': names.context,
    kind: 'Config',
    preferences: {},
    users: [{ name: names.user, user }],
  });
}
