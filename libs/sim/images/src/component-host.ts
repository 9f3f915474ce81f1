import type { FacilityKey, FileSystem } from '@seatrial/kernel';

/** The parts of a control plane that run in containers of their own. */
export type ComponentName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** Where an etcd keeps its data: a directory as its container sees it. */
export interface EtcdData {
  readonly files: FileSystem;
  readonly directory: string;
}

/**
 * What comes of a member's data directory: it is taken; it holds no database; or it was restored for a cluster of
 * another number of members, so that there would be two clusters.
 */
export type EtcdOpening = 'opened' | 'corrupt' | 'split';

/** What a container of the control plane is part of: its component lives as long as it does. */
export interface ComponentHost {
  /** Told of its data directory before an etcd starts. */
  open(data: EtcdData): EtcdOpening;
  /**
   * Told when a component's program of a release (`v1.35.4`) starts, an API server's with the text of the
   * EncryptionConfiguration that it was given; the result is called when it ends.
   */
  started(name: ComponentName, release: string, encryption?: string): () => void;
}

/** Under this key a control-plane node's containers find their {@link ComponentHost}. */
export const COMPONENT_HOST: FacilityKey<ComponentHost> = { name: 'component-host' };

/** What pods on a node's own network tell the node: its service proxy and its network plugin. */
export interface NodeAgentHost {
  /** kube-proxy is at work; the result is called when it ends. */
  proxyStarted(): () => void;
  /** A network plugin's configuration is in place; it stays. */
  networkInstalled(options: { readonly enforcesNetworkPolicy: boolean }): void;
}

/** Under this key a node's host-network containers find their {@link NodeAgentHost}. */
export const NODE_AGENT_HOST: FacilityKey<NodeAgentHost> = { name: 'node-agent-host' };
