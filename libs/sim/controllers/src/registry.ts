import type { ControllerDefinition } from '@seatrial/apiserver';
import { deploymentController } from './deployment.controller.js';
import { replicaSetController } from './replicaset.controller.js';
import { replicationControllerController } from './replicationcontroller.controller.js';

/** Every controller of kube-controller-manager that is simulated, by name. */
export const allControllers: readonly ControllerDefinition[] = [
  deploymentController,
  replicaSetController,
  replicationControllerController,
];
