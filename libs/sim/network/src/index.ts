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
} from './network-fabric.js';
export { formatIpv4, inRange, parseCidr, parseIpv4 } from './address.js';
export { createNetwork } from './create-network.js';
