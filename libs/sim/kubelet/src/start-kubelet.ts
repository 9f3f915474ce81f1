import { NODES, PODS, type Pod, type StoreIndex } from '@seatrial/apiserver';
import type { Signal } from '@seatrial/kernel';
import { BackOff } from './back-off.js';
import type { ContainerInstance } from './container/container-instance.js';
import { ImagePuller } from './container/image-puller.js';
import { containerLogs, podLogs } from './container/log-files.js';
import type { ContainerSummary, Kubelet, KubeletOptions, NodeProfile } from './kubelet-options.js';
import type { NodeContext } from './node/node-context.js';
import { registerNode, updateNodeStatus, withRelease } from './node/register-node.js';
import { EvictionManager } from './eviction/eviction-manager.js';
import { followNode } from './node/sync-node.js';
import { isReady, recordStart } from './node/start-events.js';
import { VolumesInUse } from './node/volumes-in-use.js';
import { createPodEndpoint } from './pod-endpoint.js';
import { admitPod, type Rejection, type Shortage } from './pod/pod-admission.js';
import { podsToPreempt } from './eviction/preempt-pods.js';
import { Preemption } from './eviction/preemption.js';
import { isCritical } from './eviction/rank-pods.js';
import { onNodePods } from './pod/pod-dispatch.js';
import type { PodRuntime } from './pod/pod-runtime.js';
import { allocatedPod } from './pod/pod-resize.js';
import type { PodHost } from './pod/pod-host.js';
import { PodWorker } from './pod/pod-worker.js';
import { createMirror, deleteMirror, mirrorOf, mirroredHash } from './static/mirror-pod.js';
import { summarize } from './container-summary.js';
import { StaticPodFiles, configuredPath } from './static/static-pod-files.js';

const CRASH_BACK_OFF_MS = 10_000;
const MAX_CRASH_BACK_OFF_MS = 300_000;
/** How soon a deleted mirror of a static pod is there again, and how soon one without a pod is gone (HousekeepingPeriod). */
const RESTORE_MS = 100;
const ORPHAN_MS = 2000;

/** Starts the kubelet of one node: registers the node, then runs the pods that are bound to it. */
export function startKubelet(options: KubeletOptions): Kubelet {
  return new NodeKubelet(options);
}

/** Pods by node, for kubelets that start when pods are already bound. */
export const PODS_BY_NODE: StoreIndex<Pod> = {
  name: 'kubelet-pods-by-node',
  resource: PODS,
  keys: (pod) => (pod.spec.nodeName === undefined ? [] : [pod.spec.nodeName]),
  same: (before, after) => before.spec.nodeName === after.spec.nodeName,
};

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;

class NodeKubelet implements Kubelet, PodHost {
  readonly nodeName: string;
  private readonly context: NodeContext;
  private readonly workers = new Map<string, PodWorker>();
  private readonly byName = new Map<string, PodWorker>();
  readonly nodePods = {
    count: (): number => this.workers.size,
    // Pods that the API no longer has do not count, though their containers may still run (GetActivePods).
    list: (): readonly Pod[] =>
      [...this.workers.values()].filter((each) => !each.isRemoved).map((each) => allocatedPod(each.runtime)),
  };
  private readonly preemption: Preemption;
  private unsubscribe: (() => void) | undefined;
  private stopped = false;
  private starting = false;
  /** The node as the kubelet that runs reports it. */
  private node: NodeProfile;
  /** The machine's boot, when the kubelet has not said yet that there was one. */
  private bootId: string | undefined;
  private readonly staticFiles: StaticPodFiles | undefined;
  /** Static pods that wait for an older version of themselves to end, by name. */
  private readonly waiting = new Map<string, Pod>();

