export { isCsiDriver, type Provisioner } from './volume/provisioned-volume.js';
export { allControllers, controllersFor, managerControllers, type ControllerProfile } from './registry.js';
export type { LoadBalancer } from './service-load-balancer.controller.js';
