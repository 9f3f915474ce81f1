import { Condition, waitFor, type Coroutine, type Process } from '@seatrial/kernel';

/** Time between two looks of a metrics-server. */
const WINDOW_MS = 15_000;
const BUCKET_MS = 1000;

/** What a server's requests cost: the CPU of its process, on average over the last seconds. Costs no events while idle. */
export class CpuLoad {
  private readonly begun = new Condition();
  /** Milliseconds of CPU by the second in which they were spent. */
  private readonly buckets = new Map<number, number>();

  constructor(private readonly process: Process) {}

  /** Notes that a request has cost so much CPU. */
  spend(ms: number): void {
    const second = this.second();
    this.buckets.set(second, (this.buckets.get(second) ?? 0) + ms);
    this.measure();
    this.begun.set();
  }

  private second(): number {
    return Math.floor(this.process.machine.simulation.now() / BUCKET_MS);
  }

  private measure(): void {
    const oldest = this.second() - WINDOW_MS / BUCKET_MS;
    let spent = 0;
    for (const [second, ms] of this.buckets) {
      if (second <= oldest) this.buckets.delete(second);
      else spent += ms;
    }
    this.process.cpuNanocores = (spent / WINDOW_MS) * 1e9;
  }

  /** Waits for a signal, and forgets meanwhile what was spent long ago. */
  *untilSignal(): Coroutine<void> {
    const { signalArrived } = this.process;
    while (!signalArrived.ready) {
      const idle = this.buckets.size === 0;
      if (idle) this.begun.clear();
      yield* waitFor(idle ? [signalArrived, this.begun] : [signalArrived], idle ? undefined : WINDOW_MS / 3);
      this.measure();
    }
  }
}
