import type { KubeObject } from '../contract/object.js';

const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL_MS = 600_000;
const SPAM_BURST = 25;
const SPAM_REFILL_MS = 300_000;

/** Stands for the message of the event that stands for all similar ones. */
export const COMBINED = Symbol('combined');

/** One event that was written, or would have been but for the spam filter. */
export interface Observation {
  /** The message, or what stands for it. */
  readonly observed: string | typeof COMBINED;
  /** Which part of the object it is about. */
  readonly part: string | undefined;
  /** Of the event object. */
  readonly name: string;
  /** When it was first seen, as objects hold times. */
  readonly first: string;
  count: number;
}

/** Events about one object of one type and reason: what the correlator counts and combines. */
export class Kin {
  /** Different messages since the last pause; most often there is just one. */
  private messages: string | Set<string> | undefined;
  private observations: Observation | Observation[] | undefined;

  constructor(
    readonly type: string,
    readonly reason: string,
    private last: number,
    /** Of the same object. */
    readonly next: Kin | undefined,
  ) {}

  /** EventAggregator: from the tenth different message about one thing on, one event stands for all. */
  isCombined(message: string, now: number): boolean {
    if (now - this.last > SIMILAR_INTERVAL_MS) this.messages = undefined;
    this.last = now;
    if (this.messages === undefined) this.messages = message;
    if (this.messages === message) return false;
    if (typeof this.messages === 'string') this.messages = new Set([this.messages]);
    this.messages.add(message);
    if (this.messages.size < MAX_SIMILAR) return false;
    // The real one forgets any one of them: most likely none of those that are said again.
    this.messages.delete(message);
    return true;
  }

  observation(observed: string | typeof COMBINED, part: string | undefined): Observation | undefined {
    const all = this.observations;
    if (!Array.isArray(all)) return all?.observed === observed && all.part === part ? all : undefined;
    return all.find((each) => each.observed === observed && each.part === part);
  }

  observe(observation: Observation): void {
    if (this.observations === undefined) this.observations = observation;
    else if (Array.isArray(this.observations)) this.observations.push(observation);
    else this.observations = [this.observations, observation];
  }
}

/** A token bucket of the spam filter. */
class Allowance {
  private tokens = SPAM_BURST;

  constructor(private at: number) {}

  take(now: number): boolean {
    this.tokens = Math.min(SPAM_BURST, this.tokens + (now - this.at) / SPAM_REFILL_MS);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

/** What a recorder remembers of one object that it wrote events about. */
class Subject {
  private kins: Kin | undefined;
  private readonly allowances: { Normal?: Allowance; Warning?: Allowance } = {};

  constructor(
    private readonly kind: string,
    private readonly apiVersion: string,
    private readonly namespace: string | undefined,
    private readonly name: string,
  ) {}

  is({ kind, apiVersion, metadata }: KubeObject): boolean {
    return (
      this.name === metadata.name &&
      this.kind === kind &&
      this.namespace === metadata.namespace &&
      this.apiVersion === apiVersion
    );
  }

  kin(type: string, reason: string, now: number): Kin {
    for (let kin = this.kins; kin; kin = kin.next) if (kin.reason === reason && kin.type === type) return kin;
    this.kins = new Kin(type, reason, now, this.kins);
    return this.kins;
  }

  /** EventSourceObjectSpamFilter: a token bucket per object and type of event. */
  isSpam(type: 'Normal' | 'Warning', now: number): boolean {
    return !(this.allowances[type] ??= new Allowance(now)).take(now);
  }
}

/** The objects that one recorder wrote events about. */
export class EventSubjects {
  /** By uid; events about nodes carry their name in its place, so that one uid may be that of several objects. */
  private readonly byUid = new Map<string, Subject | Subject[]>();

  of(object: KubeObject): Subject {
    const { uid, name, namespace } = object.metadata;
    const found = this.byUid.get(uid);
    const known = Array.isArray(found)
      ? found.find((subject) => subject.is(object))
      : found?.is(object)
        ? found
        : undefined;
    if (known) return known;
    const subject = new Subject(object.kind, object.apiVersion, namespace, name);
    this.byUid.set(uid, found === undefined ? subject : Array.isArray(found) ? [...found, subject] : [found, subject]);
    return subject;
  }
}
