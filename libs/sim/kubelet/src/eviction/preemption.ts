import type { EventRecorder } from '@seatrial/apiserver';
import type { PodWorker } from '../pod/pod-worker.js';
import { PREEMPTION } from './preempt-pods.js';

/**
 * Ends pods for a critical one, each after the one before is gone. Meanwhile the kubelet takes no news of its pods: its
 * loop waits (pkg/kubelet/preemption evictPodsToFreeRequests, killPodNow).
 */
export class Preemption {
  private held: (() => void)[] | undefined;
  private round = 0;

  constructor(private readonly events: EventRecorder) {}

  /** No pod makes way just now. */
  get isFree(): boolean {
    return this.held === undefined;
  }

  /** Calls `handle` now, or in its turn once no pod makes way any more. */
  whenFree(handle: () => void): void {
    if (this.held) this.held.push(handle);
    else handle();
  }

  /** Ends the pods in this order, then calls `admitted`. */
  run(victims: readonly PodWorker[], admitted: () => void): void {
    if (victims.length === 0) {
      admitted();
      return;
    }
    this.held = [];
    this.endNext(victims, ++this.round, admitted);
  }

  /** The kubelet has stopped: what it waited for is told anew when it is back. */
  forget(): void {
    this.round++;
    this.held = undefined;
  }

  private endNext([worker, ...others]: readonly PodWorker[], round: number, admitted: () => void): void {
    const { reason, message } = PREEMPTION;
    this.events.event({ object: worker.runtime.pod }, 'Warning', reason, message);
    worker.end(reason, message, false, () => {
      if (round !== this.round) return;
      if (others.length > 0) this.endNext(others, round, admitted);
      else this.release(admitted);
    });
  }

  private release(admitted: () => void): void {
    const waiting = this.held ?? [];
    this.held = undefined;
    admitted();
    for (const [index, handle] of waiting.entries()) {
      handle();
      if (!this.held) continue;
      (this.held as (() => void)[]).push(...waiting.slice(index + 1));
      return;
    }
  }
}
