import { Attached } from '@seatrial/kernel';
import type { EventRecorder, EventTarget } from '../contract/event-recorder.js';
import type { ServerState } from '../registry/server-state.js';
import { timestamp } from '../request/request-scope.js';
import { eventNamespace, reference } from './event-reference.js';
import { EventStore, eventNote, flat } from './event-store.js';
import { COMBINED, EventSubjects, type Kin, type Observation } from './event-subjects.js';
import { CombinedEvent, CoreEvent, type EventWriter, type Occurrence } from './recorded-event.js';

const stores = new Attached<ServerState, EventStore>();

export function eventStoreOf(server: ServerState): EventStore {
  let store = stores.get(server);
  if (!store) {
    store = new EventStore(server);
    stores.set(server, store);
  }
  return store;
}

/** client-go's tools/record with its correlator: repeats are counted, similar events combined, floods dropped. */
export class CoreEventRecorder implements EventRecorder {
  private readonly subjects = new EventSubjects();
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
      instance: options.host ?? '',
      source: Object.freeze({ component, ...(options.host ? { host: options.host } : undefined) }),
    };
  }

  event(target: EventTarget, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { object, fieldPath } = target;
    const now = this.server.simulation.now();
    const subject = this.subjects.of(object);
    const kin = subject.kin(type, reason, now);
    const combined = kin.isCombined(message, now);
    const seen = combined ? kin.observation(COMBINED, undefined) : kin.observation(message, fieldPath);
    const text = flat(combined ? `(combined from similar events): ${message}` : message);
    const occurrence = { object, fieldPath, type, reason, message: text };
    if (!seen) {
      this.events.nextName();
      this.begin(kin, occurrence, combined, subject.isSpam(type, now));
      return;
    }
    seen.count++;
    if (!subject.isSpam(type, now)) this.repeat(seen, occurrence, combined);
  }

  /** Writes an event that is seen for the first time, and remembers it also where it is not written. */
  private begin(kin: Kin, occurrence: Occurrence, combined: boolean, spam: boolean): void {
    const { object, fieldPath, message } = occurrence;
    if (!spam && this.events.takes(eventNamespace(object))) {
      const identity = this.events.identity();
      const event = combined
        ? new CombinedEvent(this.writer, occurrence, identity)
        : new CoreEvent(this.writer, occurrence, identity);
      kin.observe(event);
      this.events.defer(event);
      return;
    }
    kin.observe({
      observed: combined ? COMBINED : message,
      part: combined ? undefined : fieldPath,
      name: this.events.nameFor(object.metadata.name),
      first: timestamp(this.server.simulation.now()),
      count: 1,
    });
  }

  private repeat(seen: Observation, { object, ...occurrence }: Occurrence, combined: boolean): void {
    const { count } = seen;
    const { note, component, instance, source } = this.writer;
    const time = timestamp(this.server.simulation.now());
    const namespace = eventNamespace(object);
    const stored = seen instanceof CoreEvent ? this.events.current(seen) : this.events.get(namespace, seen.name);
    if (stored) {
      const repeated = { count, lastTimestamp: time };
      this.events.patch(stored, note, combined ? { ...repeated, message: occurrence.message } : repeated);
      return;
    }
    if (!this.events.takes(namespace)) return;
    this.events.create(namespace, seen.name, note, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: undefined,
      involvedObject: reference(object, occurrence.fieldPath),
      reason: occurrence.reason,
      message: occurrence.message,
      source,
      firstTimestamp: seen.first,
      lastTimestamp: time,
      count,
      type: occurrence.type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: instance,
    });
  }
}
