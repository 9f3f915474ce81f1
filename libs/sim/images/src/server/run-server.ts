import { type Coroutine, type Listener, type NetworkService, type Process, type Signal } from '@seatrial/kernel';

export interface ServerOptions {
  readonly ports: readonly { readonly port: number; readonly service: NetworkService; readonly address?: string }[];
  /** What is printed when a port is taken, and the exit status then. */
  readonly inUse?: (port: number) => string;
  readonly inUseStatus?: number;
  /** What runs while everything listens, instead of waiting for signals; the server ends with it. */
  readonly run?: () => Coroutine<number>;
  /** Runs once everything listens; false ends the server with status 1. */
  readonly prepare?: () => Coroutine<boolean>;
  /** Runs once everything listens. */
  readonly started?: () => Coroutine<void>;
  /** What is done at a signal that ends the server, and the exit status; without one it goes on. */
  readonly stop?: (signal: Signal) => Coroutine<number | undefined>;
  /** Signals that end it; without, TERM, INT and QUIT do. */
  readonly signals?: readonly Signal[];
  /** Reads the configuration again, at HUP. */
  readonly reload?: () => Coroutine<void>;
}

/** A service that is as frozen as its process. */
const freezing = (process: Process, service: NetworkService): NetworkService => ({
  frozen: () => process.continued,
  ...service,
});

/** Listens until a signal ends the process; the ports are closed however it ends. Costs no events while idle. */
export function* runServer(process: Process, options: ServerOptions): Coroutine<number> {
  let listeners: readonly Listener[] = [];
  const signals = options.signals ?? ['TERM', 'INT', 'QUIT'];
  try {
    for (const { port, service, address } of options.ports) {
      const listening = process.machine.network.listen(
        port,
        freezing(process, service),
        address === undefined ? {} : { address },
      );
      if (!listening.ok) {
        yield* process.stderr.write(options.inUse?.(port) ?? `listen tcp :${port}: bind: address already in use\n`);
        return options.inUseStatus ?? 1;
      }
      listeners = [...listeners, listening.value];
    }
    for (const signal of signals) process.setSignalHandler(signal, 'catch');
    if (options.reload) for (const signal of ['HUP', 'USR1'] as const) process.setSignalHandler(signal, 'catch');
    if (options.prepare && !(yield* options.prepare())) return 1;
    if (options.started) yield* options.started();
    if (options.run) return yield* options.run();
    const wait = { on: [process.signalArrived] };
    for (;;) {
      // In place of `waitFor`, whose coroutine every idle server would keep.
      if (!process.signalArrived.ready) yield wait;
      const signal = process.takeSignal();
      if (signal === undefined) continue;
      if (options.reload && (signal === 'HUP' || signal === 'USR1')) {
        if (signal === 'HUP') yield* options.reload();
        continue;
      }
      const status = options.stop ? yield* options.stop(signal) : 0;
      if (status !== undefined) return status;
    }
  } finally {
    for (const listener of listeners) listener.close();
  }
}
