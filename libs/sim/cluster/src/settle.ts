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

/** A change to any of these, by default outside the kube-* namespaces, means that the cluster has not come to rest. */
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
/** What passed before a settling began counts as quiet, but no longer than this. */
const MAX_QUIET_BEFORE_MS = QUIET_MS - MINIMUM_MS;
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
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  if (initContainerStatuses.length === 0 && containerStatuses.length === 0) return true;
  if (isInitializing(pod)) return false;
  return containerStatuses.some(({ state }) =>
    ['ContainerCreating', 'PodInitializing'].includes(state?.waiting?.reason ?? ''),
  );
}

/** Whether `kubectl get` shows `Init:…`: an init container is at work, for how long nobody knows. */
const isInitializing = ({ spec, status }: Pod): boolean =>
  (status?.initContainerStatuses ?? []).some(({ name, started, state }) => {
    const isSidecar = spec.initContainers?.find((container) => container.name === name)?.restartPolicy === 'Always';
    return !(isSidecar ? started : state?.terminated?.exitCode === 0);
  });

/** Watches a cluster for changes that a student would wait out (conformance/README.md, “Settling”). */
export class SettleObserver {
  private lastChange: number;
  private changes = 0;
  /** Uids of the pods that are on their way. */
  private readonly inPassage = new Set<string>();

  constructor(
    private readonly simulation: Simulation,
    store: ObjectReader,
    private readonly awaitsSystem = false,
  ) {
    this.lastChange = simulation.now();
    this.watch(store);
  }

  /** Watches the store of one more cluster; what it gives ends that. */
  watch(store: ObjectReader): () => void {
    const stops = OBSERVED.map((resource) =>
      store.onChange(resource, ({ object }) => {
        if (this.isPassedOver(object)) return;
        this.lastChange = this.simulation.now();
        this.changes++;
      }),
    );
    for (const pod of store.list(PODS)) this.follow(pod);
    stops.push(
      store.onChange(PODS, ({ type, object }) => {
        if (type === 'DELETED') this.inPassage.delete(object.metadata.uid);
        else this.follow(object);
      }),
    );
    return () => {
      for (const stop of stops) stop();
      for (const { metadata } of store.list(PODS)) this.inPassage.delete(metadata.uid);
    };
  }

  /** Lets virtual time pass until the cluster is quiet, `capMs` at the most. */
  settle(capMs: number = DEFAULT_SETTLE_MS): void {
    const start = this.simulation.now();
    const deadline = start + capMs;
    for (;;) {
      const quietMs = this.inPassage.size > 0 ? QUIET_IN_PASSAGE_MS : QUIET_MS;
      const quietAt = Math.max(this.lastChange, start - MAX_QUIET_BEFORE_MS) + quietMs;
      if (quietAt <= this.simulation.now()) return;
      if (this.simulation.now() >= deadline) return;
      this.runUntilChange(Math.min(quietAt, deadline));
    }
  }

  private isPassedOver(object: KubeObject): boolean {
    return !this.awaitsSystem && isSystem(object);
  }

  private runUntilChange(until: number): void {
    const before = this.changes;
    this.simulation.runUntilTrue(() => this.changes !== before, until);
  }

  private follow(pod: Pod): void {
    if (!this.isPassedOver(pod) && isInPassage(pod)) this.inPassage.add(pod.metadata.uid);
    else this.inPassage.delete(pod.metadata.uid);
  }
}
