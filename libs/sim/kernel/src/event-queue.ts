/** What waits and goes on at an instant, with the index of what it waited for (-1: the time was up). */
export interface Resumable {
  resume(index: number): void;
}

/** One entry of the queue: what runs, and when. An entry that is cancelled stays until its time, with nothing to run. */
export class QueuedEvent {
  /** The entry after it of the same instant. */
  next: QueuedEvent | undefined = undefined;

  constructor(
    readonly time: number,
    public action: (() => void) | Resumable | undefined,
    /** For what is resumed. */
    readonly index: number,
  ) {}

  cancel(): void {
    this.action = undefined;
  }
}

/** What is to run at one instant, in the order it was asked for. */
class Instant {
  last: QueuedEvent | undefined;

  constructor(public first: QueuedEvent | undefined) {
    this.last = first;
  }
}

/**
 * Events ordered by time, then first come first served: a list for each instant, and a binary heap of the instants,
 * which are far fewer than events in a large cluster.
 */
export class EventQueue {
  /** Instants since `origin`, as small integers. */
  private readonly heap: number[] = [];
  private readonly instants = new Map<number, Instant>();
  /** The instant that events were last taken from or put at. */
  private known: Instant | undefined;
  private knownTime = -1;

  constructor(private readonly origin: number) {}

  /** The next event; undefined when none is left. */
  peek(): QueuedEvent | undefined {
    while (this.heap.length > 0) {
      const instant = this.at(this.heap[0]);
      let event = instant?.first;
      while (event && event.action === undefined) event = event.next;
      if (instant) instant.first = event;
      if (event) return event;
      this.removeTop();
    }
    return undefined;
  }

  push(event: QueuedEvent): void {
    const time = event.time - this.origin;
    const instant = this.at(time);
    if (!instant) {
      this.remember(time, new Instant(event));
      this.pushTime(time);
    } else if (instant.first) {
      if (instant.last) instant.last.next = event;
      instant.last = event;
    } else {
      instant.first = event;
      instant.last = event;
    }
  }

  /** Takes the next event off the queue, unless it is later than `until`. */
  take(until: number): QueuedEvent | undefined {
    const event = this.peek();
    if (!event || event.time > until) return undefined;
    // `peek` has looked at its instant last.
    if (this.known) this.known.first = event.next;
    event.next = undefined;
    return event;
  }

  private at(time: number): Instant | undefined {
    if (time !== this.knownTime) {
      const instant = this.instants.get(time);
      if (!instant) return undefined;
      this.known = instant;
      this.knownTime = time;
    }
    return this.known;
  }

  private remember(time: number, instant: Instant): void {
    this.instants.set(time, instant);
    this.known = instant;
    this.knownTime = time;
  }

  private pushTime(time: number): void {
    const heap = this.heap;
    let index = heap.length;
    heap.push(time);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!(time < heap[parent])) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = time;
  }

  /** Forgets the first instant: nothing of it is left. */
  private removeTop(): void {
    const heap = this.heap;
    this.instants.delete(heap[0]);
    this.knownTime = -1;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= last) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
  }
}
