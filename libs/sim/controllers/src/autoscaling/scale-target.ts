import {
  DEPLOYMENTS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  STATEFUL_SETS,
  type ApiClient,
  type HorizontalPodAutoscaler,
  type KubeObject,
  type ResourceType,
} from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';
import { LabelSelector, labelSelectorOf, matchLabelsSelector, type LabelSelectorObject } from '@seatrial/schema';
import { resourceOfKind } from '../served-resources.js';

interface Scalable extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly selector?: unknown };
  readonly status?: { readonly replicas?: number };
}

/** What an autoscaler scales: its size now, its pods, and how to change it. */
export interface ScaleTarget {
  readonly replicas: number;
  readonly statusReplicas: number;
  readonly selector: LabelSelector;
  readonly setReplicas: (replicas: number) => string | undefined;
}

const SCALABLE = [DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, REPLICATION_CONTROLLERS] as readonly ResourceType[];

function selectorOf({ kind, spec }: Scalable): LabelSelector {
  if (kind === 'ReplicationController') return matchLabelsSelector(spec.selector as Record<string, string>);
  const selector = labelSelectorOf(spec.selector as LabelSelectorObject | undefined);
  return selector.ok ? selector.value : LabelSelector.nothing;
}

/** Kinds of Kubernetes' own that have a scale subresource; an object of a defined resource shows it by its replicas. */
const isScalable = (resource: ResourceType, { spec }: { readonly spec?: { readonly replicas?: number } }): boolean =>
  SCALABLE.some(({ kind, group }) => kind === resource.kind && group === resource.group) ||
  (resource.group.includes('.') && !resource.group.endsWith('.k8s.io') && spec?.replicas !== undefined);

/** The scale of an autoscaler's target, or why there is none. */
export function scaleTarget(
  client: ApiClient,
  { metadata, spec }: HorizontalPodAutoscaler,
): Result<ScaleTarget, string> {
  const { kind, name, apiVersion = '' } = spec.scaleTargetRef;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const resource =
    SCALABLE.find((one) => one.kind === kind && one.group === group) ?? resourceOfKind(client, group, kind);
  if (!resource) return fail(`no matches for kind "${kind}" in group "${group}"`);
  const object = client.get(resource as ResourceType<Scalable>, metadata.namespace, name);
  const plural = resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`;
  if (!object) return fail(`${plural} "${name}" not found`);
  if (!isScalable(resource, object)) return fail('the server could not find the requested resource');
  return ok({
    replicas: object.spec.replicas ?? (kind === 'Deployment' ? 1 : 0),
    statusReplicas: object.status?.replicas ?? 0,
    selector: selectorOf(object),
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