  constructor(private readonly options: KubeletOptions) {
    const { apiServer, simulation, node } = options;
    this.nodeName = node.name;
    this.node = node;
    const events = apiServer.recorder('kubelet', { host: node.name });
    const client = apiServer.client('kubelet');
    const puller = new ImagePuller(simulation, events, options);
    for (const reference of options.preloadedImages ?? []) puller.preload(reference);
    this.context = {
      simulation,
      startedAt: simulation.now(),
      apiServer,
      client,
      events,
      node,
      nodeStatus: () => apiServer.store.get(NODES, undefined, node.name)?.status,
      files: options.files,
      programs: options.programs,
      hostPids: options.hostPids,
      network: options.network,
      volumesInUse: new VolumesInUse(client, node.name),
      eviction: new EvictionManager({
        simulation,
        apiServer,
        events,
        node,
        files: options.files,
        pods: () => [...this.workers.values()],
        report: () => this.reportStatus(),
      }),
      puller,
      crashBackOff: new BackOff(CRASH_BACK_OFF_MS, MAX_CRASH_BACK_OFF_MS, () => simulation.now()),
      onMachine: options.onMachine,
      random: simulation.random.split(`kubelet/${node.name}`),
    };
    this.preemption = new Preemption(events);
    options.files.watch(() => this.context.eviction.diskChanged());
    const runtimes = (): readonly PodRuntime[] => [...this.workers.values()].map(({ runtime }) => runtime);
    options.files.place('/var/log/pods', podLogs(simulation.now(), runtimes));
    options.files.place('/var/log/containers', containerLogs(simulation.now(), runtimes));
    const { readManifest } = options;
    if (readManifest)
      this.staticFiles = new StaticPodFiles({
        simulation,
        files: options.files,
        nodeName: node.name,
        read: readManifest,
        onAdded: (pod) => this.startStatic(pod),
        onRemoved: (pod) => this.stopStatic(pod),
      });
    this.start();
  }

