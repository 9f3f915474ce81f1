import { fail, ok, Pipe, Task, type Connection, type Hop, type Simulation } from '@seatrial/kernel';
import { serveHttp } from './http-over-stream.js';
import type { OpenPort } from './network-namespace.js';

/** A connection to an open port, with the addresses that both ends see. */
export function openConnection(
  simulation: Simulation,
  target: OpenPort,
  ends: {
    readonly remoteAddress: string;
    readonly remotePort: number;
    readonly localAddress: string;
    readonly localPort: number;
  },
  server: { readonly clientAddress: string; readonly clientPort: number; readonly serverAddress: string },
  hops: readonly Hop[],
): Connection {
  const seenByServer = {
    remoteAddress: server.clientAddress,
    remotePort: server.clientPort,
    localAddress: server.serverAddress,
    localPort: target.port,
  };
  const { service } = target;
  let closed = false;
  const onClose: (() => void)[] = [];
  return {
    ...ends,
    service,
    hops,
    *http(request) {
      if (!service.http || target.closed || closed) return fail('reset');
      const response = yield* service.http(request, seenByServer);
      return target.closed ? fail('reset') : ok(response);
    },
    open: () => {
      const toServer = new Pipe();
      const toClient = new Pipe();
      new Task(simulation, function* () {
        if (service.stream) yield* service.stream(toServer.input, toClient.output, seenByServer);
        else if (service.http) yield* serveHttp(service.http, toServer.input, toClient.output, seenByServer);
        toClient.output.close();
        toServer.input.close();
      });
      onClose.push(() => {
        toServer.output.close();
        toClient.input.close();
      });
      return { input: toClient.input, output: toServer.output };
    },
    close: () => {
      closed = true;
      for (const end of onClose) end();
      onClose.length = 0;
    },
  };
}
