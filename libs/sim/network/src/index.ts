export {
  type ExternalHost,
  type HostPort,
  type NetworkFabric,
  type NetworkOptions,
  type NetworkProfile,
  type NodeAttachment,
  type PodAttachment,
  type PodNetwork,
} from './network-fabric.js';
export { createNetwork } from './create-network.js';
