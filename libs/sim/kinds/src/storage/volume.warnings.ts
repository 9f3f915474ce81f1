import type { KubeObject } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { fractionalBytes, nodeSelectorTermWarnings } from '../pods/pod.warnings.js';
import { draftAs } from '../registry/draft.js';

const annotationWarning = (object: KubeObject, key: string, since: string, field: string): string[] =>
  Object.hasOwn(object.metadata.annotations ?? {}, key)
    ? [`metadata.annotations[${key}]: deprecated since ${since}; use "${field}" attribute instead`]
    : [];

const classAnnotation = (object: KubeObject): string[] =>
  annotationWarning(object, 'volume.beta.kubernetes.io/storage-class', 'v1.8', 'storageClassName');

/** Warnings about a claim's spec (pkg/api/persistentvolumeclaim); `path` is the spec's. */
export const claimSpecWarnings = (spec: core.PersistentVolumeClaimSpec | undefined, path: string): string[] =>
  fractionalBytes(spec?.resources?.requests?.storage, `${path}.resources.requests[storage]`);

export const claimWarnings = (object: KubeObject): string[] => [
  ...classAnnotation(object),
  ...claimSpecWarnings(draftAs<core.PersistentVolumeClaim>(object).spec, 'spec'),
];

/** Warnings about a volume (pkg/api/persistentvolume). */
export function volumeWarnings(object: KubeObject): string[] {
  const { spec } = draftAs<core.PersistentVolume>(object);
  const warnings = [
    ...classAnnotation(object),
    ...annotationWarning(object, 'volume.beta.kubernetes.io/mount-options', 'v1.31', 'mountOptions'),
  ];
  if (spec?.persistentVolumeReclaimPolicy === 'Recycle')
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  (spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []).forEach((term, index) =>
    warnings.push(...nodeSelectorTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`)),
  );
  return warnings;
}