  start(): void {
    if (this.unsubscribe) return;
    const { apiServer, simulation } = this.options;
    this.node = withRelease(this.options.node);
    const { node } = this;
    const ready = isReady(apiServer.store, node.name);
    if (this.options.registerNode !== false)
      registerNode(this.context.client, node, this.context.puller.list(), simulation);
    apiServer.kubelets.set(
      node.name,
      createPodEndpoint(this.context, (namespace, name) => this.byName.get(`${namespace}/${name}`)),
    );
    if (this.stopped) recordStart(apiServer.store, this.context.events, node.name, { ready, bootId: this.bootId });
    this.bootId = undefined;
    const endPods = onNodePods(apiServer.store, node.name, ({ type, object }) => {
      if (this.preemption.isFree) this.onPod(type, object);
      else this.preemption.whenFree(() => this.onPod(type, object));
    });
    const endNode = followNode(apiServer.store, node.name, { ...this.context, report: () => this.reportStatus() });
    this.unsubscribe = endAll(endPods, endNode);
    const bound = apiServer.store.list(PODS).filter((pod) => pod.spec.nodeName === node.name);
    const uids = new Set(bound.map((pod) => pod.metadata.uid));
    for (const [uid, worker] of [...this.workers]) {
      worker.attach(worker.runtime.pod);
      if (!uids.has(uid) && !worker.isStatic) worker.remove();
    }
    this.starting = true;
    for (const pod of bound) this.onPod('ADDED', pod);
    this.starting = false;
    const folder = configuredPath(this.options.files) ?? node.staticPodPath;
    if (folder !== undefined) this.staticFiles?.start(folder);
    this.context.volumesInUse.report();
    if (this.context.eviction.pressures.size > 0) this.context.eviction.memoryChanged();
  }

  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.stopped = true;
    this.options.apiServer.kubelets.delete(this.nodeName);
    this.staticFiles?.stop();
    this.preemption.forget();
    this.context.eviction.stop();
    for (const worker of this.workers.values()) worker.detach();
  }

  take(resource: 'memory' | 'ephemeral-storage', bytes: number): void {
    this.context.eviction.take(resource, bytes);
  }

  reportStatus(): void {
    if (!this.unsubscribe) return;
    const { client, puller, simulation, eviction } = this.context;
    updateNodeStatus(client, this.node, puller.list(), simulation, eviction.pressures);
  }

  powerOff(): void {
    this.stop();
    this.bootId = this.context.random.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    for (const worker of this.workers.values()) worker.powerOff();
    this.workers.clear();
    this.byName.clear();
    this.waiting.clear();
    this.staticFiles?.forget();
    this.context.volumesInUse.reset();
    this.context.eviction.reset();
  }

  private onPod(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod): void {
    const hash = mirroredHash(pod);
    if (hash !== undefined) {
      this.onMirror(type, pod, hash);
      return;
    }
    const { uid } = pod.metadata;
    const worker = this.workers.get(uid);
    if (type === 'DELETED') {
      worker?.remove();
      return;
    }
    if (worker) {
      if (worker.runtime.pod !== pod) worker.update(pod);
      return;
    }
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') {
      if (pod.metadata.deletionTimestamp === undefined) return;
    }
    this.run(pod);
  }

  /** Makes a worker for a pod, unless the node cannot take it. */
  private run(pod: Pod): void {
    if (!isCritical(pod)) {
      this.begin(pod, admitPod(this.context, pod, this.nodePods));
      return;
    }
    let victims: readonly PodWorker[] = [];
    const makeRoom = (short: readonly Shortage[]): string | undefined => {
      const chosen = this.victimsFor(pod, short);
      if (typeof chosen === 'string') return chosen;
      victims = chosen;
      return undefined;
    };
    const rejection = admitPod(this.context, pod, this.nodePods, makeRoom);
    this.preemption.run(victims, () => {
      this.begin(pod, rejection);
    });
  }

  private begin(pod: Pod, rejection: Rejection | undefined): void {
    const worker = new PodWorker(this.context, pod, this, this.starting);
    this.workers.set(pod.metadata.uid, worker);
    this.byName.set(nameOf(pod), worker);
    if (rejection) worker.reject(rejection.reason, rejection.message);
  }

  finished(worker: PodWorker): void {
    const { pod } = worker.runtime;
    const key = nameOf(pod);
    this.workers.delete(pod.metadata.uid);
    if (this.byName.get(key) === worker) this.byName.delete(key);
    for (const other of this.workers.values()) other.retryResize();
    if (worker.isStatic) this.onStaticEnd(pod);
  }

  /** The pods that make way for a critical one, in the order in which they do, or why none can. */
  private victimsFor(critical: Pod, shortages: readonly Shortage[]): readonly PodWorker[] | string {
    const running = [...this.workers.values()].filter(({ runtime }) => !runtime.ended);
    const chosen = podsToPreempt(
      critical,
      running.map(({ runtime }) => runtime.pod),
      shortages,
    );
    if (typeof chosen === 'string') return chosen;
    return chosen.flatMap((pod) => running.find(({ runtime }) => runtime.pod === pod) ?? []);
  }

  private startStatic(pod: Pod): void {
    const key = nameOf(pod);
    if (this.byName.get(key)?.isStatic) {
      this.waiting.set(key, pod);
      return;
    }
    createMirror(this.context.client, pod);
    this.run(pod);
  }

  private stopStatic(pod: Pod): void {
    this.waiting.delete(nameOf(pod));
    this.workers.get(pod.metadata.uid)?.remove();
  }

  /** The containers of a static pod are gone: so is its mirror; a newer version of it may start. */
  private onStaticEnd(pod: Pod): void {
    const mirror = mirrorOf(this.context.client, pod);
    if (mirror) deleteMirror(this.context.client, mirror);
    const next = this.waiting.get(nameOf(pod));
    if (!next || !this.unsubscribe) return;
    this.waiting.delete(nameOf(pod));
    this.startStatic(next);
  }

  /** Mirrors follow static pods: one that somebody deletes comes back, one without a pod goes. */
  private onMirror(type: 'ADDED' | 'MODIFIED' | 'DELETED', mirror: Pod, hash: string): void {
    const { client, simulation } = this.context;
    const worker = this.workers.get(hash);
    if (type !== 'DELETED') {
      if (!worker && type === 'ADDED') simulation.after(ORPHAN_MS, () => this.dropOrphan(mirror, hash));
      else if (worker && mirror.metadata.deletionTimestamp !== undefined) deleteMirror(client, mirror);
      return;
    }
    simulation.after(RESTORE_MS, () => {
      if (this.unsubscribe && this.workers.get(hash) === worker && worker?.isRunning) worker.restoreMirror();
    });
  }

  private dropOrphan(mirror: Pod, hash: string): void {
    if (this.unsubscribe && !this.workers.has(hash) && !this.waiting.has(nameOf(mirror)))
      deleteMirror(this.context.client, mirror);
  }

  containers(): readonly ContainerSummary[] {
    return [...this.workers.values()].flatMap(summarize);
  }

  killContainer(id: string, signal: Signal): void {
    this.instance(id)?.kill(signal);
  }

  freezeContainer(id: string, frozen: boolean): void {
    this.instance(id)?.freeze(frozen);
  }

  private instance(id: string): ContainerInstance | undefined {
    for (const { runtime } of this.workers.values())
      for (const { current } of runtime.records.values()) if (current?.id === id) return current;
    return undefined;
  }

  stopSandbox(podUid: string): void {
    this.workers.get(podUid)?.stopSandbox();
  }
}

const endAll =
  (...ends: readonly (() => void)[]) =>
  (): void => {
    for (const end of ends) end();
  };
