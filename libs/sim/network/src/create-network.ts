import { InvariantError } from '@seatrial/kernel';
import type { NetworkFabric, NetworkOptions } from './network-fabric.js';

/** Builds the cluster's network. */
export function createNetwork(_options: NetworkOptions): NetworkFabric {
  throw new InvariantError('the network is not built yet');
}
