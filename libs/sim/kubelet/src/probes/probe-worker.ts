import {
  Task,
  sleep,
  waitFor,
  Condition,
  type Coroutine,
  type NetworkStack,
  type Simulation,
  type Waitable,
} from '@seatrial/kernel';
import type { Probe } from 'kubernetes-types/core/v1.js';
import type { ContainerInstance } from '../container/container-instance.js';
import type { ContainerRecord, PodRuntime } from '../pod/pod-runtime.js';
import { runProbe, type ProbeOutcome } from './run-probe.js';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

export interface ProbeHost {
  readonly simulation: Simulation;
  readonly network: () => NetworkStack | undefined;
  /** Writes the Unhealthy event. */
  readonly unhealthy: (record: ContainerRecord, message: string) => void;
  /** Writes the ProbeWarning event. */
  readonly warning: (record: ContainerRecord, message: string) => void;
  /** A container has got its first result, which stands until it was probed: the pod is synced. */
  readonly sighted: () => void;
  /** The result of a probe has changed. */
  readonly changed: (record: ContainerRecord, kind: ProbeKind) => void;
  /** The pod is ending: the context of its workers, which commands are run with, is cancelled (pod_workers.go). */
  readonly cancelled: () => boolean;
}

const CANCELLED: ProbeOutcome = { result: 'unknown', output: 'rpc error: code = Canceled desc = context canceled' };
const TITLE: Readonly<Record<ProbeKind, string>> = { liveness: 'Liveness', readiness: 'Readiness', startup: 'Startup' };

/** Runs one probe of one container on its ticks for as long as the pod runs (pkg/kubelet/prober worker.go). */
export class ProbeWorker {
  private readonly manual = new Condition();
  private readonly resumed = new Condition();
  private readonly task: Task;
  private instance: ContainerInstance | undefined;
  private lastResult: string | undefined;
  private run = 0;
  private onHold = false;
  private steadyUntil: Waitable | undefined;

  constructor(
    private readonly host: ProbeHost,
    private readonly runtime: PodRuntime,
    private readonly record: ContainerRecord,
    readonly kind: ProbeKind,
    private readonly probe: Probe,
  ) {
    this.task = new Task(host.simulation, this.loop());
  }

  stop(): void {
    this.task.cancel();
  }

  /** Called whenever a status is made: a started container that is not ready is probed at once, besides its ticks (UpdatePodStatus). */
  trigger(): void {
    const { current, reported, started, ready } = this.record;
    if (this.kind === 'startup' && reported !== this.instance) this.resumed.set();
    if (this.kind === 'readiness' && started && !ready && reported === current && current?.running) this.manual.set();
  }

  private *loop(): Coroutine<void> {
    const period = (this.probe.periodSeconds ?? 10) * 1000;
    let tick = this.host.simulation.now();
    const skip = (): number => {
      const now = this.host.simulation.now();
      while (tick <= now) tick += period;
      return tick - now;
    };
    for (;;) {
      yield* this.once();
      let woken: number;
      if (this.steadyUntil && !this.steadyUntil.ready && this.settled()) {
        woken = yield* waitFor([this.manual, this.steadyUntil]);
        if (woken === 1) woken = yield* waitFor([this.manual], skip());
      } else {
        if (this.isIdle()) yield* this.untilResumed();
        woken = yield* waitFor([this.manual], skip());
      }
      this.manual.clear();
      if (woken === 0 && this.kind === 'readiness') tick = this.host.simulation.now();
    }
  }

  /** The result stands and counts as it does now. */
  private settled(): boolean {
    return this.lastResult === 'success' && this.run >= (this.probe.successThreshold ?? 1);
  }

  /** Nothing to do until the container changes: a passed startup probe. */
  private isIdle(): boolean {
    return this.kind === 'startup' && this.record.started && this.record.reported === this.instance;
  }

  private *untilResumed(): Coroutine<void> {
    this.resumed.clear();
    yield* waitFor([this.resumed]);
  }

  private *once(): Coroutine<void> {
    const { record, host } = this;
    const instance = record.reported;
    if (!instance || instance !== record.current) return;
    if (instance !== this.instance) {
      this.instance = instance;
      this.lastResult = undefined;
      this.run = 0;
      this.onHold = false;
      this.steadyUntil = undefined;
      if (this.kind !== 'liveness') host.sighted();
    }
    if (this.onHold || !instance.running) return;
    const started = Math.floor(instance.startedAt / 1000) * 1000;
    if (host.simulation.now() - started < (this.probe.initialDelaySeconds ?? 0) * 1000) return;
    if (this.kind === 'startup' ? record.started : !record.started) return;
    yield* sleep(2);
    const outcome = yield* this.probed(instance);
    if (outcome !== CANCELLED && (record.current !== instance || !instance.running)) return;
    this.steadyUntil = outcome.steadyUntil;
    if (outcome.result === 'unknown') {
      host.unhealthy(record, `${TITLE[this.kind]} probe errored and resulted in unknown state: ${outcome.output}`);
      return;
    }
    if (outcome.result === 'failure') host.unhealthy(record, `${TITLE[this.kind]} probe failed: ${outcome.output}`);
    if (outcome.result === 'warning') host.warning(record, `${TITLE[this.kind]} probe warning: ${outcome.output}`);
    this.count(outcome.result === 'failure' ? 'failure' : 'success');
  }

  /** Probes over the network go on while a pod ends; commands do not. */
  private *probed(instance: ContainerInstance): Coroutine<ProbeOutcome> {
    const { host, record, probe } = this;
    if (probe.exec && host.cancelled()) return CANCELLED;
    const outcome = yield* runProbe(probe, {
      simulation: host.simulation,
      instance,
      container: record.spec,
      podIp: this.runtime.sandbox?.network.addresses[0] ?? '',
      network: host.network(),
    });
    return probe.exec && host.cancelled() ? CANCELLED : outcome;
  }

  private count(result: 'success' | 'failure'): void {
    if (result === this.lastResult) this.run++;
    else {
      this.lastResult = result;
      this.run = 1;
    }
    const needed = result === 'failure' ? (this.probe.failureThreshold ?? 3) : (this.probe.successThreshold ?? 1);
    if (this.run < needed) return;
    this.apply(result);
  }

  private apply(result: 'success' | 'failure'): void {
    const { record, kind } = this;
    const good = result === 'success';
    let changed: boolean;
    if (kind === 'readiness') {
      changed = record.ready !== good;
      record.ready = good;
    } else if (kind === 'startup') {
      changed = good ? !record.started : !record.startupFailed;
      record.started = good;
      record.startupFailed = !good;
    } else {
      changed = record.liveness !== result && !(good && record.liveness === 'unknown');
      record.liveness = result;
    }
    if (kind !== 'readiness' && !good) {
      this.onHold = true;
      this.run = 0;
    }
    if (changed) this.host.changed(record, kind);
  }
}
