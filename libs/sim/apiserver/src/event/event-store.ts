import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import { EVENTS, NAMESPACES } from '../contract/resource.js';
import type { ServerState } from '../registry/server-state.js';
import { timestamp } from '../request/request-scope.js';
import { DeferredEntry } from '../store/deferred-entry.js';
import type { OwnNote } from '../store/object-store.js';
import { NANOS_PER_MS, eventName } from './event-reference.js';
import type { EventIdentity } from './recorded-event.js';

const EVENT_TTL_MS = 3_600_000;

/** An event but for its metadata, which it gets when it is stored. */
export type EventContent = JsonObject & {
  readonly apiVersion: 'v1';
  readonly kind: 'Event';
  metadata: JsonObject | undefined;
  readonly message: string;
};

/** A version of an event that was put into the store as it is. */
interface StoredEvent {
  readonly time: number;
  readonly object: KubeObject;
}

/** The same text in one piece: text that was put together is kept as a tree of its parts until a character is read. */
export function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

/** Who writes events of a component. */
export const eventNote = (manager: string): OwnNote =>
  Object.freeze({ manager, operation: 'Update', subresource: '', apiVersion: 'v1' });

/** How event recorders reach the store: without the pipeline of a request, but refused where one would be. */
export class EventStore {
  /** Written events, oldest first; they expire in that order. */
  private written: (DeferredEntry | StoredEvent)[] = [];
  /** How many of them have expired. */
  private expired = 0;
  /** The last name's time, in milliseconds and nanoseconds on top of them. */
  private lastMs = 0;
  private lastNanos = 0;
  private sweeping = false;

  constructor(private readonly server: ServerState) {}

  /** Goes on to the time of the next name: of a clock that never shows one time twice. */
  nextName(): void {
    const now = Math.round(this.server.simulation.now());
    const jitter = this.server.names.below(NANOS_PER_MS);
    if (now > this.lastMs || (now === this.lastMs && jitter > this.lastNanos)) {
      this.lastMs = now;
      this.lastNanos = jitter;
    } else if (++this.lastNanos === NANOS_PER_MS) {
      this.lastMs++;
      this.lastNanos = 0;
    }
  }

  /** The name for an event about an object, of the time that was gone on to. */
  nameFor(object: string): string {
    return eventName(object, this.lastMs, this.lastNanos);
  }

  /** The identity of an event that is to be stored, with the name of the time that was gone on to. */
  identity(): EventIdentity {
    const { uids, simulation } = this.server;
    return { uids, aheadMs: this.lastMs - simulation.now(), nanos: this.lastNanos };
  }

  /** What is stored now of an event; undefined when it is gone. */
  current(event: DeferredEntry): KubeObject | undefined {
    return this.server.store.current(event);
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.server.store.get(EVENTS, namespace, name);
  }

  /** False when the namespace is gone or going (NamespaceLifecycle). */
  takes(namespace: string): boolean {
    const found = this.server.store.get(NAMESPACES, undefined, namespace);
    return found !== undefined && found.metadata.deletionTimestamp === undefined;
  }

  /** Stores an event that is made when somebody looks at it. */
  defer(event: DeferredEntry): void {
    this.server.store.defer(event);
    this.keep(event);
  }

  create(namespace: string, name: string, note: OwnNote, content: EventContent): void {
    const metadata = {
      name,
      namespace,
      uid: this.server.uids.uuid(),
      creationTimestamp: timestamp(this.server.simulation.now()),
      resourceVersion: '',
    };
    content.metadata = metadata;
    this.put(content as EventContent & KubeObject, note);
  }

  /** Changes some members of a stored event. */
  patch(event: KubeObject, note: OwnNote, changes: JsonObject): void {
    this.put({ ...event, metadata: { ...event.metadata }, ...changes }, note);
  }

  private put(event: KubeObject, note: OwnNote): void {
    const object = this.server.store.put(EVENTS, event, note);
    this.keep({ time: this.server.simulation.now(), object });
  }

  private keep(event: DeferredEntry | StoredEvent): void {
    this.written.push(event);
    if (!this.sweeping) this.planSweep();
  }

  private planSweep(): void {
    this.sweeping = true;
    this.server.simulation.at(this.written[this.expired].time + EVENT_TTL_MS, () => this.sweep());
  }

  private sweep(): void {
    const { store, simulation } = this.server;
    const until = simulation.now() - EVENT_TTL_MS;
    for (; this.expired < this.written.length && this.written[this.expired].time <= until; this.expired++) {
      const event = this.written[this.expired];
      if (event instanceof DeferredEntry) store.removeDeferred(event);
      else {
        const { namespace, name } = event.object.metadata;
        if (store.get(EVENTS, namespace, name) === event.object) store.remove(EVENTS, event.object);
      }
    }
    if (this.expired * 2 > this.written.length) {
      this.written = this.written.slice(this.expired);
      this.expired = 0;
    }
    this.sweeping = false;
    if (this.written.length > this.expired) this.planSweep();
  }
}
