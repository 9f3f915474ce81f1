import {
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  type ControllerContext,
  type ControllerRevision,
  type OwnerReference,
  type Pod,
  type StatefulSet,
} from '@seatrial/apiserver';
import { isJsonObject, jsonEqual } from '@seatrial/kernel';
import { revisionDataOf } from '../controller-revision.js';
import { podFromTemplate, type PodDraft, type PodTemplate } from '../pod-control.js';
import { RequestFailedError, must } from '../request-failed.js';

export const REVISION_LABEL = 'controller-revision-hash';
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

type PodSpec = Pod['spec'];
type ClaimTemplate = NonNullable<StatefulSet['spec']['volumeClaimTemplates']>[number];

/** The number at the end of a pod's name, where the pod's name is one of the set; -1 otherwise. */
export function ordinalOf(set: StatefulSet, pod: Pod): number {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name);
  return match?.[1] === set.metadata.name ? Number(match[2]) : -1;
}

export const startOrdinal = ({ spec }: StatefulSet): number =>
  (spec as { ordinals?: { start?: number } }).ordinals?.start ?? 0;

export const revisionName = ({ metadata }: Pod): string => metadata.labels?.[REVISION_LABEL] ?? '';

function templateOf(set: StatefulSet, revision: ControllerRevision): PodTemplate {
  const { spec } = revisionDataOf(revision);
  const template = isJsonObject(spec) && isJsonObject(spec.template) ? spec.template : undefined;
  if (!template) return set.spec.template;
  const { $patch: _, ...rest } = template;
  return rest;
}

export const claimName = (set: StatefulSet, template: ClaimTemplate, ordinal: number): string =>
  `${template.metadata?.name ?? ''}-${set.metadata.name}-${ordinal}`;

function withStorage(set: StatefulSet, spec: PodSpec, ordinal: number): PodSpec {
  const templates = set.spec.volumeClaimTemplates ?? [];
  if (templates.length === 0) return spec;
  const names = new Set(templates.map(({ metadata }) => metadata?.name));
  const claims = templates.map((template) => ({
    name: template.metadata?.name ?? '',
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  return { ...spec, volumes: [...claims, ...(spec.volumes ?? []).filter(({ name }) => !names.has(name))] };
}

/** The pod of an ordinal in a revision (newVersionedStatefulSetPod). */
export function podOf(set: StatefulSet, revision: ControllerRevision, ordinal: number): PodDraft {
  const name = `${set.metadata.name}-${ordinal}`;
  const draft = podFromTemplate(templateOf(set, revision), set, {
    labels: {
      [POD_NAME_LABEL]: name,
      [POD_INDEX_LABEL]: String(ordinal),
      [REVISION_LABEL]: revision.metadata.name,
    },
    spec: (spec) => ({
      ...withStorage(set, spec, ordinal),
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
    }),
  });
  return { ...draft, metadata: { ...draft.metadata, name } };
}

const retention = (set: StatefulSet): { whenDeleted: string; whenScaled: string } => ({
  whenDeleted: set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted ?? 'Retain',
  whenScaled: set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled ?? 'Retain',
});

/** Who a claim goes with: the set, or the pod that is scaled away, by the retention policy. */
function claimOwners(set: StatefulSet, pod: Pod | undefined, condemned: boolean): OwnerReference[] {
  const { whenDeleted, whenScaled } = retention(set);
  const reference = ({ apiVersion, kind, metadata: { name, uid } }: StatefulSet | Pod): OwnerReference => ({
    apiVersion,
    kind,
    name,
    uid,
  });
  if (condemned && whenScaled === 'Delete' && pod) return [reference(pod)];
  return whenDeleted === 'Delete' ? [{ ...reference(set), controller: true, blockOwnerDeletion: true }] : [];
}

export function event(
  context: ControllerContext,
  set: StatefulSet,
  verb: 'Create' | 'Update' | 'Delete',
  what: string,
  success: string,
  error?: string,
): void {
  const failed = error !== undefined;
  context.events.event(
    { object: set },
    failed ? 'Warning' : 'Normal',
    `${failed ? 'Failed' : 'Successful'}${verb}`,
    `${verb} ${what} in StatefulSet ${set.metadata.name} ${failed ? `failed error: ${error}` : success}`,
  );
}

/** Creates the claims of an ordinal that are missing. */
function createClaims(context: ControllerContext, set: StatefulSet, pod: string, ordinal: number): void {
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(set, template, ordinal);
    const { namespace } = set.metadata;
    const existing = context.client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
    if (existing) continue;
    const owners = claimOwners(set, undefined, false);
    const created = context.client.create(PERSISTENT_VOLUME_CLAIMS, {
      metadata: {
        name,
        namespace,
        labels: { ...template.metadata?.labels, ...set.spec.selector.matchLabels },
        ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
        ...(owners.length > 0 ? { ownerReferences: owners } : {}),
      },
      spec: template.spec ?? {},
    });
    const what = `Claim ${name} Pod ${pod}`;
    event(context, set, 'Create', what, 'success', created.ok ? undefined : created.error.message);
    must(created);
  }
}

/** Creates claims and pod of an ordinal; events say how it went. */
export function createStatefulPod(
  context: ControllerContext,
  set: StatefulSet,
  draft: PodDraft,
  ordinal: number,
): void {
  const name = draft.metadata.name ?? '';
  createClaims(context, set, name, ordinal);
  const created = context.client.create(PODS, draft);
  if (!created.ok && created.error.reason === 'AlreadyExists') throw new RequestFailedError(created.error);
  event(context, set, 'Create', `Pod ${name}`, 'successful', created.ok ? undefined : created.error.message);
  must(created);
}

export function deleteStatefulPod(context: ControllerContext, set: StatefulSet, pod: Pod): void {
  const { namespace, name } = pod.metadata;
  const deleted = context.client.delete(PODS, namespace, name);
  event(context, set, 'Delete', `Pod ${name}`, 'successful', deleted.ok ? undefined : deleted.error.message);
  must(deleted);
}

/** Restores a pod's identity labels and its claims' owners where they are not as they should be (UpdateStatefulPod). */
export function enforceIdentity(context: ControllerContext, set: StatefulSet, pod: Pod, condemned: boolean): void {
  const ordinal = ordinalOf(set, pod);
  const { name, namespace, labels } = pod.metadata;
  if (!condemned && (labels?.[POD_NAME_LABEL] !== name || labels[POD_INDEX_LABEL] !== String(ordinal)))
    must(
      context.client.update(PODS, {
        ...pod,
        metadata: {
          ...pod.metadata,
          labels: { ...labels, [POD_NAME_LABEL]: name, [POD_INDEX_LABEL]: String(ordinal) },
        },
      }),
    );
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const claim = context.client.get(PERSISTENT_VOLUME_CLAIMS, namespace, claimName(set, template, ordinal));
    if (!claim) continue;
    const wanted = claimOwners(set, pod, condemned);
    const foreign = (claim.metadata.ownerReferences ?? []).filter(
      ({ uid, kind }) => uid !== set.metadata.uid && kind !== 'Pod',
    );
    const { ownerReferences = [], ...metadata } = claim.metadata;
    const next = [...foreign, ...wanted];
    if (jsonEqual(ownerReferences, next)) continue;
    const updated = { ...claim, metadata: next.length > 0 ? { ...metadata, ownerReferences: next } : metadata };
    must(context.client.update(PERSISTENT_VOLUME_CLAIMS, updated));
  }
}
