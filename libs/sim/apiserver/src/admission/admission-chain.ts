import type { ApiResource } from '@seatrial/schema';
import { certificateApprovalAdmission } from './certificate-approval.admission.js';
import { certificateSigningAdmission } from './certificate-signing.admission.js';
import { certificateSubjectRestrictionAdmission } from './certificate-subject-restriction.admission.js';
import { defaultIngressClassAdmission } from './default-ingress-class.admission.js';
import { defaultStorageClassAdmission } from './default-storage-class.admission.js';
import { defaultTolerationSecondsAdmission } from './default-toleration-seconds.admission.js';
import { limitRangerAdmission } from './limit-ranger.admission.js';
import { mutatingAdmissionWebhookAdmission } from './mutating-admission-webhook.admission.js';
import { namespaceLifecycleAdmission } from './namespace-lifecycle.admission.js';
import { nodeRestrictionAdmission } from './node-restriction.admission.js';
import { persistentVolumeClaimResizeAdmission } from './persistent-volume-claim-resize.admission.js';
import { podSecurityAdmission } from '../pod-security/pod-security.admission.js';
import { podTopologyLabelsAdmission } from './pod-topology-labels.admission.js';
import { priorityAdmission } from './priority.admission.js';
import { rbacEscalationAdmission } from './rbac-escalation.admission.js';
import { resourceQuotaAdmission } from './resource-quota.admission.js';
import { runtimeClassAdmission } from './runtime-class.admission.js';
import { serviceAccountAdmission } from './service-account.admission.js';
import { storageObjectInUseProtectionAdmission } from './storage-object-in-use-protection.admission.js';
import { taintNodesByConditionAdmission } from './taint-nodes-by-condition.admission.js';
import { validatingAdmissionPolicyAdmission } from './validating-admission-policy.admission.js';
import { validatingAdmissionWebhookAdmission } from './validating-admission-webhook.admission.js';
import type { Status } from '../contract/status.js';
import type { AdmissionAttributes, AdmissionOperation, AdmissionPlugin } from './admission.js';
import { Reinvocation } from './reinvocation.js';

/** kube-apiserver v1.35's recommended order (pkg/kubeapiserver/options/plugins.go). */
export const ADMISSION_PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycleAdmission,
  limitRangerAdmission,
  serviceAccountAdmission,
  nodeRestrictionAdmission,
  taintNodesByConditionAdmission,
  podSecurityAdmission,
  priorityAdmission,
  defaultTolerationSecondsAdmission,
  defaultStorageClassAdmission,
  storageObjectInUseProtectionAdmission,
  persistentVolumeClaimResizeAdmission,
  runtimeClassAdmission,
  certificateApprovalAdmission,
  certificateSigningAdmission,
  certificateSubjectRestrictionAdmission,
  defaultIngressClassAdmission,
  podTopologyLabelsAdmission,
  mutatingAdmissionWebhookAdmission,
  rbacEscalationAdmission,
  validatingAdmissionPolicyAdmission,
  validatingAdmissionWebhookAdmission,
  resourceQuotaAdmission,
];

/** The plugins that take part in one operation on one resource. */
interface Chain {
  readonly mutating: readonly AdmissionPlugin[];
  readonly validating: readonly AdmissionPlugin[];
}

type Chains = Readonly<Record<AdmissionOperation, Chain>>;

function chainsFor(resource: string): Chains {
  const plugins = ADMISSION_PLUGINS.filter(({ resources }) => resources?.includes(resource) ?? true);
  const of = (operation: AdmissionOperation): Chain => {
    const asked = plugins.filter(({ operations }) => operations.includes(operation));
    return {
      mutating: asked.filter((plugin) => plugin.mutate !== undefined),
      validating: asked.filter((plugin) => plugin.validate !== undefined),
    };
  };
  return { CREATE: of('CREATE'), UPDATE: of('UPDATE'), DELETE: of('DELETE'), CONNECT: of('CONNECT') };
}

/** By resource as it is served, then by subresource: every write asks. */
const known = new WeakMap<ApiResource, Map<string, Chains>>();

function chainOf({ operation, scope: { rest, subresource = '' } }: AdmissionAttributes): Chain {
  let bySubresource = known.get(rest.api);
  if (!bySubresource) {
    bySubresource = new Map();
    known.set(rest.api, bySubresource);
  }
  let chains = bySubresource.get(subresource);
  if (!chains) {
    const resource = `${rest.api.group}/${rest.api.resource}`;
    chains = chainsFor(subresource === '' ? resource : `${resource}/${subresource}`);
    bySubresource.set(subresource, chains);
  }
  return chains[operation];
}

/** Lets every plugin change the object, in order; once more where a webhook or policy asks for it. Stops at the first refusal. */
export function mutate(attributes: AdmissionAttributes): Status | undefined {
  const reinvocation = new Reinvocation();
  const { operation, scope, object, old } = attributes;
  // Member by member: V8 gives each object that a spread begins and new members end a hidden class of its own.
  const mutating = { operation, scope, object, old, reinvocation };
  const refusal = mutateOnce(mutating);
  if (refusal || !reinvocation.shouldReinvoke) return refusal;
  reinvocation.isReinvoke = true;
  return mutateOnce(mutating);
}

function mutateOnce(attributes: AdmissionAttributes): Status | undefined {
  for (const plugin of chainOf(attributes).mutating) {
    const refusal = plugin.mutate?.(attributes);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Asks every plugin whether the final object may pass, in order; stops at the first refusal. */
export function validate(attributes: AdmissionAttributes): Status | undefined {
  for (const plugin of chainOf(attributes).validating) {
    const refusal = plugin.validate?.(attributes);
    if (refusal) return refusal;
  }
  return undefined;
}
