import { uuidOf, type JsonObject, type RandomSource } from '@seatrial/kernel';
import { formatMicroTime } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import { EVENTS } from '../contract/resource.js';
import { timestamp } from '../request/request-scope.js';
import { DeferredEntry } from '../store/deferred-entry.js';
import type { OwnNote } from '../store/object-store.js';
import { eventName, eventNamespace, reference } from './event-reference.js';
import { COMBINED, type Observation } from './event-subjects.js';

/** What all events of one recorder have in common. */
export interface EventWriter {
  readonly note: OwnNote;
  readonly component: string;
  readonly instance: string;
  readonly source: JsonObject;
}

/** What an event is about. */
export interface Occurrence {
  readonly object: KubeObject;
  readonly fieldPath: string | undefined;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Where an event gets its uid from, and how far its name is ahead of the clock. */
export interface EventIdentity {
  readonly uids: RandomSource;
  readonly aheadMs: number;
  readonly nanos: number;
}

/** An event as it is first written: few of them are ever read, and a large cluster writes millions. */
abstract class RecordedEvent extends DeferredEntry {
  private readonly about: KubeObject;
  protected readonly fieldPath: string | undefined;
  protected readonly reason: string;
  protected readonly message: string;
  protected readonly eventType: 'Normal' | 'Warning';
  private readonly a: number;
  private readonly b: number;
  private readonly c: number;
  private readonly d: number;
  private readonly aheadMs: number;
  private readonly nanos: number;

  constructor(
    protected readonly writer: EventWriter,
    { object, fieldPath, type, reason, message }: Occurrence,
    { uids, aheadMs, nanos }: EventIdentity,
  ) {
    super();
    this.about = object;
    this.fieldPath = fieldPath;
    this.reason = reason;
    this.message = message;
    this.eventType = type;
    this.a = uids.uint32() | 0;
    this.b = uids.uint32() | 0;
    this.c = uids.uint32() | 0;
    this.d = uids.uint32() | 0;
    this.aheadMs = aheadMs;
    this.nanos = nanos;
  }

  get resource(): typeof EVENTS {
    return EVENTS;
  }

  get note(): OwnNote {
    return this.writer.note;
  }

  get name(): string {
    return eventName(this.about.metadata.name, this.time + this.aheadMs, this.nanos);
  }

  protected get metadata(): JsonObject {
    return {
      name: this.name,
      namespace: eventNamespace(this.about),
      uid: uuidOf(this.a, this.b, this.c, this.d),
      creationTimestamp: timestamp(this.time),
      resourceVersion: String(this.resourceVersion),
    };
  }

  protected get involved(): JsonObject {
    return reference(this.about, this.fieldPath);
  }
}

/** One of client-go's tools/record. */
export class CoreEvent extends RecordedEvent implements Observation {
  count = 1;

  /** What the correlator knows it by. */
  get observed(): Observation['observed'] {
    return this.message;
  }

  get part(): string | undefined {
    return this.fieldPath;
  }

  get first(): string {
    return timestamp(this.time);
  }

  protected make(): KubeObject {
    const { writer } = this;
    const time = timestamp(this.time);
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: this.metadata,
      involvedObject: this.involved,
      reason: this.reason,
      message: this.message,
      source: writer.source,
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type: this.eventType,
      eventTime: null,
      reportingComponent: writer.component,
      reportingInstance: writer.instance,
    } as unknown as KubeObject;
  }
}

/** The event that stands for all similar ones, whatever they are of. */
export class CombinedEvent extends CoreEvent {
  override get observed(): typeof COMBINED {
    return COMBINED;
  }

  override get part(): undefined {
    return undefined;
  }
}

/** One of client-go's tools/events. */
export class SeriesEvent extends RecordedEvent {
  constructor(
    writer: EventWriter,
    occurrence: Occurrence,
    identity: EventIdentity,
    private readonly action: string,
    private readonly related: KubeObject | undefined,
  ) {
    super(writer, occurrence, identity);
  }

  protected make(): KubeObject {
    const { writer, related } = this;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: this.metadata,
      involvedObject: this.involved,
      reason: this.reason,
      message: this.message,
      source: writer.source,
      firstTimestamp: null,
      lastTimestamp: null,
      type: this.eventType,
      eventTime: formatMicroTime(this.time),
      action: this.action,
      ...(related ? { related: reference(related, undefined) } : undefined),
      reportingComponent: writer.component,
      reportingInstance: writer.instance,
    } as unknown as KubeObject;
  }
}
