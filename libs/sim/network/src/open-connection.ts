import {
  fail,
  ok,
  Pipe,
  Task,
  waitFor,
  type Connection,
  type ConnectionInfo,
  type Coroutine,
  type Hop,
  type HttpRequest,
  type HttpResponse,
  type Input,
  type NetworkService,
  type Output,
  type Result,
  type Simulation,
} from '@seatrial/kernel';
import { serveHttp } from './http-over-stream.js';
import type { OpenRoute } from './route.js';

/** A connection to an open port, with the addresses that both ends see. */
export class OpenConnection implements Connection {
  readonly service: NetworkService;
  private closed = false;
  private onClose: (() => void)[] | undefined;

  constructor(
    private readonly simulation: Simulation,
    private readonly route: OpenRoute,
    readonly remoteAddress: string,
    readonly remotePort: number,
    readonly localAddress: string,
    readonly localPort: number,
  ) {
    this.service = route.port.service;
  }

  get hops(): readonly Hop[] {
    return this.route.hops;
  }

  private seenByServer(): ConnectionInfo {
    const { clientAddress, serverAddress, port } = this.route;
    return {
      remoteAddress: clientAddress,
      remotePort: this.localPort,
      localAddress: serverAddress,
      localPort: port.port,
    };
  }

  *http(request: HttpRequest): Coroutine<Result<HttpResponse, 'reset' | 'timeout'>> {
    const { service, route } = this;
    if (!service.http || route.port.closed || this.closed) return fail('reset');
    yield* thawed(service);
    const response = yield* service.http(request, this.seenByServer());
    return route.port.closed ? fail('reset') : ok(response);
  }

  open(): { readonly input: Input; readonly output: Output } {
    const { service } = this;
    const seenByServer = this.seenByServer();
    const toServer = new Pipe();
    const toClient = new Pipe();
    new Task(this.simulation, serve(service, toServer, toClient, seenByServer));
    (this.onClose ??= []).push(() => {
      toServer.output.close();
      toClient.input.close();
    });
    return { input: toClient.input, output: toServer.output };
  }

  close(): void {
    this.closed = true;
    const { onClose } = this;
    if (!onClose) return;
    for (const end of onClose) end();
    this.onClose = undefined;
  }
}

/** Waits for a server that is frozen. */
function* thawed(service: NetworkService): Coroutine<void> {
  const frozen = service.frozen?.();
  if (frozen) yield* waitFor([frozen]);
}

function* serve(
  service: NetworkService,
  toServer: Pipe,
  toClient: Pipe,
  seenByServer: ConnectionInfo,
): Coroutine<void> {
  yield* thawed(service);
  if (service.stream) yield* service.stream(toServer.input, toClient.output, seenByServer);
  else if (service.http) yield* serveHttp(service.http, toServer.input, toClient.output, seenByServer);
  toClient.output.close();
  toServer.input.close();
}
