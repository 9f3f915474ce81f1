export {
  type ExternalHost,
  type HostPort,
  type NetworkFabric,
  type NetworkOptions,
  type NetworkProfile,
  type NodeAttachment,
  type PodAttachment,
  type PodNetwork,
  type Reached,
  type Sender,
  type Surroundings,
} from './network-fabric.js';
export { formatIpv4, inRange, parseCidr, parseIpv4 } from './address.js';
export { createNetwork } from './create-network.js';
export type { Protocol, Route } from './route.js';
