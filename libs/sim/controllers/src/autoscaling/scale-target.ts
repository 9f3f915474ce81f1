import {
  DEPLOYMENTS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  STATEFUL_SETS,
  type ApiClient,
  type HorizontalPodAutoscaler,
  type ResourceType,
  type Status,
} from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';
import { resourceOfKind } from '../served-resources.js';

/** autoscaling/v1 Scale, as the subresource answers it. */
export interface Scale {
  readonly metadata?: { readonly uid?: string };
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

/** How often the controller forgets how kinds are served (cmd/kube-controller-manager/app/autoscaling.go). */
const MAPPER_RESET_MS = 30_000;

interface Mappings {
  readonly until: number;
  readonly resources: Map<string, ResourceType>;
}

const mappings = new WeakMap<ApiClient, Mappings>();

/** How a kind is served; one that is gone is remembered until the next reset. */
function mapped(client: ApiClient, group: string, kind: string, now: number): ResourceType | undefined {
  const known = USUAL.find((one) => one.kind === kind && one.group === group);
  if (known) return known;
  let cached = mappings.get(client);
  if (!cached || cached.until <= now) {
    const until = (Math.floor(now / MAPPER_RESET_MS) + 1) * MAPPER_RESET_MS;
    mappings.set(client, (cached = { until, resources: new Map() }));
  }
  const key = `${group}/${kind}`;
  const resource = cached.resources.get(key) ?? resourceOfKind(client, group, kind);
  if (resource) cached.resources.set(key, resource);
  return resource;
}

/** Groups of the API server itself; those of custom resources are domains of their own. */
const isBuiltIn = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io');

/**
 * The text of a failed look at a Scale. What the API server's own groups do not serve they refuse with a Status; a path of
 * which nobody knows is plain text, and client-go says what it asked for (NewGenericServerResponse).
 */
function scaleError({ message, code }: Status, { group, resource }: ResourceType, name: string): string {
  const unserved = code === 404 && message === 'the server could not find the requested resource';
  return unserved && !isBuiltIn(group) ? `${message} (get ${resource}.${group} ${name})` : message;
}

/** The scale of an autoscaler's target, or why there is none. */
export function scaleTarget(
  client: ApiClient,
  { metadata, spec }: HorizontalPodAutoscaler,
  now: number,
): Result<ScaleTarget, string> {
  const { kind, name, apiVersion = '' } = spec.scaleTargetRef;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const resource = mapped(client, group, kind, now);
  if (!resource) return fail(`no matches for kind "${kind}" in group "${group}"`);
  const found = client.getSubresource(resource, metadata.namespace, name, 'scale');
  if (!found.ok) return fail(scaleError(found.error, resource, name));
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
