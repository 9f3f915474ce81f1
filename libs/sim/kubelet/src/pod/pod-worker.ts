import { PODS, type Pod } from '@seatrial/apiserver';
import { Task, Condition, jsonEqual, sleep, waitFor, type Coroutine, type Timer } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import type { ContainerInstance } from '../container/container-instance.js';
import type { NodeContext } from '../node/node-context.js';
import { ProbeWorker, type ProbeKind } from '../probes/probe-worker.js';
import { isResize, recordResize } from './pod-resize.js';
import { generateStatus } from './pod-status.js';
import { isSidecar, newRecord, type ContainerRecord, type PodRuntime } from './pod-runtime.js';
import { stopAll } from './stop-containers.js';
import { syncContainers } from './sync-containers.js';
import { containerFieldPath } from './start-container.js';
import { mountPodVolumes, refreshVolumes } from './pod-volumes.js';

/** The generic PLEG lists containers this often; a pod's first listing falls after its containers are usually up. */
const RELIST_MS = 1000;
/** Pods of one moment are listed, and their status written, one after the other. */
const RELIST_SPREAD_MS = 300;
const FIRST_RELIST_MS = 1150;
/** A listing falls into the first sync when that has to pull. */
const RELIST_IN_PULL_MS = 10;
/** With several containers, between the first and the second start. */
const RELIST_BETWEEN_STARTS_MS = 100;
/** Retry after a failed sync: 10 s, up to half as much more (workerBackOffPeriodJitterFactor). */
const RETRY_MS = 10_000;
const RETRY_JITTER = 0.5;
const SANDBOX_MS = 230;
const WATCH_LATENCY_MS = 10;
/** From the last container's end to the pod's removal from the API. */
const CLEANUP_MS = 300;

/** Runs one pod (pkg/kubelet/pod_workers.go and kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod). */
export class PodWorker {
  readonly runtime: PodRuntime;
  private readonly work = new Condition();
  private readonly task: Task;
  private readonly probes: ProbeWorker[] = [];
  private relist: Timer | undefined;
  private deadline: Timer | undefined;
  private refresh: Timer | undefined;
  private retryAt: number | undefined;
  private lastSyncEnd: number | undefined;
  private firstRelist: number;
  private removed = false;
  private terminal = false;
  private resized: 'Started' | 'Completed' | undefined;
  finished = false;

  constructor(
    private readonly context: NodeContext,
    pod: Pod,
    private readonly onFinished: () => void,
  ) {
    this.firstRelist = context.simulation.now() + FIRST_RELIST_MS + context.random.below(RELIST_SPREAD_MS);
    const records = new Map<string, ContainerRecord>();
    for (const spec of pod.spec.initContainers ?? []) records.set(spec.name, newRecord(spec, 'init'));
    for (const spec of pod.spec.containers) records.set(spec.name, newRecord(spec, 'main'));
    this.runtime = {
      pod,
      sandbox: undefined,
      records,
      volumes: new Map(),
      startTime: pod.status?.startTime,
      ended: undefined,
    };
    this.task = new Task(context.simulation, () => this.loop());
    this.work.set();
  }

  /** The pod has changed in the API. */
  update(pod: Pod): void {
    const old = this.runtime.pod;
    this.runtime.pod = pod;
    if (old.spec !== pod.spec) {
      if (isResize(old, pod)) this.resized = 'Started';
      this.updateSpecs(pod);
    }
    if (
      old.spec !== pod.spec ||
      old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
      old.metadata.deletionGracePeriodSeconds !== pod.metadata.deletionGracePeriodSeconds
    ) {
      if (pod.metadata.deletionTimestamp !== undefined) this.graceChanged.set();
      this.work.set();
    } else if (gatesDiffer(old, pod)) this.work.set();
  }

  /** Becomes ready when a deletion is asked for, or asked for with another grace period. */
  private readonly graceChanged = new Condition();

