/** A sync that is to be tried again. */
export interface SyncFailure {
  /** When restarts are put off: the first of their times. */
  readonly backOffEnd: number | undefined;
  /** The node's network is not ready yet. */
  readonly networkNotReady?: boolean;
}

/** A failure of any other kind. */
export const FAILURE: SyncFailure = { backOffEnd: undefined };
export const NETWORK_FAILURE: SyncFailure = { backOffEnd: undefined, networkNotReady: true };

const BACK_OFF_MS = 10_000;
const NETWORK_BACK_OFF_MS = 1000;
const RESYNC_MS = 60_000;
/** workerBackOffPeriodJitterFactor. */
const JITTER = 0.5;
/** The kubelet looks once a second for pods whose time has come (syncLoop). */
const TICK_MS = 1000;

/**
 * When a pod is synced again after a failure: after ten seconds, or when the first restart's back-off ends but within a
 * minute, and up to half as much later (pkg/kubelet/pod_workers.go completeWork). `fraction`: random, from 0 up to 1.
 */
export function retryTime({ backOffEnd, networkNotReady }: SyncFailure, now: number, fraction: number): number {
  const period = networkNotReady ? NETWORK_BACK_OFF_MS : BACK_OFF_MS;
  const delay = backOffEnd === undefined ? period : Math.min(Math.max(0, backOffEnd - now), RESYNC_MS);
  return Math.ceil((now + delay * (1 + JITTER * fraction)) / TICK_MS) * TICK_MS;
}
