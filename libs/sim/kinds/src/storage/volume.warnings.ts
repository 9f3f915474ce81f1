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

/** Volume plugins that are gone or going. */
const DEPRECATED_PLUGINS = [
  ['cephfs', 'cephfs', 'v1.28', 'v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'v1.11', 'v1.16+'],
  ['scaleIO', 'scaleIO', 'v1.16', 'v1.22+'],
  ['storageos', 'storageOS', 'v1.22', 'v1.25+'],
  ['glusterfs', 'glusterfs', 'v1.25', 'v1.26+'],
  ['rbd', 'rbd', 'v1.28', 'v1.31+'],
] as const;

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
  for (const [field, shown, since, gone] of DEPRECATED_PLUGINS)
    if (spec?.[field] !== undefined) warnings.push(`spec.${shown}: deprecated in ${since}, non-functional in ${gone}`);
  return warnings;
}