  private updateSpecs(pod: Pod): void {
    const { records } = this.runtime;
    const replace = (spec: Pod['spec']['containers'][number], kind: ContainerRecord['kind']): void => {
      const record = records.get(spec.name);
      if (!record) records.set(spec.name, newRecord(spec, kind));
      else records.set(spec.name, Object.assign(record, { spec }));
    };
    for (const spec of pod.spec.initContainers ?? []) replace(spec, 'init');
    for (const spec of pod.spec.containers) replace(spec, 'main');
    for (const spec of pod.spec.ephemeralContainers ?? [])
      replace(spec as Pod['spec']['containers'][number], 'ephemeral');
  }

  /** The pod was removed from the API without waiting for the kubelet. */
  remove(): void {
    this.removed = true;
    this.graceChanged.set();
    this.work.set();
  }

  /** Ends the pod for a reason of the kubelet's own (eviction, deadline). */
  end(reason: string, message: string): void {
    if (this.runtime.ended) return;
    this.runtime.ended = { reason, message, phase: 'Failed' };
    this.work.set();
  }

  /** The kubelet process stops: containers go on, nothing is watched any more. */
  detach(): void {
    this.task.cancel();
    this.stopTimers();
  }

  /** The machine is gone. */
  powerOff(): void {
    this.detach();
    for (const record of this.runtime.records.values()) record.current?.kill('KILL');
    this.runtime.sandbox?.network.detach();
  }

  private stopTimers(): void {
    for (const probe of this.probes) probe.stop();
    this.probes.length = 0;
    this.relist?.cancel();
    this.relist = undefined;
    this.deadline?.cancel();
    this.refresh?.cancel();
  }

  private *loop(): Coroutine<void> {
    const { simulation } = this.context;
    yield* sleep(WATCH_LATENCY_MS);
    for (;;) {
      yield* waitFor(
        [this.work],
        this.retryAt === undefined ? undefined : Math.max(0, this.retryAt - simulation.now()),
      );
      this.work.clear();
      this.retryAt = undefined;
      yield* this.waitForListing();
      if (this.isOver()) {
        yield* this.terminate();
        return;
      }
      const failed = yield* this.sync();
      this.lastSyncEnd = simulation.now();
      if (failed) this.retryAt = simulation.now() + RETRY_MS * (1 + RETRY_JITTER * this.context.random.fraction());
    }
  }

  private isOver(): boolean {
    return (
      this.removed ||
      this.terminal ||
      this.runtime.ended !== undefined ||
      this.runtime.pod.metadata.deletionTimestamp !== undefined
    );
  }

  private nextListing(time: number): number {
    const first = this.firstRelist;
    return time < first ? first : first + (Math.floor((time - first) / RELIST_MS) + 1) * RELIST_MS;
  }

  /** A sync looks at containers as they were listed after the sync before. */
  private *waitForListing(): Coroutine<void> {
    if (this.lastSyncEnd === undefined || this.isOver()) return;
    const listed = this.nextListing(this.lastSyncEnd);
    const now = this.context.simulation.now();
    if (listed > now) yield* waitFor([this.graceChanged], listed - now);
  }

  /** The kubelet does not take the pod: it fails without having started. */
  reject(reason: string, message: string): void {
    this.context.events.event(
      { object: this.runtime.pod },
      'Warning',
      reason,
      message.replace(/^Pod was rejected: /, ''),
    );
    this.end(reason, message);
  }

  private readonly onStateChange = (instance: ContainerInstance): void => {
    const { simulation } = this.context;
    if (instance.state === 'exited') {
      const record = this.runtime.records.get(instance.name);
      if (record) record.started = record.kind === 'init' ? record.started : false;
    }
    if (this.finished || this.relist) return;
    this.relist = simulation.at(this.nextListing(simulation.now()), () => {
      this.relist = undefined;
      this.dropOldInstances();
      this.work.set();
    });
  };

  /** Keeps one dead container per name (podContainerDeletor). */
  private dropOldInstances(): void {
    for (const record of this.runtime.records.values())
      if (record.current?.state === 'exited' && record.previous) record.previous.removed = true;
  }

