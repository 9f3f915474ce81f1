import type { HistoryEntry, KubeObject } from '@seatrial/apiserver';
import type { StepRecord } from '@seatrial/contracts';
import type { DialFailure, Hop, Result } from '@seatrial/kernel';

/** From where a check connects: a node's own network, or that of a running pod. */
export type Vantage =
  | { readonly kind: 'node'; readonly name?: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string };

export interface FetchRequest {
  readonly from: Vantage;
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly timeoutMs: number;
}

export interface FetchAnswer {
  readonly status: number;
  readonly body: string;
}

export interface FetchFailure {
  readonly failure: DialFailure | 'unsupported';
  readonly detail: string;
  readonly hops: readonly Hop[];
}

/** Something that a check makes go wrong. */
export type Disturbance =
  | { readonly kind: 'delete-pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'cut-off' | 'disk' | 'kubelet' | 'memory' | 'node'; readonly node: string }
  | { readonly kind: 'registry-down'; readonly registry: string }
  | { readonly kind: 'clock-jump'; readonly ms: number };

/** The replay's cluster after the last command, and everything that happened in it; what checks look at. */
export interface GradedWorld {
  /** Virtual ms since the epoch at which the replay began. */
  readonly startTime: number;
  readonly steps: readonly StepRecord[];
  now(): number;
  /** Objects of a kind (`Deployment`), ordered by namespace and name; undefined when there is no such kind. */
  list(kind: string, namespace?: string): readonly KubeObject[] | undefined;
  history(): readonly HistoryEntry[];
  fetch(request: FetchRequest): Result<FetchAnswer, FetchFailure>;
  /** A container's log so far (its only or first container by default). */
  log(namespace: string, pod: string, container?: string): Result<string, string>;
  /** Makes something go wrong; the result puts it right again. Worlds without a cluster have none of it. */
  disturb?(disturbance: Disturbance): () => void;
  /** Lets virtual time pass. */
  wait(ms: number): void;
}
