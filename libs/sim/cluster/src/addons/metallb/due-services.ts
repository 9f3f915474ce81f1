import { SERVICES, type ObjectReader } from '@seatrial/apiserver';
import { Condition, waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { keyOf } from './allocator.js';
import { IP_ADDRESS_POOLS } from './metallb-types.js';

/** The services that one of MetalLB's programs has to look at. */
export class DueServices {
  readonly changed = new Condition();
  private readonly due = new Set<string>();

  constructor(private readonly store: ObjectReader) {}

  /** Notes one service, by its namespace and name. */
  add(key: string): void {
    this.due.add(key);
    this.changed.set();
  }

  addAll(): void {
    for (const service of this.store.list(SERVICES)) this.due.add(keyOf(service));
    this.changed.set();
  }

  /** Notes all whenever what a pool says changes; gives what ends that. */
  followPools(): () => void {
    return this.store.onChange(IP_ADDRESS_POOLS, ({ type, object, previous }) => {
      if (type !== 'MODIFIED' || previous?.metadata.generation !== object.metadata.generation) this.addAll();
    });
  }

  /** Looks at what is due, again and again, until the process is told to end; `settled` runs after each round. */
  *work(process: Process, look: (key: string) => void, settled?: () => void): Coroutine<number> {
    for (;;) {
      const keys = [...this.due];
      this.due.clear();
      this.changed.clear();
      for (const key of keys) look(key);
      settled?.();
      if (this.due.size > 0) continue;
      yield* waitFor([process.signalArrived, this.changed]);
      if (process.takeSignal() !== undefined) return 0;
    }
  }
}
