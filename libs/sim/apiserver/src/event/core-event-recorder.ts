import { Attached, deepFreeze, type JsonObject } from '@seatrial/kernel';
import type { EventRecorder, EventTarget } from '../contract/event-recorder.js';
import type { KubeObject } from '../contract/object.js';
import type { ServerState } from '../registry/server-state.js';
import { timestamp } from '../request/request-scope.js';
import { EventSubjects, Kin, Observation } from './event-subjects.js';
import { EventStore, eventNamespace, flat, reference } from './event-store.js';

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
  private referred:
    { readonly object: KubeObject; readonly fieldPath: string | undefined; readonly reference: JsonObject } | undefined;
  private readonly host: string;
  private readonly source: { readonly component: string; readonly host?: string };

  constructor(
    private readonly server: ServerState,
    private readonly component: string,
    options: { readonly host?: string },
  ) {
    this.events = eventStoreOf(server);
    this.host = options.host ?? '';
    this.source = Object.freeze({ component, ...(this.host ? { host: this.host } : undefined) });
  }

  /** Several events about one thing in a row share the reference to it. */
  private referenceTo(object: KubeObject, fieldPath: string | undefined): JsonObject {
    if (this.referred?.object !== object || this.referred.fieldPath !== fieldPath) {
      const target = fieldPath === undefined ? { object } : { object, fieldPath };
      this.referred = { object, fieldPath, reference: deepFreeze(reference(target)) };
    }
    return this.referred.reference;
  }

  event(target: EventTarget, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { object, fieldPath } = target;
    const { name } = object.metadata;
    const now = this.server.simulation.now();
    const time = timestamp(now);
    const subject = this.subjects.of(object, now);
    const kin = subject.kin(type, reason, now);
    const combined = kin.isCombined(message, now);
    const seen = combined ? kin.observation(Kin.COMBINED, undefined) : kin.observation(message, fieldPath);
    const observation =
      seen ??
      kin.observe(
        new Observation(
          combined ? Kin.COMBINED : message,
          combined ? undefined : fieldPath,
          this.events.newName(name),
          time,
        ),
      );
    if (seen) seen.count++;
    if (subject.isSpam(now)) return;

    const text = combined ? `(combined from similar events): ${message}` : message;
    const namespace = eventNamespace(object);
    const { count } = observation;
    const stored = seen && this.events.get(namespace, seen.name);
    if (stored) {
      const repeated = { count, lastTimestamp: time };
      this.events.patch(stored, this.component, combined ? { ...repeated, message: text } : repeated);
      return;
    }
    this.events.create(namespace, observation.name, this.component, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: undefined,
      involvedObject: this.referenceTo(object, fieldPath),
      reason,
      message: flat(text),
      source: this.source,
      firstTimestamp: observation.first,
      lastTimestamp: time,
      count,
      type,
      eventTime: null,
      reportingComponent: this.component,
      reportingInstance: this.host,
    });
  }
}
