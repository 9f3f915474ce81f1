import type { NodeContext } from '../node/node-context.js';
import { ProbeWorker, type ProbeKind } from '../probes/probe-worker.js';
import { containerFieldPath } from './start-container.js';
import { isSidecar, type ContainerRecord, type PodRuntime } from './pod-runtime.js';

const NONE: readonly ProbeWorker[] = [];

/** The probes of one pod (pkg/kubelet/prober prober_manager.go). */
export class PodProbes {
  private workers = NONE;
  private cancelled = false;

  constructor(
    private readonly context: NodeContext,
    private readonly runtime: PodRuntime,
    private readonly worker: { sight(): void; probed(kind: ProbeKind): void },
  ) {}

  /** Starts what does not run yet. */
  start(): void {
    if (this.workers.length === 0 && this.hasProbes()) this.create();
  }

  /** The containers as they are now were written into the pod's status. */
  reported(): void {
    for (const record of this.runtime.records.values()) record.reported = record.current;
    this.trigger();
  }

  stop(): void {
    for (const worker of this.workers) worker.stop();
    this.workers = NONE;
  }

  /** Readiness goes on being probed while the pod ends. */
  stopLivenessAndStartup(): void {
    this.cancelled = true;
    for (const worker of this.workers) if (worker.kind !== 'readiness') worker.stop();
  }

  private hasProbes(): boolean {
    for (const { spec } of this.runtime.records.values())
      if (spec.startupProbe ?? spec.readinessProbe ?? spec.livenessProbe) return true;
    return false;
  }

  private trigger(): void {
    for (const worker of this.workers) worker.trigger();
  }

  private create(): void {
    const { context, runtime } = this;
    const host = {
      simulation: context.simulation,
      network: () => context.network.nodeStack(context.node.name),
      unhealthy: (record: ContainerRecord, message: string): void => {
        const target = { object: runtime.pod, fieldPath: containerFieldPath(record) };
        context.events.event(target, 'Warning', 'Unhealthy', message);
      },
      warning: (record: ContainerRecord, message: string): void => {
        const target = { object: runtime.pod, fieldPath: containerFieldPath(record) };
        context.events.event(target, 'Warning', 'ProbeWarning', message);
      },
      sighted: (): void => this.worker.sight(),
      cancelled: () => this.cancelled,
      changed: (_record: ContainerRecord, kind: ProbeKind): void => {
        this.worker.probed(kind);
        if (kind === 'startup') this.trigger();
      },
    };
    const workers: ProbeWorker[] = [];
    this.workers = workers;
    for (const record of runtime.records.values()) {
      if (record.kind === 'ephemeral' || (record.kind === 'init' && !isSidecar(record))) continue;
      const { startupProbe, readinessProbe, livenessProbe } = record.spec;
      if (startupProbe) workers.push(new ProbeWorker(host, runtime, record, 'startup', startupProbe));
      if (readinessProbe) workers.push(new ProbeWorker(host, runtime, record, 'readiness', readinessProbe));
      if (livenessProbe) workers.push(new ProbeWorker(host, runtime, record, 'liveness', livenessProbe));
    }
  }
}
