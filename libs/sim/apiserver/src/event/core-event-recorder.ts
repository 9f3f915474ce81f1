import type { EventRecorder, EventTarget } from '../contract/event-recorder.js';
import type { ServerState } from '../registry/server-state.js';
import { timestamp } from '../request/request-scope.js';
import { EventStore, eventNamespace, reference } from './event-store.js';

const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL_MS = 600_000;
const SPAM_BURST = 25;
const SPAM_REFILL_MS = 300_000;

interface SimilarEvents {
  readonly messages: Set<string>;
  last: number;
}

interface Observation {
  name: string;
  count: number;
  first: string;
}

interface Bucket {
  tokens: number;
  at: number;
}

const stores = new WeakMap<ServerState, EventStore>();

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
  private readonly similar = new Map<string, SimilarEvents>();
  private readonly observed = new Map<string, Observation>();
  private readonly buckets = new Map<string, Bucket>();
  private readonly events: EventStore;
  private readonly host: string;

  constructor(
    private readonly server: ServerState,
    private readonly component: string,
    options: { readonly host?: string },
  ) {
    this.events = eventStoreOf(server);
    this.host = options.host ?? '';
  }

  event(target: EventTarget, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { object, fieldPath } = target;
    const { name, uid } = object.metadata;
    const namespace = eventNamespace(object);
    const now = this.server.simulation.now();
    const about = [object.kind, object.metadata.namespace, name, uid, object.apiVersion].join('\0');
    const similarKey = [about, type, reason].join('\0');
    const combined = this.isCombined(similarKey, message, now);
    const text = combined ? `(combined from similar events): ${message}` : message;
    const key = combined ? similarKey : [similarKey, fieldPath, message].join('\0');
    const seen = this.observed.get(key);
    const time = timestamp(now);
    const observation = seen
      ? { name: seen.name, count: seen.count + 1, first: seen.first }
      : { name: this.events.newName(name), count: 1, first: time };
    this.observed.set(key, observation);
    if (this.isSpam(about, now)) return;

    const stored = seen && this.events.get(namespace, seen.name);
    if (stored) {
      const { count } = observation;
      this.events.patch(stored, this.component, {
        count,
        lastTimestamp: time,
        ...(combined ? { message: text } : undefined),
      });
      return;
    }
    this.events.create(namespace, observation.name, this.component, {
      involvedObject: reference(combined ? { object } : target),
      reason,
      message: text,
      source: { component: this.component, ...(this.host ? { host: this.host } : undefined) },
      firstTimestamp: observation.first,
      lastTimestamp: time,
      count: observation.count,
      type,
      eventTime: null,
      reportingComponent: this.component,
      reportingInstance: this.host,
    });
  }

  /** EventAggregator: from the tenth different message about one thing on, one event stands for all. */
  private isCombined(key: string, message: string, now: number): boolean {
    let record = this.similar.get(key);
    if (!record || now - record.last > SIMILAR_INTERVAL_MS) {
      record = { messages: new Set(), last: now };
      this.similar.set(key, record);
    }
    record.messages.add(message);
    record.last = now;
    if (record.messages.size < MAX_SIMILAR) return false;
    const [oldest] = record.messages;
    record.messages.delete(oldest);
    return true;
  }

  /** EventSourceObjectSpamFilter: a token bucket per object. */
  private isSpam(about: string, now: number): boolean {
    const bucket = this.buckets.get(about) ?? { tokens: SPAM_BURST, at: now };
    bucket.tokens = Math.min(SPAM_BURST, bucket.tokens + (now - bucket.at) / SPAM_REFILL_MS);
    bucket.at = now;
    this.buckets.set(about, bucket);
    if (bucket.tokens < 1) return true;
    bucket.tokens -= 1;
    return false;
  }
}
