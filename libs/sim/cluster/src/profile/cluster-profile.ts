/** One machine of a cluster. */
export interface NodeProfile {
  readonly name: string;
  readonly address: string;
  readonly controlPlane: boolean;
  readonly podCidr: string;
  /** Capacity in Kubernetes quantities (`cpu`, `memory`, `pods`, `ephemeral-storage`…). */
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly osImage: string;
  readonly kernelVersion: string;
  readonly containerRuntimeVersion: string;
}

export type NodeRole = 'control-plane' | 'worker';

/** A StorageClass that an installer creates; the first one is the default. */
export interface StorageClassProfile {
  readonly name: string;
  readonly provisioner: string;
  readonly volumeBindingMode: 'Immediate' | 'WaitForFirstConsumer';
  readonly allowVolumeExpansion: boolean;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Where a provisioner that takes volumes from the nodes' own disks keeps them. */
  readonly directory?: string;
}

/** A cloud's group of like machines that an autoscaler may change between two sizes; the profile's workers are in it. */
export interface NodeGroupProfile {
  readonly name: string;
  readonly minSize: number;
  readonly maxSize: number;
}

/** The Docker network that nodes are containers of. */
export interface NodeNetwork {
  readonly name: string;
  /** `172.18.0.0/16`. */
  readonly subnet: string;
}

/** A flavour of cluster: what an installer leaves behind, as data. An exercise names one. */
export interface ClusterProfile {
  readonly name: string;
  /** What its installer calls the cluster, where somebody named it. */
  readonly clusterName?: string;
  readonly kubernetesVersion: string;
  readonly nodes: readonly NodeProfile[];
  /** One more machine as the installer names and numbers it: `index` counts those of its role, `position` all of them. */
  readonly machine: (role: NodeRole, index: number, position: number) => NodeProfile;
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly nodePortRange: readonly [first: number, last: number];
  /** ClusterIP of kube-dns. */
  readonly dnsAddress: string;
  /** How kubeconfig names the cluster, its user and their context. */
  readonly kubeconfig: { readonly cluster: string; readonly user: string; readonly context: string };
  /** The port of the API server on control planes. */
  readonly apiPort: number;
  /** A port of the machine whose containers the nodes are, leading to the API server. */
  readonly publishedApi?: { readonly address: string; readonly port: number };
  /** Who signs the cluster's certificates, where it has an authority of its own. */
  readonly authority?: string;
  /** Where nodes are containers. */
  readonly nodeNetwork?: NodeNetwork;
  /** How many pods CoreDNS has. */
  readonly dnsReplicas: number;
  /** Where the provider serves the API, when no node is a control plane. */
  readonly managedApi?: { readonly host: string; readonly address: string };
  /** The balancer in front of several control planes. */
  readonly apiBalancer?: { readonly host: string; readonly address: string };
  /** Which CNI the installer applies; `none`: nodes are NotReady until one is applied. */
  readonly cni?: 'none';
  /** `pods`: kube-proxy runs as a DaemonSet, and nodes have service rules only while and after it does. */
  readonly kubeProxy?: 'always' | 'pods';
  readonly storageClasses: readonly StorageClassProfile[];
  /** What a Service of type LoadBalancer gets: nothing (pending), an address of a range, or a host name. */
  readonly loadBalancer: 'none' | { readonly addressPrefix: string } | { readonly hostnameSuffix: string };
  readonly nodeGroup?: NodeGroupProfile;
  /** Where kubelets look for static pods. */
  readonly staticPodPath?: string;
  /** The nodes' kubeadm, kubelet and kubectl are Debian packages of Kubernetes' own repository. */
  readonly packaged?: boolean;
  /** Whether the control plane's components run as static pods; else they run beside the nodes, as on the recorded cluster. */
  readonly staticControlPlane?: boolean;
  readonly addons: readonly ClusterAddon[];
  /** Whether the CNI enforces NetworkPolicy. */
  readonly networkPolicy: boolean;
}

/** Names of the addons' registry. */
export type ClusterAddon = string;
