import { PODS, type ControllerContext, type ControllerRevision, type Pod, type StatefulSet } from '@seatrial/apiserver';
import { isJsonObject } from '@seatrial/kernel';
import { revisionDataOf } from '../controller-revision.js';
import { podFromTemplate, type PodDraft, type PodTemplate } from '../pod-control.js';
import { RequestFailedError, must } from '../request-failed.js';
import { applyClaimPolicy, claimName, claimsMatchPolicy, createClaims } from './claims.js';
import { event } from './set-events.js';
import { ordinalOf } from './ordinals.js';

export const REVISION_LABEL = 'controller-revision-hash';
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

type PodSpec = Pod['spec'];

export const revisionName = ({ metadata }: Pod): string => metadata.labels?.[REVISION_LABEL] ?? '';

function templateOf(set: StatefulSet, revision: ControllerRevision): PodTemplate {
  const { spec } = revisionDataOf(revision);
  const template = isJsonObject(spec) && isJsonObject(spec.template) ? spec.template : undefined;
  if (!template) return set.spec.template;
  const { $patch: _, ...rest } = template;
  return rest;
}

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

/** Whether a pod's volumes cover the set's claims: those of an adopted one may not (storageMatches). */
function storageMatches(set: StatefulSet, { spec }: Pod, ordinal: number): boolean {
  return (set.spec.volumeClaimTemplates ?? []).every((template) => {
    const volume = spec.volumes?.find(({ name }) => name === template.metadata?.name);
    return volume?.persistentVolumeClaim?.claimName === claimName(set, template, ordinal);
  });
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

/** Creates claims and pod of an ordinal; events say how it went. */
export function createStatefulPod(
  context: ControllerContext,
  set: StatefulSet,
  draft: PodDraft,
  ordinal: number,
): void {
  const name = draft.metadata.name ?? '';
  const failed = createClaims(context, set, name, ordinal);
  if (failed) {
    event(context, set, 'Create', `Pod ${name}`, 'successful', failed.message);
    throw new RequestFailedError(failed);
  }
  const created = context.client.create(PODS, draft);
  if (!created.ok && created.error.reason === 'AlreadyExists') throw new RequestFailedError(created.error);
  if (created.ok) applyClaimPolicy(context, set, created.value);
  event(context, set, 'Create', `Pod ${name}`, 'successful', created.ok ? undefined : created.error.message);
  must(created);
}

export function deleteStatefulPod(context: ControllerContext, set: StatefulSet, pod: Pod): void {
  const { namespace, name } = pod.metadata;
  const deleted = context.client.delete(PODS, namespace, name);
  event(context, set, 'Delete', `Pod ${name}`, 'successful', deleted.ok ? undefined : deleted.error.message);
  must(deleted);
}

/** Restores a pod's identity labels, volumes and its claims' owners where they are not as they should be (UpdateStatefulPod). */
export function enforceIdentity(context: ControllerContext, set: StatefulSet, pod: Pod): void {
  const { name, labels } = pod.metadata;
  const ordinal = ordinalOf(set, pod);
  const identified = labels?.[POD_NAME_LABEL] === name;
  const stored = storageMatches(set, pod, ordinal);
  const retained = claimsMatchPolicy(context, set, pod);
  if (identified && stored && retained) return;
  const failed = stored ? undefined : createClaims(context, set, name, ordinal);
  if (failed) {
    event(context, set, 'Update', `Pod ${name}`, 'successful', failed.message);
    throw new RequestFailedError(failed);
  }
  if (!retained) applyClaimPolicy(context, set, pod);
  const identity = { ...labels, [POD_NAME_LABEL]: name, [POD_INDEX_LABEL]: String(ordinal) };
  // The server refuses other volumes: the set gets no further with such a pod.
  const updated =
    identified && stored
      ? undefined
      : context.client.update(PODS, {
          ...pod,
          ...(!identified && { metadata: { ...pod.metadata, labels: identity } }),
          ...(!stored && { spec: withStorage(set, pod.spec, ordinal) }),
        });
  const error = updated?.ok === false ? updated.error.message : undefined;
  event(context, set, 'Update', `Pod ${name}`, 'successful', error);
  if (updated) must(updated);
}
