import {
  CRON_JOBS,
  DAEMON_SETS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  HORIZONTAL_POD_AUTOSCALERS,
  JOBS,
  NAMESPACES,
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  POD_DISRUPTION_BUDGETS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  RESOURCE_QUOTAS,
  SERVICES,
  STATEFUL_SETS,
  type KubeObject,
  type ObjectReader,
  type Pod,
  type ResourceType,
} from '@seatrial/apiserver';
import type { Simulation } from '@seatrial/kernel';

const CUSTOM_RESOURCE_DEFINITIONS: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

/** A change to any of these, outside the kube-* namespaces, means that the cluster has not come to rest. */
const OBSERVED: readonly ResourceType[] = [
  CRON_JOBS,
  CUSTOM_RESOURCE_DEFINITIONS,
  DAEMON_SETS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  HORIZONTAL_POD_AUTOSCALERS,
  JOBS,
  NAMESPACES,
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  POD_DISRUPTION_BUDGETS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  RESOURCE_QUOTAS,
  SERVICES,
  STATEFUL_SETS,
] as readonly unknown[] as readonly ResourceType[];

const QUIET_MS = 2500;
const QUIET_IN_PASSAGE_MS = 12_000;
const MINIMUM_MS = 700;
export const DEFAULT_SETTLE_MS = 60_000;

const isSystem = (object: KubeObject): boolean =>
  (object.metadata.namespace ?? (object.kind === 'Namespace' ? object.metadata.name : '')).startsWith('kube-');

function awaitsProbe(pod: Pod): boolean {
  return (pod.spec.containers ?? []).some((container) => {
    if (!container.startupProbe && !container.readinessProbe) return false;
    const status = pod.status?.containerStatuses?.find((candidate) => candidate.name === container.name);
    if (!status?.state?.running) return false;
    return (
      (container.startupProbe !== undefined && !status.started) ||
      (container.readinessProbe !== undefined && !status.ready)
    );
  });
}

/** Whether a pod is on its way somewhere: going, just placed, starting up, or not yet passed by its probes. */
export function isInPassage(pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp) return (pod.metadata.finalizers ?? []).length === 0;
  if (pod.status?.phase === 'Running') return awaitsProbe(pod);
  if (pod.status?.phase !== 'Pending' || !pod.spec.nodeName) return false;
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  const starting = statuses.some((status) =>
    ['ContainerCreating', 'PodInitializing'].includes(status.state?.waiting?.reason ?? ''),
  );
  return starting || statuses.length === 0;
}

/** Watches a cluster for changes that a student would wait out (conformance/README.md, “Settling”). */
export class SettleObserver {
  private lastChange: number;
  /** Uids of pods outside the kube-* namespaces that are on their way. */
  private readonly inPassage = new Set<string>();

  constructor(
    private readonly simulation: Simulation,
    private readonly store: ObjectReader,
  ) {
    this.lastChange = simulation.now();
    for (const resource of OBSERVED) {
      store.onChange(resource, ({ object }) => {
        if (!isSystem(object)) this.lastChange = simulation.now();
      });
    }
    for (const pod of store.list(PODS)) this.follow(pod);
    store.onChange(PODS, ({ type, object }) => {
      if (type === 'DELETED') this.inPassage.delete(object.metadata.uid);
      else this.follow(object);
    });
  }

  /** Lets virtual time pass until the cluster is quiet, `capMs` at the most. */
  settle(capMs: number = DEFAULT_SETTLE_MS): void {
    const start = this.simulation.now();
    const deadline = start + capMs;
    for (;;) {
      const quietMs = this.inPassage.size > 0 ? QUIET_IN_PASSAGE_MS : QUIET_MS;
      const quietAt = Math.max(this.lastChange + quietMs, start + MINIMUM_MS);
      if (quietAt <= this.simulation.now()) return;
      if (this.simulation.now() >= deadline) return;
      this.runUntilChange(Math.min(quietAt, deadline));
    }
  }

  private runUntilChange(until: number): void {
    const before = this.lastChange;
    this.simulation.runUntilTrue(() => this.lastChange !== before, until);
  }

  private follow(pod: Pod): void {
    if (!isSystem(pod) && isInPassage(pod)) this.inPassage.add(pod.metadata.uid);
    else this.inPassage.delete(pod.metadata.uid);
  }
}
