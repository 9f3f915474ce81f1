import {
  PERSISTENT_VOLUME_CLAIMS,
  type ControllerContext,
  type OwnerReference,
  type PersistentVolumeClaim,
  type Pod,
  type StatefulSet,
  type Status,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { must } from '../request-failed.js';
import { isInRange, ordinalOf } from './ordinals.js';
import { event } from './set-events.js';

type ClaimTemplate = NonNullable<StatefulSet['spec']['volumeClaimTemplates']>[number];

export const claimName = (set: StatefulSet, template: ClaimTemplate, ordinal: number): string =>
  `${template.metadata?.name ?? ''}-${set.metadata.name}-${ordinal}`;

const refersTo = (reference: OwnerReference, { apiVersion, kind, metadata }: StatefulSet | Pod): boolean =>
  reference.apiVersion === apiVersion && reference.kind === kind && reference.name === metadata.name;

/** Refers to one of the same name that is no more, or to someone else who manages the claim (hasUnexpectedController). */
function conflicts(set: StatefulSet, pod: Pod, claim: PersistentVolumeClaim): boolean {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenDeleted === 'Retain' && whenScaled === 'Retain') return false;
  return (claim.metadata.ownerReferences ?? []).some((reference) => {
    if (refersTo(reference, set)) return reference.uid !== set.metadata.uid;
    if (refersTo(reference, pod)) return reference.uid !== pod.metadata.uid;
    return reference.controller === true;
  });
}

/** A claim that belongs to an earlier owner of the name is left alone until that one is collected (hasStaleOwnerRef). */
const isStale = (claim: PersistentVolumeClaim, owner: StatefulSet | Pod): boolean => {
  const reference = claim.metadata.ownerReferences?.find((one) => refersTo(one, owner));
  return reference !== undefined && reference.uid !== owner.metadata.uid;
};

/** Who a claim goes with: the set, or the pod that is scaled away, by the retention policy (updateClaimOwnerRefForSetAndPod). */
function ownersOf(set: StatefulSet, pod: Pod, claim: PersistentVolumeClaim): OwnerReference[] {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const foreign = (claim.metadata.ownerReferences ?? []).filter(
    (reference) => !refersTo(reference, set) && !refersTo(reference, pod),
  );
  if (conflicts(set, pod, claim)) return foreign;
  const managed = ({ apiVersion, kind, metadata: { name, uid } }: StatefulSet | Pod): OwnerReference[] => [
    ...foreign,
    { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true },
  ];
  if (whenScaled === 'Delete' && !isInRange(set, pod)) return managed(pod);
  return whenDeleted === 'Delete' ? managed(set) : foreign;
}

function claimsOf({ client }: ControllerContext, set: StatefulSet, pod: Pod): PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).flatMap((template) => {
    const name = claimName(set, template, ordinalOf(set, pod));
    return client.get(PERSISTENT_VOLUME_CLAIMS, pod.metadata.namespace, name) ?? [];
  });
}

const matches = (set: StatefulSet, pod: Pod, claim: PersistentVolumeClaim): boolean =>
  isStale(claim, set) ||
  isStale(claim, pod) ||
  jsonEqual(claim.metadata.ownerReferences ?? [], ownersOf(set, pod, claim));

export const claimsMatchPolicy = (context: ControllerContext, set: StatefulSet, pod: Pod): boolean =>
  claimsOf(context, set, pod).every((claim) => matches(set, pod, claim));

/** Gives a pod's claims the owners that the retention policy asks for. */
export function applyClaimPolicy(context: ControllerContext, set: StatefulSet, pod: Pod): void {
  for (const claim of claimsOf(context, set, pod)) {
    if (conflicts(set, pod, claim)) {
      const message = `PersistentVolumeClaim ${claim.metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
      context.events.event({ object: set }, 'Warning', 'ConflictingController', message);
    }
    if (matches(set, pod, claim)) continue;
    const { ownerReferences: _, ...metadata } = claim.metadata;
    const owners = ownersOf(set, pod, claim);
    const updated = { ...claim, metadata: owners.length > 0 ? { ...metadata, ownerReferences: owners } : metadata };
    must(context.client.update(PERSISTENT_VOLUME_CLAIMS, updated));
  }
}

/** Whether a claim of the ordinal still belongs to the pod that had it before, which is being collected (PodClaimIsStale). */
export function claimIsStale({ client }: ControllerContext, set: StatefulSet, ordinal: number): boolean {
  if ((set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled ?? 'Retain') === 'Retain') return false;
  const pod = `${set.metadata.name}-${ordinal}`;
  return (set.spec.volumeClaimTemplates ?? []).some((template) =>
    client
      .get(PERSISTENT_VOLUME_CLAIMS, set.metadata.namespace, claimName(set, template, ordinal))
      ?.metadata.ownerReferences?.some(({ kind, name }) => kind === 'Pod' && name === pod),
  );
}

const conflict = (): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  reason: 'Conflict',
  message: '',
  code: 409,
});

/** Creates the claims of an ordinal that are missing; the error is of those that could not be made. */
export function createClaims(
  context: ControllerContext,
  set: StatefulSet,
  pod: string,
  ordinal: number,
): Status | undefined {
  const errors: string[] = [];
  let failed: Status | undefined;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(set, template, ordinal);
    const { namespace } = set.metadata;
    const existing = context.client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
    if (existing?.metadata.deletionTimestamp !== undefined) {
      errors.push(`pvc ${name} is being deleted`);
      failed ??= conflict();
    }
    if (existing) continue;
    const created = context.client.create(PERSISTENT_VOLUME_CLAIMS, {
      metadata: {
        name,
        namespace,
        labels: { ...template.metadata?.labels, ...set.spec.selector.matchLabels },
        ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      },
      spec: template.spec ?? {},
    });
    if (created.ok) event(context, set, 'Create', `Claim ${name} Pod ${pod}`, 'success');
    else {
      failed = created.error;
      errors.push(`failed to create PVC ${name}: ${created.error.message}`);
      event(context, set, 'Create', `Claim ${name} for Pod ${pod}`, '', created.error.message);
    }
  }
  return failed && { ...failed, message: errors.length === 1 ? errors[0] : `[${errors.join(', ')}]` };
}
