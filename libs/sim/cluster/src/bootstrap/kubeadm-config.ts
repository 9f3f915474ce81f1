import type { ApiClient } from '@seatrial/apiserver';
import { createSystemConfigMaps } from './create-at-bootstrap.js';
import { kubeletConfig } from './static-pod-manifests.js';
import type { ClusterProfile } from '../profile/cluster-profile.js';

/** What a cluster's configuration says of it. */
export interface KubeadmCluster {
  readonly name: string;
  readonly version: string;
  /** Left out of the defaults. */
  readonly podSubnet?: string;
  readonly serviceSubnet: string;
}

/** A ClusterConfiguration with kubeadm's defaults, as YAML (kubeadm.k8s.io/v1beta4, v1.35). */
export function clusterConfiguration({ name, version, podSubnet, serviceSubnet }: KubeadmCluster): string {
  return `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: ${name}
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${version}
networking:
  dnsDomain: cluster.local${podSubnet === undefined ? '' : `\n  podSubnet: ${podSubnet}`}
  serviceSubnet: ${serviceSubnet}
proxy: {}
scheduler: {}
`;
}

/** The ConfigMaps `kubeadm-config` and `kubelet-config` (cmd/kubeadm/app/phases/uploadconfig, kubelet) of clusters whose control plane kubeadm made: its own, kind's and minikube's. */
export function createKubeadmConfig(client: ApiClient, profile: ClusterProfile): void {
  if (!profile.staticControlPlane) return;
  const configuration = clusterConfiguration({
    name: profile.kubeconfig.cluster,
    version: profile.kubernetesVersion,
    podSubnet: profile.podCidr,
    serviceSubnet: profile.serviceCidr,
  });
  createSystemConfigMaps(client, {
    'kubeadm-config': { ClusterConfiguration: configuration },
    'kubelet-config': { kubelet: kubeletConfig(profile) },
  });
}
