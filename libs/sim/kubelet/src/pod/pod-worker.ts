import { PODS, type Pod } from '@seatrial/apiserver';
import { Condition, Task, pause, waitFor, type Coroutine, type Timer } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import type { ContainerInstance } from '../container/container-instance.js';
import { resolverExcess } from '../container/kubelet-files.js';
import type { NodeContext } from '../node/node-context.js';
import { adoptLost } from './lost-containers.js';
import type { PodHost } from './pod-host.js';
import { DEADLINE_MESSAGE, deadlineOf, sayDeadline } from './pod-deadline.js';
import { PodListings } from './pod-listings.js';
import { PodProbes } from './pod-probes.js';
import { allocateResize, completeResize, isResizePending } from './pod-resize.js';
import { forgetRemoved, newRecords, newRuntime, type PodRuntime } from './pod-runtime.js';
import { createSandbox, endSandbox, lacksNetwork, refusesRuntime, removeSandbox } from './pod-sandbox.js';
import { PodStatusReporter } from './pod-status-reporter.js';
import { mountPodVolumes, refreshNow, refreshVolumes, showsMetadata } from './pod-volumes.js';
import { isStaticPod } from '../static/static-pod.js';
import { FAILURE, NETWORK_FAILURE, retryTime, type SyncFailure } from './pod-retry.js';
import { noteMissingPullSecrets } from './pull-credentials.js';
import { stopWithGrace } from './stop-with-grace.js';
import { hasStorageLimits, storageExcess } from './storage-limits.js';
import { gatesDiffer, updateSpecs } from './pod-update.js';
import { syncContainers } from './sync-containers.js';
import type { ProbeKind } from '../probes/probe-worker.js';

/** A listing falls into the first sync when that has to pull. */
const RELIST_IN_PULL_MS = 10;
/** With several containers, between the first and the second start. */
const RELIST_BETWEEN_STARTS_MS = 100;
const EVICTION_CHECK_MS = 10_000;
const SANDBOX_MS = 230;
const WATCH_LATENCY_MS = 10;
/** From the containers' end until the pod's volumes are unmounted. */
const UNMOUNT_MS = 200;
/** From the look at a pod that has ended to its removal from the API: its cgroups, its last status. */
const CLEANUP_MS = 120;
/** From a change of the pod's metadata to its files. */
const REMOUNT_MS = 300;

/** Runs one pod (pkg/kubelet/pod_workers.go and kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod). */
export class PodWorker {
  readonly runtime: PodRuntime;
  private readonly work = new Condition();
  /** Ready when a deletion is asked for, or asked for with another grace period. */
  private readonly graceChanged = new Condition();
  /** The pod came from a file of the node; the API has a mirror of it. */
  readonly isStatic: boolean;
  private readonly listings: PodListings;
  private readonly status: PodStatusReporter;
  private readonly probes: PodProbes;
  private task: Task;
  private deadline: Timer | undefined;
  private storageCheck: Timer | undefined;
  private endRefresh: (() => void) | undefined;
  private retryAt: number | undefined;
  private lastSyncEnd: number | undefined;
  /** Set by {@link remove}. */
  isRemoved = false;
  private terminal = false;
  private finished = false;
  private resizeAsked = false;
  /** No container of the pod runs any more. */
  isStopped = false;
  private onStopped: (() => void) | undefined;

  constructor(
    private readonly context: NodeContext,
    pod: Pod,
    private readonly node: PodHost,
    /** The kubelet starts and finds the pod. */
    starting: boolean,
  ) {
    const records = newRecords(pod);
    this.isStatic = isStaticPod(pod);
    if (starting || this.isStatic) adoptLost(context, pod, records);
    this.runtime = newRuntime(pod, records);
    if (hasStorageLimits(this.runtime)) this.runtime.limitedFiles = this;
    this.status = new PodStatusReporter(context, this.runtime, this.isStatic, this);
    this.listings = new PodListings(context.simulation, context.random, this);
    this.probes = new PodProbes(context, this.runtime, this);
    this.work.set();
    this.task = new Task(context.simulation, this.loop());
  }

  /** The pod has changed in the API. */
  update(pod: Pod): void {
    const old = this.runtime.pod;
    this.runtime.pod = pod;
    if (old.spec !== pod.spec) {
      updateSpecs(this.runtime.records, pod);
      const { records, resizePending } = this.runtime;
      this.resizeAsked ||= resizePending !== undefined || [...records.values()].some(isResizePending);
    }
    if (old.status !== pod.status) this.status.restore();
    const [before, after] = [old.metadata, pod.metadata];
    const deleted =
      before.deletionTimestamp !== after.deletionTimestamp ||
      before.deletionGracePeriodSeconds !== after.deletionGracePeriodSeconds;
    if (deleted) this.graceChanged.set();
    if (deleted || old.spec !== pod.spec || gatesDiffer(old, pod)) this.work.set();
    if (before.labels !== after.labels || before.annotations !== after.annotations) this.showMetadata();
  }

