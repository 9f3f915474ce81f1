import type { ControllerDefinition } from '@seatrial/apiserver';
import { cronJobController } from './cronjob.controller.js';
import { daemonSetController } from './daemonset.controller.js';
import { deploymentController } from './deployment.controller.js';
import { endpointsController } from './endpoints.controller.js';
import { endpointSliceController } from './endpointslice.controller.js';
import { garbageCollectorController } from './garbage-collector.controller.js';
import { jobController } from './job.controller.js';
import { namespaceController } from './namespace.controller.js';
import { replicaSetController } from './replicaset.controller.js';
import { replicationControllerController } from './replicationcontroller.controller.js';
import { resourceQuotaController } from './resourcequota.controller.js';
import { rootCaCertificatePublisherController } from './root-ca-certificate-publisher.controller.js';
import { serviceAccountController } from './serviceaccount.controller.js';
import { serviceAccountTokenController } from './serviceaccount-token.controller.js';
import { statefulSetController } from './statefulset.controller.js';
import { ttlAfterFinishedController } from './ttl-after-finished.controller.js';

/** Every controller of kube-controller-manager that is simulated, by name. */
export const allControllers: readonly ControllerDefinition[] = [
  cronJobController,
  daemonSetController,
  deploymentController,
  endpointsController,
  endpointSliceController,
  garbageCollectorController,
  jobController,
  namespaceController,
  replicaSetController,
  replicationControllerController,
  resourceQuotaController,
  rootCaCertificatePublisherController,
  serviceAccountController,
  serviceAccountTokenController,
  statefulSetController,
  ttlAfterFinishedController,
];
