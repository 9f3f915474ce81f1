import {
  NODES,
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  SERVICES,
  STORAGE_CLASSES,
  type ApiServer,
  type Pod,
  type ResourceType,
} from '@seatrial/apiserver';
import type { Simulation } from '@seatrial/kernel';
import { jsonEqual } from '@seatrial/kernel';
import { isResized } from './cache/resources.js';
import { Snapshot } from './cache/snapshot.js';
import { forgetServices } from './cycle/default-selector.js';
import type { ClusterEvent, SchedulerPlugin } from './cycle/plugin.js';
import { defaultPlugins } from './plugins/registry.js';
import { SchedulingQueue } from './queue/scheduling-queue.js';
import { SchedulingCycle } from './scheduling-cycle.js';

export interface SchedulerOptions {
  readonly apiServer: ApiServer;
  readonly simulation: Simulation;
  /** Pods with another `spec.schedulerName` are left alone. */
  readonly schedulerName?: string;
  readonly plugins?: readonly SchedulerPlugin[];
  /** Virtual time that the placing of one pod takes. */
  readonly cycleMs?: number;
}

export interface Scheduler {
  /** Stops placing pods, as when kube-scheduler is down; `resume` goes on. */
  pause(): void;
  resume(): void;
}

const FLUSH_PERIOD_MS = 30_000;
const DEFAULT_NAME = 'default-scheduler';

const isTerminal = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Nothing but the status and the version changed: what is said of a pod that has its node. */
const isSame = (before: Pod, after: Pod): boolean =>
  before.spec === after.spec &&
  before.metadata.labels === after.metadata.labels &&
  before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
  !isResized(before, after);

/** Something other than the status or the version changed: what the pod asks for may be new. */
function asksAnew(before: Pod, after: Pod): boolean {
  return (
    (before.spec !== after.spec && !jsonEqual(before.spec, after.spec)) ||
    (before.metadata.labels !== after.metadata.labels && !jsonEqual(before.metadata.labels, after.metadata.labels)) ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    isResized(before, after)
  );
}

/** kube-scheduler of Kubernetes 1.35 with its default profile; places pods from now on. */
class RunningScheduler implements Scheduler {
  private readonly snapshot: Snapshot;
  private readonly queue: SchedulingQueue;
  private readonly cycle: SchedulingCycle;
  private readonly name: string;
  private running = false;
  private paused = false;
  private flushing = false;

  constructor(private readonly options: SchedulerOptions) {
    const { apiServer, simulation } = options;
    const plugins = options.plugins ?? defaultPlugins;
    this.name = options.schedulerName ?? DEFAULT_NAME;
    this.snapshot = new Snapshot(apiServer.store);
    this.queue = new SchedulingQueue(
      (pod) => plugins.every((plugin) => plugin.preEnqueue?.(pod) ?? true),
      () => simulation.now(),
    );
    this.cycle = new SchedulingCycle({
      client: apiServer.client('kube-scheduler'),
      events: apiServer.recorder(this.name, { newApi: true }),
      random: simulation.random.split('scheduler'),
      now: () => simulation.now(),
      after: (ms, action) => simulation.after(ms, action),
      plugins,
      snapshot: this.snapshot,
      queue: this.queue,
    });
    this.listen();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  private listen(): void {
    const { store } = this.options.apiServer;
    for (const node of store.list(NODES)) this.snapshot.setNode(node);
    for (const pod of store.list(PODS)) this.takeIn(pod, undefined);
    store.onChange(NODES, ({ type, object, previous }) => {
      if (type === 'DELETED') this.snapshot.removeNode(object.metadata.name);
      else this.snapshot.setNode(object);
      // A kubelet's heartbeat changes nothing for pods that wait.
      if (previous && sameNode(previous, object)) return;
      this.onEvent({ resource: 'nodes', type, object, previous });
    });
    store.onChange(PODS, ({ type, object, previous }) => {
      if (type === 'DELETED') this.forget(object);
      else this.takeIn(object, previous);
    });
    store.onChange(SERVICES, ({ object }) => forgetServices(store, object.metadata.namespace ?? ''));
    this.forward(PERSISTENT_VOLUMES, 'persistentvolumes');
    this.forward(PERSISTENT_VOLUME_CLAIMS, 'persistentvolumeclaims');
    this.forward(STORAGE_CLASSES, 'storageclasses');
    this.wake();
  }

  private forward(resource: ResourceType, name: ClusterEvent['resource']): void {
    this.options.apiServer.store.onChange(resource, ({ type, object, previous }) => {
      this.cycle.volumesChanged();
      this.onEvent({ resource: name, type, object, previous });
    });
  }

  private takeIn(pod: Pod, previous: Pod | undefined): void {
    if (isTerminal(pod)) {
      this.forget(pod);
      return;
    }
    const { uid } = pod.metadata;
    if (pod.spec.nodeName) {
      if (previous && !isTerminal(previous) && isSame(previous, pod)) return;
      const placed = previous?.spec.nodeName === undefined || previous.spec.nodeName === '';
      this.snapshot.setPod(pod, pod.spec.nodeName);
      this.queue.remove(uid);
      this.cycle.placed(uid);
      if (placed || !previous) this.onEvent({ resource: 'pods', type: 'ADDED', object: pod });
      else if (asksAnew(previous, pod)) this.onEvent({ resource: 'pods', type: 'MODIFIED', object: pod, previous });
      return;
    }
    if (pod.spec.schedulerName !== this.name) return;
    this.cycle.nominate(pod);
    this.queue.upsert(pod, previous && asksAnew(previous, pod) ? previous : undefined);
    this.wake();
  }

  private forget(pod: Pod): void {
    this.queue.remove(pod.metadata.uid);
    this.cycle.forget(pod.metadata.uid);
    if (!this.snapshot.isPlaced(pod.metadata.uid)) return;
    this.snapshot.removePod(pod.metadata.uid);
    this.onEvent({ resource: 'pods', type: 'DELETED', object: pod });
  }

  private onEvent(event: ClusterEvent): void {
    if (this.queue.waiting > 0 && this.queue.onEvent(event)) this.wake();
  }

  private wake(): void {
    if (this.running || this.paused) return;
    this.running = true;
    this.options.simulation.after(1, () => {
      this.run();
    });
  }

  private run(): void {
    const entry = this.paused ? undefined : this.queue.pop();
    if (!entry) {
      this.running = false;
      this.scheduleFlush();
      return;
    }
    this.cycle.schedule(entry);
    this.options.simulation.after(this.options.cycleMs ?? 2, () => {
      this.run();
    });
  }

  private scheduleFlush(): void {
    if (this.flushing || this.queue.waiting === 0) return;
    this.flushing = true;
    this.options.simulation.after(FLUSH_PERIOD_MS, () => {
      this.flushing = false;
      if (this.queue.flush()) this.wake();
      this.scheduleFlush();
    });
  }
}

function sameNode(
  before: { readonly spec: unknown; readonly metadata: { readonly labels?: unknown }; readonly status?: unknown },
  after: typeof before,
): boolean {
  const allocatable = (status: unknown): unknown => (status as { allocatable?: unknown } | undefined)?.allocatable;
  return (
    jsonEqual(before.spec, after.spec) &&
    jsonEqual(before.metadata.labels, after.metadata.labels) &&
    jsonEqual(allocatable(before.status), allocatable(after.status))
  );
}

/** Starts a scheduler; it stops with the simulation. */
export const startScheduler = (options: SchedulerOptions): Scheduler => new RunningScheduler(options);