  private *sync(): Coroutine<boolean> {
    const { context, runtime } = this;
    runtime.startTime ??= formatTime(context.simulation.now());
    const status = this.writeStatus(false);
    if (status.phase === 'Succeeded' || status.phase === 'Failed') {
      this.terminal = true;
      this.work.set();
      return false;
    }
    this.startDeadline();
    this.recordResize();
    if (context.node.networkReady?.() === false && !runtime.pod.spec.hostNetwork) {
      context.events.event(
        { object: runtime.pod },
        'Warning',
        'NetworkNotReady',
        `network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized`,
      );
      return true;
    }
    const volumes = yield* mountPodVolumes(context, runtime, this.graceChanged);
    if (volumes === 'failed') return true;
    if (volumes === 'interrupted') return false;
    if (!runtime.sandbox) {
      yield* sleep(SANDBOX_MS);
      this.createSandbox();
    }
    this.startProbes();
    for (const probe of this.probes) probe.trigger();
    this.startRefresh();
    const result = yield* syncContainers(context, runtime, this.onStateChange);
    if (result === 'done') {
      this.terminal = true;
      this.work.set();
    }
    return result === 'failed';
  }

  /** A resize is carried out at once and found done at the next listing. */
  private recordResize(): void {
    if (!this.resized) return;
    recordResize(this.context.events, this.runtime.pod, this.resized);
    if (this.resized === 'Completed') this.resized = undefined;
    else {
      this.resized = 'Completed';
      this.work.set();
    }
  }

  private createSandbox(): void {
    const { metadata, spec } = this.runtime.pod;
    this.runtime.sandbox = {
      id: this.context.random.hex(64),
      ready: true,
      network: this.context.network.attachPod({
        namespace: metadata.namespace ?? '',
        name: metadata.name,
        uid: metadata.uid,
        nodeName: this.context.node.name,
        hostNetwork: spec.hostNetwork === true,
      }),
    };
    const { simulation, puller } = this.context;
    if (simulation.now() < this.firstRelist) {
      const records = [...this.runtime.records.values()];
      if (records.some((record) => puller.wouldPull(record.spec)))
        this.firstRelist = simulation.now() + RELIST_IN_PULL_MS;
      else if (this.runtime.pod.spec.containers.length > 1)
        this.firstRelist = simulation.now() + RELIST_BETWEEN_STARTS_MS;
    }
    this.relist ??= this.context.simulation.at(this.nextListing(this.context.simulation.now()), () => {
      this.relist = undefined;
      this.work.set();
    });
  }

  private startProbes(): void {
    if (this.probes.length > 0) return;
    const host = {
      simulation: this.context.simulation,
      network: () => this.context.network.nodeStack(this.context.node.name),
      unhealthy: (record: ContainerRecord, message: string) =>
        this.context.events.event(
          { object: this.runtime.pod, fieldPath: containerFieldPath(record) },
          'Warning',
          'Unhealthy',
          message,
        ),
      changed: (record: ContainerRecord, kind: ProbeKind) => this.probeChanged(record, kind),
    };
    for (const record of this.runtime.records.values()) {
      if (record.kind === 'ephemeral' || (record.kind === 'init' && !isSidecar(record))) continue;
      const { startupProbe, readinessProbe, livenessProbe } = record.spec;
      if (startupProbe) this.probes.push(new ProbeWorker(host, this.runtime, record, 'startup', startupProbe));
      if (readinessProbe) this.probes.push(new ProbeWorker(host, this.runtime, record, 'readiness', readinessProbe));
      if (livenessProbe) this.probes.push(new ProbeWorker(host, this.runtime, record, 'liveness', livenessProbe));
    }
  }

  private probeChanged(_record: ContainerRecord, kind: ProbeKind): void {
    if (kind !== 'liveness') this.writeStatus(false);
    if (kind === 'startup') for (const probe of this.probes) probe.trigger();
    this.work.set();
  }

