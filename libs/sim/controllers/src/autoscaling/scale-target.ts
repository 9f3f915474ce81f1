import {
  DEPLOYMENTS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  STATEFUL_SETS,
  type ApiClient,
  type HorizontalPodAutoscaler,
  type ResourceType,
} from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';
import { resourceOfKind } from '../served-resources.js';

/** autoscaling/v1 Scale, as the subresource answers it. */
interface Scale {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

/** What an autoscaler scales: its size now, its pods, and how to change it. */
export interface ScaleTarget {
  readonly replicas: number;
  readonly statusReplicas: number;
  /** Of its pods, as text; empty where the target does not say. */
  readonly selector: string;
  readonly setReplicas: (replicas: number) => string | undefined;
}

/** The usual targets, found without looking through everything that is served. */
const USUAL = [DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, REPLICATION_CONTROLLERS] as readonly ResourceType[];

/** The scale of an autoscaler's target, or why there is none. */
export function scaleTarget(
  client: ApiClient,
  { metadata, spec }: HorizontalPodAutoscaler,
): Result<ScaleTarget, string> {
  const { kind, name, apiVersion = '' } = spec.scaleTargetRef;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const resource = USUAL.find((one) => one.kind === kind && one.group === group) ?? resourceOfKind(client, group, kind);
  if (!resource) return fail(`no matches for kind "${kind}" in group "${group}"`);
  const found = client.getSubresource(resource, metadata.namespace, name, 'scale');
  if (!found.ok) return fail(found.error.message);
  const scale = found.value as Scale;
  return ok({
    replicas: scale.spec?.replicas ?? 0,
    statusReplicas: scale.status?.replicas ?? 0,
    selector: scale.status?.selector ?? '',
    setReplicas: (replicas) => {
      const result = client.patch(
        resource,
        metadata.namespace,
        name,
        'merge',
        { spec: { replicas } },
        { subresource: 'scale' },
      );
      return result.ok ? undefined : result.error.message;
    },
  });
}
