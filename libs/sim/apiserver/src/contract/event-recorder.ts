import type { KubeObject } from './object.js';

/** What an event is about: an object, or a part of it (`spec.containers{web}`). */
export interface EventTarget {
  readonly object: KubeObject;
  readonly fieldPath?: string;
}

/**
 * Writes events as client-go's recorder does (tools/record: correlator with aggregation of similar events, counts of
 * repeats, spam filter) or, for `newApi`, as events.k8s.io's does (series; the scheduler).
 */
export interface EventRecorder {
  event(
    target: EventTarget,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    related?: { readonly action?: string; readonly object?: KubeObject },
  ): void;
}
