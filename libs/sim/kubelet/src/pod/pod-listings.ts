import type { RandomSource, Simulation, Timer } from '@seatrial/kernel';

/** The generic PLEG lists containers this often; a pod's first listing falls after its containers are usually up. */
const RELIST_MS = 1000;
const FIRST_RELIST_MS = 1150;
/** Pods of one moment are listed, and their status written, one after the other. */
const RELIST_SPREAD_MS = 300;

/**
 * When the kubelet's pod lifecycle event generator lists one pod's containers. Real nodes list all pods at once; here
 * each pod has a phase of its own, so that idle pods cost no events.
 */
export class PodListings {
  private first: number;
  private timer: Timer | undefined;

  constructor(
    private readonly simulation: Simulation,
    random: RandomSource,
    private readonly pod: { listed(): void },
  ) {
    this.first = simulation.now() + FIRST_RELIST_MS + random.below(RELIST_SPREAD_MS);
  }

  /** The first listing after an instant. */
  next(time: number): number {
    const { first } = this;
    return time < first ? first : first + (Math.floor((time - first) / RELIST_MS) + 1) * RELIST_MS;
  }

  /** Moves the first listing, when it has not been yet. */
  beginAfter(delayMs: number): void {
    if (this.simulation.now() < this.first) this.first = this.simulation.now() + delayMs;
  }

  /** Tells the pod of the next listing; once, however often it is asked for. */
  schedule(): void {
    const { simulation } = this;
    this.timer ??= simulation.resumeAfter(this.next(simulation.now()) - simulation.now(), this, -1);
  }

  /** Called by the event queue: it is time. */
  resume(): void {
    this.timer = undefined;
    this.pod.listed();
  }

  cancel(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }
}