  /** A changed pod is synced at once, and its downward API files with it. */
  private showMetadata(): void {
    if (this.endRefresh && showsMetadata(this.runtime.pod))
      this.context.simulation.after(REMOUNT_MS, () => {
        if (!this.finished) refreshNow(this.context, this.runtime);
      });
  }

  /** Looks again at a resize that had to wait. */
  retryResize(): void {
    if (this.runtime.resizePending?.reason !== 'Deferred') return;
    this.resizeAsked = true;
    this.work.set();
  }

  /** The pod was removed from the API without waiting for the kubelet. */
  remove(): void {
    this.isRemoved = true;
    this.graceChanged.set();
    this.work.set();
  }

  get isRunning(): boolean {
    return !this.isOver() && !this.finished;
  }

  /** Makes a static pod's object in the API again. */
  restoreMirror(): void {
    this.status.restoreMirror(this.terminal);
  }

  /** Ends the pod for a reason of the kubelet's own (eviction, deadline); `stopped` is told when its containers are gone. */
  end(reason: string, message: string, rejected = false, stopped?: () => void): void {
    if (this.isStopped) stopped?.();
    else this.onStopped = stopped ?? this.onStopped;
    if (this.runtime.ended) return;
    this.runtime.ended = { reason, message, phase: 'Failed', rejected };
    this.work.set();
  }

  /** The kubelet does not take the pod: it fails without having started. */
  reject(reason: string, message: string): void {
    this.context.events.event({ object: this.runtime.pod }, 'Warning', reason, message);
    this.end(reason, `Pod was rejected: ${message}`, true);
  }

  /** The kubelet process stops: containers go on, nothing is watched any more. */
  detach(): void {
    this.task.cancel();
    this.stopWatching();
  }

  /** The kubelet process is back and takes the pod's containers over. */
  attach(pod: Pod): void {
    this.runtime.pod = pod;
    this.lastSyncEnd = undefined;
    this.work.set();
    this.task = new Task(this.context.simulation, this.loop());
  }

  /** How often the sandbox was made anew. */
  sandboxAttempt = 0;

  /** Somebody else ended the sandbox: its containers are gone, and the next sync makes another. */
  stopSandbox(): void {
    if (!this.isRunning || !endSandbox(this.context, this.runtime)) return;
    this.sandboxAttempt++;
    this.work.set();
  }

  /** The machine is gone. */
  powerOff(): void {
    this.detach();
    for (const record of this.runtime.records.values()) record.current?.kill('KILL');
    removeSandbox(this.runtime);
  }

  private stopWatching(): void {
    this.probes.stop();
    this.listings.cancel();
    this.deadline?.cancel();
    this.deadline = undefined;
    this.storageCheck?.cancel();
    this.storageCheck = undefined;
    this.status.cancel();
    this.endRefresh?.();
    this.endRefresh = undefined;
  }

  private *loop(): Coroutine<void> {
    const { simulation, random } = this.context;
    yield pause(WATCH_LATENCY_MS);
    for (;;) {
      const left = this.retryAt === undefined ? undefined : Math.max(0, this.retryAt - simulation.now());
      // In place of `waitFor`, whose coroutine every idle pod would keep.
      if (!this.work.ready) yield left === undefined ? { on: [this.work] } : { on: [this.work], timeoutMs: left };
      this.work.clear();
      this.retryAt = undefined;
      yield* this.waitForListing();
      if (this.isOver()) {
        yield* this.terminate();
        return;
      }
      const failure = yield* this.sync();
      this.lastSyncEnd = simulation.now();
      if (failure) this.retryAt = retryTime(failure, simulation.now(), random.fraction());
    }
  }

  private isOver(): boolean {
    const { pod, ended } = this.runtime;
    return this.isRemoved || this.terminal || ended !== undefined || pod.metadata.deletionTimestamp !== undefined;
  }

  /**
   * A sync, and each step to the pod's end, looks at containers as they were listed after the one before
   * (pod_workers.go podWorkerLoop, which waits for a newer entry of the cache).
   */
  private *waitForListing(): Coroutine<void> {
    if (this.lastSyncEnd === undefined) return;
    const left = this.listings.next(this.lastSyncEnd) - this.context.simulation.now();
    if (left > 0) yield pause(left);
  }

  changed(instance: ContainerInstance): void {
    const record = instance.state === 'exited' ? this.runtime.records.get(instance.name) : undefined;
    if (record) record.started = false;
    if (!this.finished) this.listings.schedule();
  }

  /** Has the pod synced. */
  sight(): void {
    this.work.set();
  }

  /** The result of a container's probe has changed. */
  probed(kind: ProbeKind): void {
    if (kind !== 'liveness') this.status.write(false);
    this.work.set();
  }

