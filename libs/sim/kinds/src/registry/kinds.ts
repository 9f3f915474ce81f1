import type { KindDefinition } from '@seatrial/apiserver';
import { admissionKinds } from '../admission/admission.kinds.js';
import { controllerRevisionKind } from '../apps/controllerrevision.kind.js';
import { daemonSetKind } from '../apps/daemonset.kind.js';
import { deploymentKind } from '../apps/deployment.kind.js';
import { replicaSetKind } from '../apps/replicaset.kind.js';
import { replicationControllerKind } from '../apps/replicationcontroller.kind.js';
import { statefulSetKind } from '../apps/statefulset.kind.js';
import { horizontalPodAutoscalerKind } from '../autoscaling/horizontalpodautoscaler.kind.js';
import { cronJobKind } from '../batch/cronjob.kind.js';
import { jobKind } from '../batch/job.kind.js';
import { configMapKind } from '../core/configmap.kind.js';
import { endpointsKind } from '../core/endpoints.kind.js';
import { eventKind } from '../core/event.kind.js';
import { limitRangeKind } from '../core/limitrange.kind.js';
import { namespaceKind } from '../core/namespace.kind.js';
import { nodeKind } from '../core/node.kind.js';
import { podTemplateKind } from '../core/podtemplate.kind.js';
import { resourceQuotaKind } from '../core/resourcequota.kind.js';
import { secretKind } from '../core/secret.kind.js';
import { serviceAccountKind } from '../core/serviceaccount.kind.js';
import { flowControlKinds } from '../flowcontrol/flowcontrol.kinds.js';
import { addressKinds } from '../networking/address.kinds.js';
import { endpointSliceKind } from '../networking/endpointslice.kind.js';
import { ingressKind } from '../networking/ingress.kind.js';
import { ingressClassKind } from '../networking/ingressclass.kind.js';
import { networkPolicyKind } from '../networking/networkpolicy.kind.js';
import { serviceKind } from '../networking/service.kind.js';
import { podKind } from '../pods/pod.kind.js';
import { podDisruptionBudgetKind } from '../policy/poddisruptionbudget.kind.js';
import { resourceKinds } from '../resource/resource.kinds.js';
import { roleKinds } from '../rbac/rbac.kinds.js';
import { priorityClassKind } from '../scheduling/priorityclass.kind.js';
import { csiDriverKind } from '../storage/csidriver.kind.js';
import { csiNodeKind } from '../storage/csinode.kind.js';
import { csiStorageCapacityKind } from '../storage/csistoragecapacity.kind.js';
import { persistentVolumeKind } from '../storage/persistentvolume.kind.js';
import { persistentVolumeClaimKind } from '../storage/persistentvolumeclaim.kind.js';
import { storageClassKind } from '../storage/storageclass.kind.js';
import { volumeAttachmentKind } from '../storage/volumeattachment.kind.js';
import { volumeAttributesClassKind } from '../storage/volumeattributesclass.kind.js';
import { customResourceDefinitionKind } from '../apiextensions/customresourcedefinition.kind.js';
import { simpleKinds } from './simple.kinds.js';

/** Every kind with hooks of its own. Resources that are not here are treated generically by the API server. */
export const allKinds: readonly KindDefinition[] = [
  ...addressKinds,
  ...admissionKinds,
  configMapKind,
  controllerRevisionKind,
  cronJobKind,
  csiDriverKind,
  csiNodeKind,
  csiStorageCapacityKind,
  customResourceDefinitionKind,
  daemonSetKind,
  deploymentKind,
  endpointSliceKind,
  endpointsKind,
  eventKind,
  ...flowControlKinds,
  horizontalPodAutoscalerKind,
  ingressClassKind,
  ingressKind,
  jobKind,
  limitRangeKind,
  namespaceKind,
  networkPolicyKind,
  nodeKind,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podDisruptionBudgetKind,
  podKind,
  podTemplateKind,
  priorityClassKind,
  replicaSetKind,
  replicationControllerKind,
  ...resourceKinds,
  resourceQuotaKind,
  ...roleKinds,
  secretKind,
  serviceAccountKind,
  serviceKind,
  ...simpleKinds,
  statefulSetKind,
  storageClassKind,
  volumeAttachmentKind,
  volumeAttributesClassKind,
];
