import type * as core from 'kubernetes-types/core/v1.js';
import type * as meta from 'kubernetes-types/meta/v1.js';
import { ageCell, containerCells } from '../printing/cells.js';

/** Where the subresource `scale` of the workloads reads and writes. */
export const REPLICAS_SCALE = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  selectorPath: '.spec.selector',
} as const;

interface Replicated {
  readonly metadata?: meta.ObjectMeta;
  readonly spec?: { readonly replicas?: number; readonly template?: core.PodTemplateSpec };
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number };
}

/** The cells of a ReplicaSet or a ReplicationController, but for the selector (printers/internalversion). */
export const replicasCells = ({ metadata, spec, status }: Replicated, now: number): unknown[] => [
  metadata?.name,
  spec?.replicas ?? 0,
  status?.replicas ?? 0,
  status?.readyReplicas ?? 0,
  ageCell(metadata?.creationTimestamp, now),
  ...containerCells(spec?.template?.spec?.containers),
];