  /** Its containers were listed: keeps one dead container per name (podContainerDeletor) and syncs. */
  listed(): void {
    forgetRemoved(this.runtime);
    for (const { current, previous } of this.runtime.records.values())
      if (current?.state === 'exited' && previous) previous.removed = true;
    this.work.set();
  }

  private finish(): SyncFailure | undefined {
    this.terminal = true;
    this.work.set();
    return undefined;
  }

  private *sync(): Coroutine<SyncFailure | undefined> {
    const { context, runtime } = this;
    runtime.startTime ??= formatTime(context.simulation.now());
    if (this.resizeAsked) {
      this.resizeAsked = false;
      allocateResize(context, runtime, this.node.nodePods);
    }
    const resizing = completeResize(context, runtime);
    const { phase } = this.status.write(false);
    this.probes.reported();
    if (phase === 'Succeeded' || phase === 'Failed') return this.finish();
    this.startDeadline();
    if (lacksNetwork(context, runtime.pod)) return NETWORK_FAILURE;
    const volumes = yield* mountPodVolumes(context, runtime, this.graceChanged);
    if (volumes !== 'mounted') return volumes === 'failed' ? FAILURE : undefined;
    noteMissingPullSecrets(context, runtime.pod);
    for (const message of resolverExcess(runtime.pod, context.node, context.files))
      context.events.event({ object: runtime.pod }, 'Warning', 'DNSConfigForming', message);
    this.probes.start();
    if (!runtime.sandbox) {
      yield pause(SANDBOX_MS);
      if (refusesRuntime(context, runtime.pod)) return FAILURE;
      this.createSandbox();
    }
    if (runtime.volumes.values().some((volume) => volume.refresh ?? volume.expand))
      this.endRefresh ??= refreshVolumes(context, runtime);
    const result = yield* syncContainers(context, runtime, this);
    if (resizing) this.work.set();
    // Sidecars that are left alone; that the pod has ended the next sync finds.
    if (result === 'done') yield* this.stop();
    return result === 'done' || result === 'ok' ? undefined : result;
  }

  /** A container's files have grown: the eviction manager looks at local storage every ten seconds. */
  checkStorage(): void {
    this.storageCheck ??= this.context.simulation.after(EVICTION_CHECK_MS, () => {
      this.storageCheck = undefined;
      const message = storageExcess(this.runtime);
      if (message === undefined || this.finished || this.terminal) return;
      this.context.events.event({ object: this.runtime.pod }, 'Warning', 'Evicted', message);
      this.end('Evicted', message);
    });
  }

  private createSandbox(): void {
    const { context, runtime } = this;
    runtime.sandbox = createSandbox(context, runtime.pod);
    if (runtime.records.values().some(({ spec }) => context.puller.wouldPull(spec)))
      this.listings.beginAfter(RELIST_IN_PULL_MS);
    else if (runtime.pod.spec.containers.length > 1) this.listings.beginAfter(RELIST_BETWEEN_STARTS_MS);
    this.listings.schedule();
  }

  private startDeadline(): void {
    const deadline = deadlineOf(this.runtime);
    if (deadline === undefined || this.deadline) return;
    this.deadline = this.context.simulation.at(deadline, () => {
      // A pod that has come to its end is not looked at again (podWorkers.UpdatePod).
      if (this.isStopped) return;
      this.lastSyncEnd = this.context.simulation.now();
      this.end('DeadlineExceeded', DEADLINE_MESSAGE);
      sayDeadline(this.context, this.runtime);
    });
  }

  private stop(): Coroutine<void> {
    return stopWithGrace(this.context, this.runtime, this.graceChanged, () => this.isRemoved && !this.isStatic);
  }

  private *terminate(): Coroutine<void> {
    const { context, runtime } = this;
    this.probes.stopLivenessAndStartup();
    sayDeadline(context, runtime);
    forgetRemoved(runtime);
    if (!this.isRemoved) this.status.write(false);
    this.probes.reported();
    yield* this.stop();
    this.probes.stop();
    this.isStopped = true;
    this.onStopped?.();
    const stoppedAt = context.simulation.now();
    this.lastSyncEnd = stoppedAt;
    sayDeadline(context, runtime);
    if (runtime.pod.metadata.deletionTimestamp === undefined || runtime.sandbox) this.status.write(true);
    removeSandbox(runtime);
    while (!this.isRemoved && runtime.pod.metadata.deletionTimestamp === undefined) {
      yield* waitFor([this.work]);
      this.work.clear();
    }
    yield* this.waitForListing();
    yield pause(Math.max(stoppedAt + UNMOUNT_MS - context.simulation.now(), 0) + CLEANUP_MS);
    this.stopWatching();
    context.volumesInUse.end(runtime.pod.metadata.uid);
    this.finished = true;
    const { name, namespace, uid } = runtime.pod.metadata;
    if (!this.isRemoved)
      context.client.delete(PODS, namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
    this.node.finished(this);
  }
}
