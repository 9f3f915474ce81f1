import type { FacilityKey } from '@seatrial/kernel';

/** The parts of a control plane that run in containers of their own. */
export type ComponentName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** What a container of the control plane is part of: its component lives as long as it does. */
export interface ComponentHost {
  /** Told when a component's program starts; the result is called when it ends. */
  started(name: ComponentName): () => void;
}

/** Under this key a control-plane node's containers find their {@link ComponentHost}. */
export const COMPONENT_HOST: FacilityKey<ComponentHost> = { name: 'component-host' };
