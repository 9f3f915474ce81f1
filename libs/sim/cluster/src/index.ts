export { installObjects, type Addon, type ManifestObject, type PublishedManifest } from './addons/addon.js';
export { metricsServerManifest } from './addons/metrics-server/manifest.js';
export { ADDONS, findAddon } from './addons/registry.js';
export { ensureCoreDns } from './bootstrap/kube-system.js';
export { clusterConfiguration } from './bootstrap/kubeadm-config.js';
export { CLUSTER_CA, authorityCertificate } from './bootstrap/cluster-ca.js';
export { NODE_GROUPS, NodeGroup } from './autoscaler/node-group.js';
export { CLUSTER_NODE, type ClusterNode } from './cluster-node.js';
export { CLUSTER_SITE, ClusterSite } from './cluster-site.js';
export { createCluster, type Cluster, type ClusterOptions } from './cluster.js';
export { type EtcdMember, type EtcdState } from './control-plane-components.js';
export { databaseText, hashMatches, readDatabase, withHash, type EtcdPoint } from './etcd-databases.js';
export { ClusterFailures, type NodeFailure } from './failures.js';
export { parseKubeletFlags } from './kubelet-unit/kubelet-flags.js';
export {
  KUBERNETES_PACKAGES,
  NodePackages,
  PATCH_RELEASES,
  packageVersion,
  type KubernetesPackage,
} from './node-packages.js';
export { componentKubeconfig, kubeletKubeconfig } from './bootstrap/node-kubeconfigs.js';
export { writeCertificate, writeServiceAccountKeys } from './bootstrap/pki-files.js';
export { kubeletConfig, staticPodManifests } from './bootstrap/static-pod-manifests.js';
export { type NodeService, type NodeServices, type UnitRun } from './node-services.js';
export {
  type ClusterAddon,
  type ClusterProfile,
  type NodeNetwork,
  type NodeProfile,
  type StorageClassProfile,
} from './profile/cluster-profile.js';
export { type ClusterPlace } from './profile/cluster-place.js';
export { configureProfile, type ClusterSettings } from './profile/cluster-settings.js';
export { namedK3dProfile } from './profile/k3d.profile.js';
export { kindProfile, namedKindProfile } from './profile/kind.profile.js';
export { namedMinikubeProfile } from './profile/minikube.profile.js';
export { recordedProfile } from './profile/kubeadm.profile.js';
export { CLUSTER_PROFILES, findProfile } from './profile/profiles.js';
export { isSubnet } from './profile/subnet.js';
export { startAddon } from './start-cluster.js';
export { DEFAULT_SETTLE_MS, SettleObserver, isInPassage } from './settle.js';
