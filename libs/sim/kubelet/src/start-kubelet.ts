import { InvariantError } from '@seatrial/kernel';
import type { Kubelet, KubeletOptions } from './kubelet-options.js';

/** Starts the kubelet of one node: registers the node, then runs the pods that are bound to it. */
export function startKubelet(_options: KubeletOptions): Kubelet {
  throw new InvariantError('the kubelet is not built yet');
}
