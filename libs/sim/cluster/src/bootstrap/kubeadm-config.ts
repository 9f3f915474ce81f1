import { CONFIG_MAPS, type ApiClient } from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';
import type { ClusterProfile } from '../profile/cluster-profile.js';

/** What `kubeadm init` keeps of its configuration (cmd/kubeadm/app/phases/uploadconfig, v1.35). */
function clusterConfiguration(profile: ClusterProfile): string {
  return `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: ${profile.kubeconfig.cluster}
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${profile.kubernetesVersion}
networking:
  dnsDomain: cluster.local
  podSubnet: ${profile.podCidr}
  serviceSubnet: ${profile.serviceCidr}
proxy: {}
scheduler: {}
`;
}

/** The ConfigMap `kubeadm-config` of clusters whose control plane kubeadm made: its own, kind's and minikube's. */
export function createKubeadmConfig(client: ApiClient, profile: ClusterProfile): void {
  if (!profile.staticControlPlane) return;
  const created = client.create(CONFIG_MAPS, {
    metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
    data: { ClusterConfiguration: clusterConfiguration(profile) },
  });
  invariant(created.ok, `bootstrap: ${created.ok ? '' : created.error.message}`);
}
