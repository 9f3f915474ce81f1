import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import { EVENTS, NAMESPACES } from '../contract/resource.js';
import type { ServerState } from '../registry/server-state.js';
import type { EventTarget } from '../contract/event-recorder.js';
import { timestamp } from '../request/request-scope.js';

const EVENT_TTL_MS = 3_600_000;
const NANOS_PER_MS = 1_000_000;
const LOW_BITS = 20;

/** `ms` milliseconds and `nanos` nanoseconds in nanoseconds, in hexadecimal: more digits than a number holds. */
function hexadecimalNanos(ms: number, nanos: number): string {
  const low = (ms % 2 ** LOW_BITS) * NANOS_PER_MS + nanos;
  const high = Math.floor(ms / 2 ** LOW_BITS) * NANOS_PER_MS + Math.floor(low / 2 ** LOW_BITS);
  return high.toString(16) + (low % 2 ** LOW_BITS).toString(16).padStart(LOW_BITS / 4, '0');
}

/** An event but for its metadata, which it gets when it is stored. */
export type EventContent = JsonObject & {
  readonly apiVersion: 'v1';
  readonly kind: 'Event';
  metadata: JsonObject | undefined;
  readonly message: string;
};

/** The same text in one piece: text that was put together is kept as a tree of its parts until a character is read. */
export function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

/** How event recorders reach the store: without the pipeline of a request, but refused where one would be. */
export class EventStore {
  /** Written events, oldest first, and when each expires. */
  private written: KubeObject[] = [];
  private expiries: number[] = [];
  /** How many of the expiries are past. */
  private expired = 0;
  /** The last name's time, in milliseconds and nanoseconds on top of them. */
  private lastMs = 0;
  private lastNanos = 0;
  private sweeping = false;

  constructor(private readonly server: ServerState) {}

  /** `name.` and the nanoseconds of a clock that never shows one time twice, in hexadecimal. */
  newName(object: string): string {
    const now = Math.round(this.server.simulation.now());
    const jitter = this.server.names.below(NANOS_PER_MS);
    if (now > this.lastMs || (now === this.lastMs && jitter > this.lastNanos)) {
      this.lastMs = now;
      this.lastNanos = jitter;
    } else if (++this.lastNanos === NANOS_PER_MS) {
      this.lastMs++;
      this.lastNanos = 0;
    }
    return [object, hexadecimalNanos(this.lastMs, this.lastNanos)].join('.');
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.server.store.get(EVENTS, namespace, name);
  }

  /** False when the namespace is gone or going (NamespaceLifecycle). */
  create(namespace: string, name: string, manager: string, content: EventContent): boolean {
    const found = this.server.store.get(NAMESPACES, undefined, namespace);
    if (!found || found.metadata.deletionTimestamp !== undefined) return false;
    const metadata = {
      name,
      namespace,
      uid: this.server.uids.uuid(),
      creationTimestamp: timestamp(this.server.simulation.now()),
      resourceVersion: '',
    };
    content.metadata = metadata;
    this.put(content as EventContent & KubeObject, manager);
    return true;
  }

  /** Changes some members of a stored event. */
  patch(event: KubeObject, manager: string, changes: JsonObject): void {
    this.put({ ...event, metadata: { ...event.metadata }, ...changes }, manager);
  }

  private put(event: KubeObject, manager: string): void {
    const note = { manager, operation: 'Update' as const, subresource: '', apiVersion: 'v1' };
    const stored = this.server.store.put(EVENTS, event, note);
    this.written.push(stored);
    this.expiries.push(this.server.simulation.now() + EVENT_TTL_MS);
    if (!this.sweeping) this.planSweep();
  }

  private planSweep(): void {
    this.sweeping = true;
    this.server.simulation.at(this.expiries[this.expired], () => this.sweep());
  }

  private sweep(): void {
    const now = this.server.simulation.now();
    for (; this.expired < this.expiries.length && this.expiries[this.expired] <= now; this.expired++) {
      const event = this.written[this.expired];
      const { namespace, name } = event.metadata;
      if (this.server.store.get(EVENTS, namespace, name) === event) this.server.store.remove(EVENTS, event);
    }
    if (this.expired * 2 > this.expiries.length) {
      this.expiries = this.expiries.slice(this.expired);
      this.written = this.written.slice(this.expired);
      this.expired = 0;
    }
    this.sweeping = false;
    if (this.expiries.length > this.expired) this.planSweep();
  }
}

/** v1 ObjectReference to an event's target. */
export function reference({ object, fieldPath }: EventTarget): JsonObject {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace ? { namespace } : undefined),
    name,
    ...(uid ? { uid } : undefined),
    apiVersion: object.apiVersion,
    ...(resourceVersion ? { resourceVersion } : undefined),
    ...(fieldPath ? { fieldPath } : undefined),
  };
}

/** Events about cluster-scoped objects are kept in `default`. */
export const eventNamespace = (object: KubeObject): string => object.metadata.namespace ?? 'default';
