import type { Pod } from '@seatrial/apiserver';
import type { ClusterEvent, SchedulerPlugin } from '../cycle/plugin.js';

/** A pod that waits to be placed. */
export interface QueuedPod {
  pod: Pod;
  /** When it came in, for the order among equal priorities. */
  readonly sequence: number;
  attempts: number;
  /** Not tried again before this, unless nothing else is to be done. */
  backoffUntil: number;
  /** Who rejected it at the last attempt. */
  rejectedBy: ReadonlySet<SchedulerPlugin>;
  failedAt: number;
  place: 'active' | 'backoff' | 'unschedulable' | 'gated' | 'none';
}

const INITIAL_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 10_000;
/** Unschedulable pods are tried again after this, whatever happened. */
export const FLUSH_AFTER_MS = 300_000;

const NOBODY: ReadonlySet<SchedulerPlugin> = new Set();

const priorityOf = (entry: QueuedPod): number => entry.pod.spec.priority ?? 0;

/** isPodWorthRequeuing: a change may help a pod if one of those who rejected it says so. */
const mayHelp = (event: ClusterEvent, { pod, rejectedBy }: QueuedPod): boolean =>
  [...rejectedBy].some((plugin) => plugin.requeueOn?.(event, pod) ?? true);

/** First come, first served within a priority. */
class PriorityLine {
  private readonly lines = new Map<number, { items: QueuedPod[]; head: number }>();
  private priorities: number[] = [];

  push(entry: QueuedPod): void {
    const priority = priorityOf(entry);
    let line = this.lines.get(priority);
    if (!line) {
      line = { items: [], head: 0 };
      this.lines.set(priority, line);
      this.priorities = [...this.priorities, priority].sort((a, b) => b - a);
    }
    line.items.push(entry);
  }

  /** Entries that were moved elsewhere since are skipped. */
  pop(): QueuedPod | undefined {
    for (const priority of this.priorities) {
      const line = this.lines.get(priority);
      while (line && line.head < line.items.length) {
        const entry = line.items[line.head++];
        if (line.head > 1024 && line.head * 2 > line.items.length) {
          line.items = line.items.slice(line.head);
          line.head = 0;
        }
        if (entry.place === 'active' && priorityOf(entry) === priority) return entry;
      }
    }
    return undefined;
  }
}

/** Pods to place: ready ones, those that back off after a failure, those that nothing has changed for (PriorityQueue). */
export class SchedulingQueue {
  private readonly entries = new Map<string, QueuedPod>();
  private readonly active = new PriorityLine();
  private readonly backoff = new Set<QueuedPod>();
  private readonly unschedulable = new Set<QueuedPod>();
  private sequence = 0;

  constructor(
    private readonly admitted: (pod: Pod) => boolean,
    private readonly now: () => number,
  ) {}

  /** Takes in a new or changed pod; whether a change is a reason to try again those say who rejected the pod. */
  upsert(pod: Pod, previous: Pod | undefined): void {
    let entry = this.entries.get(pod.metadata.uid);
    if (!entry) {
      entry = {
        pod,
        sequence: this.sequence++,
        attempts: 0,
        backoffUntil: 0,
        rejectedBy: NOBODY,
        failedAt: 0,
        place: 'none',
      };
      this.entries.set(pod.metadata.uid, entry);
      this.activate(entry);
      return;
    }
    entry.pod = pod;
    if (!previous) return;
    const event: ClusterEvent = { resource: 'pods', type: 'MODIFIED', object: pod, previous };
    if (entry.place === 'gated' ? this.admitted(pod) : entry.place === 'unschedulable' && mayHelp(event, entry))
      this.requeue(entry);
  }

  remove(uid: string): void {
    const entry = this.entries.get(uid);
    if (!entry) return;
    this.take(entry);
    this.entries.delete(uid);
  }

  has(uid: string): boolean {
    return this.entries.has(uid);
  }

  get waiting(): number {
    return this.unschedulable.size;
  }

  /** The next pod to try; a pod that backs off only when there is no other. It stays known until removed. */
  pop(): QueuedPod | undefined {
    const now = this.now();
    for (const entry of this.backoff) if (entry.backoffUntil <= now) this.activate(entry);
    let entry = this.active.pop();
    if (!entry)
      for (const candidate of this.backoff)
        if (!entry || candidate.backoffUntil < entry.backoffUntil) entry = candidate;
    if (!entry) return undefined;
    this.take(entry);
    entry.attempts++;
    return entry;
  }

  /** After a failed attempt: waits for a change that may help. */
  failed(entry: QueuedPod, rejectedBy: ReadonlySet<SchedulerPlugin>): void {
    if (!this.entries.has(entry.pod.metadata.uid)) return;
    entry.rejectedBy = rejectedBy;
    entry.failedAt = this.now();
    entry.backoffUntil =
      entry.failedAt + Math.min(INITIAL_BACKOFF_MS * 2 ** Math.min(entry.attempts - 1, 10), MAX_BACKOFF_MS);
    entry.place = 'unschedulable';
    this.unschedulable.add(entry);
  }

  /** Moves the pods that an event may help; true when there are any. */
  onEvent(event: ClusterEvent): boolean {
    let moved = false;
    for (const entry of [...this.unschedulable]) {
      if (!mayHelp(event, entry)) continue;
      this.requeue(entry);
      moved = true;
    }
    return moved;
  }

  /** Puts a pod back at once, as after a failed bind. */
  retry(entry: QueuedPod): void {
    if (this.entries.has(entry.pod.metadata.uid)) this.requeue(entry);
  }

  /** Moves pods that have waited for a long time; true when there were any. */
  flush(): boolean {
    const before = this.now() - FLUSH_AFTER_MS;
    const old = [...this.unschedulable].filter(({ failedAt }) => failedAt <= before);
    for (const entry of old) this.requeue(entry);
    return old.length > 0;
  }

  private requeue(entry: QueuedPod): void {
    this.take(entry);
    if (!this.admitted(entry.pod)) entry.place = 'gated';
    else if (entry.backoffUntil > this.now()) {
      entry.place = 'backoff';
      this.backoff.add(entry);
    } else this.activate(entry);
  }

  private activate(entry: QueuedPod): void {
    this.take(entry);
    if (!this.admitted(entry.pod)) {
      entry.place = 'gated';
      return;
    }
    entry.place = 'active';
    this.active.push(entry);
  }

  private take(entry: QueuedPod): void {
    this.backoff.delete(entry);
    this.unschedulable.delete(entry);
    entry.place = 'none';
  }
}