  private startDeadline(): void {
    const seconds = this.runtime.pod.spec.activeDeadlineSeconds;
    if (seconds === undefined || this.deadline) return;
    const started = Date.parse(this.runtime.startTime ?? '');
    this.deadline = this.context.simulation.at(started + seconds * 1000, () => {
      this.context.events.event(
        { object: this.runtime.pod },
        'Normal',
        'DeadlineExceeded',
        'Pod was active on the node longer than the specified deadline',
      );
      this.end('DeadlineExceeded', 'Pod was active on the node longer than the specified deadline');
    });
  }

  /** Content of API volumes follows the API at the kubelet's next regular sync, 60 to 90 s apart; only where it changes. */
  private startRefresh(): void {
    if (this.refresh || ![...this.runtime.volumes.values()].some((volume) => volume.refresh)) return;
    const cancel = refreshVolumes(this.context, this.runtime);
    this.refresh = { time: 0, cancel };
  }

  /** Writes the status to the API when it differs; returns it. */
  private writeStatus(terminal: boolean): NonNullable<Pod['status']> {
    const { client, node, simulation } = this.context;
    const { pod } = this.runtime;
    const stored = client.get(PODS, pod.metadata.namespace, pod.metadata.name);
    if (stored?.metadata.uid === pod.metadata.uid) this.runtime.pod = stored;
    const status = generateStatus(this.runtime, { ip: node.internalIp }, terminal, simulation.now());
    if (!stored || stored.metadata.uid !== pod.metadata.uid || jsonEqual(stored.status, status)) return status;
    const written = client.updateStatus(PODS, { ...stored, status });
    if (written.ok) this.runtime.pod = written.value;
    return status;
  }

  private *terminate(): Coroutine<void> {
    const { context, runtime } = this;
    for (const probe of this.probes) probe.stop();
    this.probes.length = 0;
    if (runtime.ended) this.writeStatus(true);
    yield* this.stopWithGrace();
    if (runtime.sandbox) {
      runtime.sandbox.ready = false;
      yield* sleep(50);
    }
    if (runtime.pod.metadata.deletionTimestamp === undefined || runtime.sandbox) this.writeStatus(true);
    runtime.sandbox?.network.detach();
    if (this.terminal || runtime.ended) {
      while (!this.removed && runtime.pod.metadata.deletionTimestamp === undefined) {
        yield* waitFor([this.work]);
        this.work.clear();
      }
    }
    yield* sleep(CLEANUP_MS);
    this.stopTimers();
    this.finished = true;
    const { name, namespace, uid } = runtime.pod.metadata;
    if (!this.removed) context.client.delete(PODS, namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
    this.onFinished();
  }

  /** Stops the containers; a shorter grace period given meanwhile counts from then. */
  private *stopWithGrace(): Coroutine<void> {
    const { context } = this;
    for (;;) {
      this.graceChanged.clear();
      const seconds = this.graceSeconds();
      const done = new Condition();
      const stop = new Task(
        context.simulation,
        function* (this: PodWorker) {
          yield* stopAll(context, this.runtime, seconds * 1000);
          done.set();
        }.bind(this),
      );
      const woken = yield* waitFor([done, this.graceChanged]);
      if (woken === 0 || done.ready) return;
      if (this.graceSeconds() < seconds) stop.cancel();
      else {
        yield* waitFor([done]);
        return;
      }
    }
  }

  private graceSeconds(): number {
    const { metadata, spec } = this.runtime.pod;
    if (this.removed) return Math.min(1, metadata.deletionGracePeriodSeconds ?? 1) || 1;
    if (this.runtime.ended?.reason === 'Evicted') return 0;
    return metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  }
}

function gatesDiffer(old: Pod, pod: Pod): boolean {
  return (pod.spec.readinessGates ?? []).some((gate) => {
    const of = (each: Pod): string | undefined =>
      each.status?.conditions?.find((condition) => condition.type === gate.conditionType)?.status;
    return of(old) !== of(pod);
  });
}
