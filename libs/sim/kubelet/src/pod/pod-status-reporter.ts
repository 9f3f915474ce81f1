import { PODS, type Pod } from '@seatrial/apiserver';
import { jsonEqual, type Timer } from '@seatrial/kernel';
import type { NodeContext } from '../node/node-context.js';
import { createMirror, mirroredHash } from '../static/mirror-pod.js';
import type { PodRuntime } from './pod-runtime.js';
import { generateStatus } from './pod-status.js';

/** A status that the API did not take, or that somebody else has changed, it gets at the next regular sync. */
const SYNC_MS = 10_000;

/** Writes one pod's status to the API, where it differs (pkg/kubelet/status/status_manager.go). */
export class PodStatusReporter {
  private retry: Timer | undefined;

  constructor(
    private readonly context: NodeContext,
    private readonly runtime: PodRuntime,
    /** The pod came from a file of the node; the API has a mirror of it. */
    private readonly isStatic: boolean,
    /** Whether it is still to be seen in the API; whether no container of it runs any more. */
    private readonly worker: { readonly isRunning: boolean; readonly isStopped: boolean },
  ) {}

  /** Writes the status when it differs; returns it. `terminal`: nothing of the pod will run again. */
  write(terminal: boolean): NonNullable<Pod['status']> {
    const { client, node, simulation } = this.context;
    const { pod } = this.runtime;
    const same = this.stored();
    if (same && !this.isStatic) this.runtime.pod = same;
    const status = generateStatus(this.runtime, node.internalIp, terminal, simulation.now());
    this.runtime.reported = status;
    if (this.isStatic) this.runtime.pod = { ...pod, status };
    if (!same && this.isStatic && this.worker.isRunning) this.later(terminal);
    if (!same) return status;
    if (jsonEqual(same.status, status)) {
      this.runtime.reported = same.status;
      return status;
    }
    const { apiVersion, kind, metadata, spec } = same;
    const written = client.updateStatus(PODS, {
      apiVersion,
      kind,
      metadata,
      spec,
      status: this.worker.isStopped ? status : withoutEnd(this.runtime, same.status, status),
    });
    if (!written.ok) this.later(terminal);
    else {
      this.runtime.reported = written.value.status;
      if (!this.isStatic) this.runtime.pod = written.value;
    }
    return status;
  }

  /** The pod as the API has it now, or its mirror. */
  private stored(): Pod | undefined {
    const { metadata } = this.runtime.pod;
    const stored = this.context.client.get(PODS, metadata.namespace, metadata.name);
    return stored && (this.isStatic ? mirroredHash(stored) : stored.metadata.uid) === metadata.uid ? stored : undefined;
  }

  /** Makes a static pod's object in the API again. */
  restoreMirror(terminal: boolean): void {
    if (createMirror(this.context.client, this.runtime.pod)) this.write(terminal);
    else this.later(terminal);
  }

  /** Somebody else has written a status: what is the kubelet's gets back at the next sync (needsReconcile). */
  restore(): void {
    if (this.isStatic || !this.worker.isRunning || this.stored()?.status === this.runtime.reported) return;
    this.retry ??= this.context.simulation.after(this.untilSync(), () => {
      this.retry = undefined;
      const stored = this.stored();
      if (this.worker.isRunning && stored && !jsonEqual(stored.status, this.runtime.reported)) this.write(false);
    });
  }

  cancel(): void {
    this.retry?.cancel();
    this.retry = undefined;
  }

  private later(terminal: boolean): void {
    this.retry?.cancel();
    this.retry = this.context.simulation.after(this.untilSync(), () => {
      this.retry = undefined;
      if (this.isStatic && this.worker.isRunning) this.restoreMirror(terminal);
      else this.write(terminal);
    });
  }

  private untilSync(): number {
    const { simulation, startedAt } = this.context;
    return SYNC_MS - ((simulation.now() - startedAt) % SYNC_MS);
  }
}

type PodStatus = NonNullable<Pod['status']>;

const isOver = (status: PodStatus | undefined): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** A pod is not said to have ended, nor to be disrupted, while a container of it could still run (mergePodStatus). */
function withoutEnd({ ended }: PodRuntime, old: PodStatus | undefined, status: PodStatus): PodStatus {
  if (ended?.rejected || !isOver(status) || isOver(old)) return status;
  const { reason: _reason, message: _message, ...rest } = status;
  const isTold = (type: string): boolean => old?.conditions?.some((condition) => condition.type === type) ?? false;
  return {
    ...rest,
    conditions: status.conditions?.filter(({ type }) => type !== 'DisruptionTarget' || isTold(type)),
    phase: old?.phase ?? 'Pending',
    ...(old?.reason === undefined ? {} : { reason: old.reason }),
    ...(old?.message === undefined ? {} : { message: old.message }),
  };
}
