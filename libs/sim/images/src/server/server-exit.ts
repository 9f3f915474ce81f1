import {
  Condition,
  pause,
  waitFor,
  type Coroutine,
  type HttpResponse,
  type Process,
  type Signal,
} from '@seatrial/kernel';

/** Ends a server from within, as exit(3) in one of its handlers does. */
export class ServerExit {
  private readonly asked = new Condition();
  private status = 0;

  /** Ends the server; the client that asked for it loses its connection. */
  *now(status: number): Coroutine<HttpResponse> {
    this.status = status;
    this.asked.set();
    yield pause(0);
    return { status: 500, headers: [], body: '' };
  }

  /** Waits for the end: the status that a handler asked for, or what `stop` says of a signal that comes before. */
  *wait(process: Process, stop: (signal: Signal) => Coroutine<number | undefined>): Coroutine<number> {
    for (;;) {
      yield* waitFor([this.asked, process.signalArrived]);
      if (this.asked.ready) return this.status;
      const signal = process.takeSignal();
      const status = signal === undefined ? undefined : yield* stop(signal);
      if (status !== undefined) return status;
    }
  }
}
