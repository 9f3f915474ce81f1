import { Condition } from '@seatrial/kernel';

/** One thing that happened to an object of the engine. */
export interface EngineEvent {
  readonly time: number;
  readonly type: 'container' | 'image' | 'network' | 'volume';
  readonly action: string;
  /** A container's or network's id, an image's or a volume's name. */
  readonly actor: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** How many the daemon remembers (moby daemon/events). */
const REMEMBERED = 256;

/** What `docker events` shows. */
export class EngineEvents {
  readonly list: EngineEvent[] = [];
  /** How many were forgotten. */
  forgotten = 0;
  /** Set and cleared at each event. */
  readonly changed = new Condition();

  constructor(private readonly now: () => number) {}

  note(
    type: EngineEvent['type'],
    action: string,
    actor: string,
    attributes: Readonly<Record<string, string>> = {},
  ): void {
    this.list.push({ time: this.now(), type, action, actor, attributes });
    if (this.list.length > REMEMBERED) {
      this.list.shift();
      this.forgotten++;
    }
    this.changed.set();
    this.changed.clear();
  }
}
