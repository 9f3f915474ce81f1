import type { NodePods } from './pod-admission.js';
import type { PodWorker } from './pod-worker.js';

/** What a pod's worker asks of its kubelet. */
export interface PodHost {
  readonly nodePods: NodePods;
  /** The pod's last trace is gone. */
  finished(worker: PodWorker): void;
}
