import type { Pod, ReplicaSet, ReplicationController } from '@seatrial/apiserver';
import type { LabelSelector } from '@seatrial/schema';
import { isPodActive, isPodReady, isPodTerminating } from '../pod-state.js';

/** What an owner's pods amount to, where all of them match its selector and pods are available as soon as ready. */
export interface Tally {
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly labelled: number;
  readonly ready: number;
  readonly available: number;
}

const ACTIVE = 1;
const TERMINATING = 2;
const LABELLED = 4;
const READY = 8;
const MATCHES = 16;

interface Known {
  pods: readonly Pod[];
  /** What is true of each pod, in the order of `pods`. */
  marks: Uint8Array;
}

/** By the owner's spec: another one has another selector or template. */
const known = new WeakMap<object, Known>();

/** True when the pod has all the labels. */
export function hasLabels(
  { metadata: { labels } }: Pod,
  wanted: Readonly<Record<string, string>> | undefined,
): boolean {
  if (labels === wanted) return true;
  for (const name in wanted) if (labels?.[name] !== wanted[name]) return false;
  return true;
}

function marksOf(pod: Pod, selector: LabelSelector, template: Readonly<Record<string, string>> | undefined): number {
  const active = isPodActive(pod);
  return (
    (active ? ACTIVE : 0) |
    (isPodTerminating(pod) ? TERMINATING : 0) |
    (active && hasLabels(pod, template) ? LABELLED : 0) |
    (active && isPodReady(pod) ? READY : 0) |
    (selector.matches(pod.metadata.labels) ? MATCHES : 0)
  );
}

/**
 * Counts an owner's pods, looking only at those that have changed since it was last asked. Undefined where some pod
 * does not match, or where time decides.
 */
export function tallyOf(
  { spec }: ReplicaSet | ReplicationController,
  selector: LabelSelector,
  pods: readonly Pod[],
): Tally | undefined {
  if (spec.minReadySeconds) return undefined;
  const template = spec.template?.metadata?.labels;
  const before = known.get(spec);
  const marks = before?.pods.length === pods.length ? before.marks : new Uint8Array(pods.length);
  let active = 0;
  let terminating = 0;
  let labelled = 0;
  let ready = 0;
  let matching = 0;
  for (let i = 0; i < pods.length; i++) {
    if (before?.marks !== marks || before.pods[i] !== pods[i]) marks[i] = marksOf(pods[i], selector, template);
    const mark = marks[i];
    if ((mark & ACTIVE) !== 0) active++;
    if ((mark & TERMINATING) !== 0) terminating++;
    if ((mark & LABELLED) !== 0) labelled++;
    if ((mark & READY) !== 0) ready++;
    if ((mark & MATCHES) !== 0) matching++;
  }
  if (before) {
    before.pods = pods;
    before.marks = marks;
  } else known.set(spec, { pods, marks });
  if (matching < pods.length) return undefined;
  return {
    active: active === pods.length ? pods : pods.filter(isPodActive),
    terminating,
    labelled,
    ready,
    available: ready,
  };
}
