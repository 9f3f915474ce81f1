import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1.js';
import { writeAnnotations, writeLabels } from './metadata-lines.js';
import type { DescriptionWriter } from './tabbed-text.js';

/** A claim's template: a spec and the metadata that it may have. */
export interface PersistentVolumeClaimLike {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PersistentVolumeClaimSpec;
}

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';
const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** Access modes in their short form, in storageutil's order and once each. */
export const accessModesText = (modes: readonly string[] | undefined): string =>
  Object.entries(MODES)
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

/** The class of a claim or volume; an annotation of old clusters goes before the field. */
export const storageClassOf = (
  annotations: Readonly<Record<string, string>> | undefined,
  name: string | undefined | null,
): string => annotations?.[BETA_CLASS] ?? name ?? '';

/** The part that claims and claim templates in pods share. */
export function writeClaim(
  w: DescriptionWriter,
  claim: PersistentVolumeClaimLike,
  full?: { readonly status: string; readonly finalizers: string; readonly capacity: string; readonly modes: string },
): void {
  const { spec, metadata } = claim;
  w.field('StorageClass', storageClassOf(metadata?.annotations, spec.storageClassName));
  if (full) w.field('Status', full.status);
  w.field('Volume', spec.volumeName ?? '');
  writeLabels(w, 'Labels', metadata?.labels);
  writeAnnotations(w, 'Annotations', metadata?.annotations);
  if (full) w.field('Finalizers', full.finalizers);
  w.field('Capacity', full?.capacity ?? '');
  w.field('Access Modes', full?.modes ?? '');
  if (spec.volumeMode) w.field('VolumeMode', spec.volumeMode);
  if (!spec.dataSource) return;
  w.write(0, 'DataSource:\n');
  if (spec.dataSource.apiGroup) w.field('APIGroup', spec.dataSource.apiGroup, 1);
  w.field('Kind', spec.dataSource.kind, 1);
  w.field('Name', spec.dataSource.name, 1);
}
