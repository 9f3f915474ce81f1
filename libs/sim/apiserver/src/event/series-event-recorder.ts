import { formatMicroTime } from '@seatrial/schema';
import type { EventRecorder, EventTarget } from '../contract/event-recorder.js';
import type { KubeObject } from '../contract/object.js';
import type { ServerState } from '../registry/server-state.js';
import { eventStoreOf } from './core-event-recorder.js';
import { eventNamespace } from './event-reference.js';
import { eventNote, flat, type EventStore } from './event-store.js';
import { SeriesEvent, type EventWriter } from './recorded-event.js';

const NO_SOURCE = Object.freeze({});
const FINISH_MS = 360_000;

interface Running {
  readonly event: SeriesEvent;
  last: number;
  count: number;
}

/** What events of one series have in common (tools/events eventKey); uids stand for the objects they are of. */
function seriesKey(
  { object, fieldPath = '' }: EventTarget,
  type: string,
  reason: string,
  action = '',
  related: KubeObject | undefined,
): string {
  const { uid, resourceVersion, name } = object.metadata;
  const other = related
    ? `\0${related.metadata.uid}\0${related.metadata.resourceVersion}\0${related.metadata.name}`
    : '';
  return flat(
    `${uid}\0${resourceVersion}\0${reason}\0${action}\0${type}\0${object.kind}\0${name}\0${fieldPath}${other}`,
  );
}

/** client-go's tools/events, as the scheduler uses it: isomorphic events become a series of the first one. */
export class SeriesEventRecorder implements EventRecorder {
  private readonly running = new Map<string, Running>();
  private readonly events: EventStore;
  private readonly writer: EventWriter;

  constructor(
    private readonly server: ServerState,
    component: string,
    options: { readonly host?: string },
  ) {
    this.events = eventStoreOf(server);
    this.writer = {
      note: eventNote(component),
      component,
      instance: options.host ? `${component}-${options.host}` : component,
      source: NO_SOURCE,
    };
  }

  event(
    target: EventTarget,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    related?: { readonly action?: string; readonly object?: KubeObject },
  ): void {
    const now = this.server.simulation.now();
    const key = seriesKey(target, type, reason, related?.action, related?.object);
    this.finish(now);
    const running = this.running.get(key);
    if (running) {
      // Kept in the order of the last event, so that finished ones come first.
      this.running.delete(key);
      this.running.set(key, running);
      this.repeat(running, now);
      return;
    }
    const { object, fieldPath } = target;
    this.events.nextName();
    if (!this.events.takes(eventNamespace(object))) return;
    const event = new SeriesEvent(
      this.writer,
      { object, fieldPath, type, reason, message: flat(message) },
      this.events.identity(),
      related?.action ?? '',
      related?.object,
    );
    this.events.defer(event);
    this.running.set(key, { event, last: now, count: 1 });
  }

  /** The first repeat is written at once; later ones are only counted until the series ends. */
  private repeat(running: Running, now: number): void {
    running.count++;
    running.last = now;
    if (running.count === 2) this.write(running);
  }

  private write({ event, count, last }: Running): void {
    const stored = this.events.current(event);
    const series = { count, lastObservedTime: formatMicroTime(last) };
    if (stored) this.events.patch(stored, this.writer.note, { series });
  }

  private finish(now: number): void {
    for (const [key, running] of this.running) {
      if (now - running.last < FINISH_MS) return;
      if (running.count > 2) this.write(running);
      this.running.delete(key);
    }
  }
}
