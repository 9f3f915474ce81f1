import type { ControllerDefinition } from '@seatrial/apiserver';
import { bootstrapSignerController } from './bootstrap-signer.controller.js';
import { certificateSigningRequestCleanerController } from './certificatesigningrequest-cleaner.controller.js';
import { certificateSigningRequestSigningController } from './certificatesigningrequest-signing.controller.js';
import { clusterRoleAggregationController } from './clusterrole-aggregation.controller.js';
import { csiAttacherController } from './csi-attacher.controller.js';
import { csiResizerController } from './csi-resizer.controller.js';
import { csiSnapshotterController } from './csi-snapshotter.controller.js';
import { cronJobController } from './cronjob.controller.js';
import { daemonSetController } from './daemonset.controller.js';
import { deploymentController } from './deployment.controller.js';
import { disruptionController } from './disruption.controller.js';
import { endpointsController } from './endpoints.controller.js';
import { endpointSliceMirroringController } from './endpointslice-mirroring.controller.js';
import { endpointSliceController } from './endpointslice.controller.js';
import { ephemeralVolumeController } from './ephemeral-volume.controller.js';
import { garbageCollectorController } from './garbage-collector.controller.js';
import { horizontalPodAutoscalerController } from './horizontalpodautoscaler.controller.js';
import { jobController } from './job.controller.js';
import { namespaceController } from './namespace.controller.js';
import { nodeIpamController } from './node-ipam.controller.js';
import { nodeLifecycleController } from './node-lifecycle.controller.js';
import { persistentVolumeAttachDetachController } from './persistentvolume-attach-detach.controller.js';
import { persistentVolumeBinderController } from './persistentvolume-binder.controller.js';
import { persistentVolumeExpanderController } from './persistentvolume-expander.controller.js';
import { persistentVolumeProtectionController } from './persistentvolume-protection.controller.js';
import { persistentVolumeClaimProtectionController } from './persistentvolumeclaim-protection.controller.js';
import { podGarbageCollectorController } from './pod-garbage-collector.controller.js';
import { replicaSetController } from './replicaset.controller.js';
import { replicationControllerController } from './replicationcontroller.controller.js';
import { resourceQuotaController } from './resourcequota.controller.js';
import { rootCaCertificatePublisherController } from './root-ca-certificate-publisher.controller.js';
import { serviceCidrController } from './service-cidr.controller.js';
import { serviceAccountController } from './serviceaccount.controller.js';
import { stalePodDisruptionController } from './stale-pod-disruption.controller.js';
import { statefulSetController } from './statefulset.controller.js';
import { taintEvictionController } from './taint-eviction.controller.js';
import { tokenCleanerController } from './token-cleaner.controller.js';
import { volumeAttributesClassProtectionController } from './volumeattributesclass-protection.controller.js';
import { tokenController } from './token.controller.js';
import { ttlController } from './ttl.controller.js';
import { ttlAfterFinishedController } from './ttl-after-finished.controller.js';
import { serviceLoadBalancerController, type LoadBalancer } from './service-load-balancer.controller.js';
import { volumeProvisionerController } from './volume-provisioner.controller.js';
import { isCsiDriver, type Provisioner } from './volume/provisioned-volume.js';

/** Every controller of kube-controller-manager that is simulated, by file name. */
export const allControllers: readonly ControllerDefinition[] = [
  bootstrapSignerController,
  certificateSigningRequestCleanerController,
  certificateSigningRequestSigningController,
  clusterRoleAggregationController,
  cronJobController,
  daemonSetController,
  deploymentController,
  disruptionController,
  endpointsController,
  endpointSliceMirroringController,
  endpointSliceController,
  ephemeralVolumeController,
  garbageCollectorController,
  horizontalPodAutoscalerController,
  jobController,
  namespaceController,
  nodeLifecycleController,
  persistentVolumeAttachDetachController,
  persistentVolumeBinderController,
  persistentVolumeExpanderController,
  persistentVolumeProtectionController,
  persistentVolumeClaimProtectionController,
  podGarbageCollectorController,
  replicaSetController,
  replicationControllerController,
  resourceQuotaController,
  rootCaCertificatePublisherController,
  serviceCidrController,
  serviceAccountController,
  stalePodDisruptionController,
  statefulSetController,
  taintEvictionController,
  tokenCleanerController,
  tokenController,
  ttlController,
  ttlAfterFinishedController,
  volumeAttributesClassProtectionController,
];

/** Those of kube-controller-manager, which gives nodes their ranges of the pods' addresses where there is `podCidr`. */
export const managerControllers = (podCidr: string | undefined): readonly ControllerDefinition[] =>
  podCidr === undefined ? allControllers : [...allControllers, nodeIpamController(podCidr)];

/** What differs between clusters: their load balancer and their provisioners of volumes. */
export interface ControllerProfile {
  readonly loadBalancer: 'none' | LoadBalancer;
  readonly provisioners: readonly Provisioner[];
}

/** The controllers beside a cluster's CSI drivers. */
function csiControllers(provisioners: readonly Provisioner[]): readonly ControllerDefinition[] {
  const drivers = provisioners.filter(isCsiDriver).map(({ name }) => name);
  if (drivers.length === 0) return [];
  return [csiAttacherController(drivers), ...drivers.map(csiResizerController), csiSnapshotterController(drivers)];
}

/** All controllers, with those that a cluster's installer or cloud adds. */
export const controllersFor = ({ loadBalancer, provisioners }: ControllerProfile): readonly ControllerDefinition[] => [
  ...allControllers,
  ...(loadBalancer === 'none' ? [] : [serviceLoadBalancerController(loadBalancer)]),
  ...provisioners.map(volumeProvisionerController),
  ...csiControllers(provisioners),
];
