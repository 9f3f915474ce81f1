export {
  type ContainerImage,
  type ContainerSummary,
  type CsiNodeDriver,
  type ImageSource,
  type Kubelet,
  type KubeletOptions,
  type NodeProfile,
  type PodNetworkPlugin,
  type PodSandboxNetwork,
} from './kubelet-options.js';
export { startKubelet } from './start-kubelet.js';
