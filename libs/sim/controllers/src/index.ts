export { allControllers, controllersFor, type ControllerProfile } from './registry.js';
export type { LoadBalancer } from './service-load-balancer.controller.js';
