import type { KubeObject, Status } from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';
import { certificateSigningRequestDescribe } from './certificate-signing-request.describe.js';
import { clusterRoleBindingDescribe } from './cluster-role-binding.describe.js';
import { clusterRoleDescribe } from './cluster-role.describe.js';
import { configMapDescribe } from './config-map.describe.js';
import { cronJobDescribe } from './cron-job.describe.js';
import { csiNodeDescribe } from './csi-node.describe.js';
import { daemonSetDescribe } from './daemon-set.describe.js';
import { deploymentDescribe } from './deployment.describe.js';
import { DescribeFailure, type DescribeContext } from './describe-context.js';
import type { Describer } from './describer.js';
import { endpointSliceDescribe } from './endpoint-slice.describe.js';
import { endpointsDescribe } from './endpoints.describe.js';
import { describeGenerically } from './generic-describer.js';
import { horizontalPodAutoscalerDescribe } from './horizontal-pod-autoscaler.describe.js';
import { ingressClassDescribe } from './ingress-class.describe.js';
import { ingressDescribe } from './ingress.describe.js';
import { ipAddressDescribe } from './ip-address.describe.js';
import { jobDescribe } from './job.describe.js';
import { limitRangeDescribe } from './limit-range.describe.js';
import { namespaceDescribe } from './namespace.describe.js';
import { networkPolicyDescribe } from './network-policy.describe.js';
import { nodeDescribe } from './node.describe.js';
import { persistentVolumeClaimDescribe } from './persistent-volume-claim.describe.js';
import { persistentVolumeDescribe } from './persistent-volume.describe.js';
import { podDisruptionBudgetDescribe } from './pod-disruption-budget.describe.js';
import { podDescribe } from './pod.describe.js';
import { priorityClassDescribe } from './priority-class.describe.js';
import { replicaSetDescribe } from './replica-set.describe.js';
import { replicationControllerDescribe } from './replication-controller.describe.js';
import { resourceQuotaDescribe } from './resource-quota.describe.js';
import { roleBindingDescribe } from './role-binding.describe.js';
import { roleDescribe } from './role.describe.js';
import { secretDescribe } from './secret.describe.js';
import { serviceAccountDescribe } from './service-account.describe.js';
import { serviceCidrDescribe } from './service-cidr.describe.js';
import { serviceDescribe } from './service.describe.js';
import { statefulSetDescribe } from './stateful-set.describe.js';
import { storageClassDescribe } from './storage-class.describe.js';
import { volumeAttributesClassDescribe } from './volume-attributes-class.describe.js';

/** Every describer, by file name. */
export const DESCRIBERS: readonly Describer[] = [
  certificateSigningRequestDescribe,
  clusterRoleBindingDescribe,
  clusterRoleDescribe,
  configMapDescribe,
  cronJobDescribe,
  csiNodeDescribe,
  daemonSetDescribe,
  deploymentDescribe,
  endpointSliceDescribe,
  endpointsDescribe,
  horizontalPodAutoscalerDescribe,
  ingressClassDescribe,
  ingressDescribe,
  ipAddressDescribe,
  jobDescribe,
  limitRangeDescribe,
  namespaceDescribe,
  networkPolicyDescribe,
  nodeDescribe,
  persistentVolumeClaimDescribe,
  persistentVolumeDescribe,
  podDisruptionBudgetDescribe,
  podDescribe,
  priorityClassDescribe,
  replicaSetDescribe,
  replicationControllerDescribe,
  resourceQuotaDescribe,
  roleBindingDescribe,
  roleDescribe,
  secretDescribe,
  serviceAccountDescribe,
  serviceCidrDescribe,
  serviceDescribe,
  statefulSetDescribe,
  storageClassDescribe,
  volumeAttributesClassDescribe,
];

const byKind = new Map(DESCRIBERS.map((describer) => [`${describer.group}/${describer.kind}`, describer]));

/**
 * An object as `kubectl describe` prints it, by its kind's describer or generically. The error is the answer to a
 * further request that failed (a user who may not list pods, say).
 */
export function describeObject(object: KubeObject, context: DescribeContext): Result<string, Status> {
  const slash = object.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
  const describe = byKind.get(`${group}/${object.kind}`)?.describe ?? describeGenerically;
  try {
    return ok(describe(object, context));
  } catch (failure) {
    if (failure instanceof DescribeFailure) return fail(failure.status);
    throw failure;
  }
}
