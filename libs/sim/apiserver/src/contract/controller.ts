import type { RandomSource, VolumeContents } from '@seatrial/kernel';
import type { ApiClient } from './client.js';
import type { EventRecorder } from './event-recorder.js';
import type { KubeletEndpoint } from './kubelet-endpoint.js';
import type { KubeObject } from './object.js';
import type { ResourceType } from './resource.js';
import type { WatchEvent } from './request.js';

/** What a controller works with. */
export interface ControllerContext {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  readonly random: RandomSource;
  /** Who signs the cluster's certificates, where it has an authority of its own. */
  readonly authority?: string | undefined;
  /** Virtual ms since the epoch. */
  now(): number;
  /** Reconciles the key again after a delay (workqueue AddAfter). */
  requeueAfter(key: string, delayMs: number): void;
  /** The nodes' kubelets, for what the metrics API would say. */
  readonly kubelets: ReadonlyMap<string, KubeletEndpoint>;
  /** What storage outside the nodes holds, for its drivers. */
  readonly contents: VolumeContents;
}

/** How a controller's queue spaces out the tries of a key that failed. */
export interface RetryPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
  /** How often a key is tried again before it is dropped until something changes; without end when absent. */
  readonly tries?: number;
}

/** `ok`, or an error's text: the key is tried again with exponential back-off, as the controller's retries say. */
export type ReconcileResult = 'done' | { readonly retry: string };

/** A change of this resource puts keys on the queue. Keys are `namespace/name` (or `name`) of the controlled object. */
export interface ControllerSource<T extends KubeObject = KubeObject> {
  readonly resource: ResourceType<T>;
  readonly keys: (event: WatchEvent<T>, context: ControllerContext) => readonly string[];
  readonly only?: SourceFilter;
}

/** Which changes a source looks at: all others would give no keys, and in a large cluster they are very many. */
export interface SourceFilter {
  readonly types?: readonly WatchEvent['type'][];
  /** Not those of objects that had and have a controller of another kind. */
  readonly controllerKind?: string;
  /** Not those of these resources; for a source of any resource. */
  readonly except?: readonly ResourceType[];
  /** Only while this is true; asked before the object is looked at. */
  readonly when?: (context: ControllerContext) => boolean;
}

/**
 * One control loop: told a key, never an event; brings the world a step nearer to what the object asks for. Must do
 * nothing when nothing is to be done. Watched changes arrive as queued keys after a small delay, as through informers.
 */
export interface ControllerDefinition {
  /** As in kube-controller-manager's --controllers. */
  readonly name: string;
  /** Event source component and user agent (`deployment-controller`). */
  readonly component: string;
  readonly sources: readonly ControllerSource[];
  readonly reconcile: (context: ControllerContext, key: string) => ReconcileResult;
  /** 5 ms to 1000 s when absent. */
  readonly retries?: RetryPolicy;
  /** For keys that no change brings; rarely needed. */
  readonly resync?: ControllerResync;
}

/**
 * A look every `periodMs` of virtual time. Whether there are keys may go by the objects that the controllers watch and
 * the kubelets alone, not by time: a look that finds none is the last until one of these changes.
 */
export interface ControllerResync {
  readonly periodMs: number;
  readonly keys: (context: ControllerContext) => readonly string[];
}

/** Types one source. */
export const watch = <T extends KubeObject>(
  resource: ResourceType<T>,
  keys: ControllerSource<T>['keys'],
  only?: SourceFilter,
): ControllerSource => ({ resource, keys, only }) as unknown as ControllerSource;

export const defineController = (controller: ControllerDefinition): ControllerDefinition => controller;
