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

/** Who a claim goes with: the set, or the pod that is scaled away, by the retention policy (updateClaimOwnerRefForSetAndPod). */
function ownersOf(set: StatefulSet, pod: Pod, claim: PersistentVolumeClaim): OwnerReference[] {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const isOurs = ({ uid, kind, name }: OwnerReference): boolean =>
    uid === set.metadata.uid || (kind === 'Pod' && name === pod.metadata.name);
  const foreign = (claim.metadata.ownerReferences ?? []).filter((reference) => !isOurs(reference));
  const managed = ({ apiVersion, kind, metadata: { name, uid } }: StatefulSet | Pod): OwnerReference[] => [
    ...foreign,
    { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true },
  ];
  if (foreign.some(({ controller }) => controller)) return foreign;
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
  jsonEqual(claim.metadata.ownerReferences ?? [], ownersOf(set, pod, claim));

export const claimsMatchPolicy = (context: ControllerContext, set: StatefulSet, pod: Pod): boolean =>
  claimsOf(context, set, pod).every((claim) => matches(set, pod, claim));

/** Gives a pod's claims the owners that the retention policy asks for. */
export function applyClaimPolicy(context: ControllerContext, set: StatefulSet, pod: Pod): void {
  for (const claim of claimsOf(context, set, pod)) {
    if (matches(set, pod, claim)) continue;
    const { ownerReferences: _, ...metadata } = claim.metadata;
    const owners = ownersOf(set, pod, claim);
    const updated = { ...claim, metadata: owners.length > 0 ? { ...metadata, ownerReferences: owners } : metadata };
    must(context.client.update(PERSISTENT_VOLUME_CLAIMS, updated));
  }
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
