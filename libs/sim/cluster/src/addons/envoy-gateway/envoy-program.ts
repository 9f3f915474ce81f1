import type { ApiServer } from '@seatrial/apiserver';
import {
  Condition,
  waitFor,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Listener as OpenListener,
  type NetworkService,
  type Process,
  type Program,
  type ServiceCertificate,
} from '@seatrial/kernel';
import { respond } from '@seatrial/images';
import { hostnameMatches } from '../gateway-api/attachment.js';
import { GATEWAYS, type Gateway, type Listener } from '../gateway-api/gateway-types.js';
import { certificateOf } from '../http/tls-secrets.js';
import { reachApi } from '../reach-api.js';
import { answerByRoutes } from './answer-request.js';

const READY_PORT = 19_003;
const NO_CERTIFICATE: ServiceCertificate = { subject: 'CN=none', issuer: 'CN=none', names: [] };

/** Envoy listens on unprivileged ports: 80 is 10080. */
export const containerPort = (port: number): number => (port < 1024 ? port + 10_000 : port);

/** One Envoy of a gateway: its listeners follow the gateway's. */
class EnvoyProxy {
  private readonly open = new Map<number, OpenListener>();

  constructor(
    private readonly process: Process,
    private readonly apiServer: ApiServer,
    private readonly namespace: string,
    private readonly name: string,
  ) {}

  gateway(): Gateway | undefined {
    return this.apiServer.store.get(GATEWAYS, this.namespace, this.name);
  }

  /** Opens the ports that the gateway asks for, closes the others. */
  update(): void {
    const listeners = (this.gateway()?.spec.listeners ?? []).filter(({ protocol }) =>
      ['HTTP', 'HTTPS'].includes(protocol),
    );
    const wanted = new Map(listeners.map((listener) => [listener.port, listener]));
    for (const [port, open] of this.open)
      if (!wanted.has(port)) {
        open.close();
        this.open.delete(port);
      }
    for (const [port, listener] of wanted) {
      if (this.open.has(port)) continue;
      const listening = this.process.machine.network.listen(containerPort(port), this.service(port, listener));
      if (listening.ok) this.open.set(port, listening.value);
    }
  }

  close(): void {
    for (const open of this.open.values()) open.close();
    this.open.clear();
  }

  private service(port: number, { protocol }: Listener): NetworkService {
    const secure = protocol === 'HTTPS';
    return {
      http: (request, connection) => this.answer(port, request, connection.remoteAddress, secure),
      ...(secure && {
        tls: {
          issuer: '',
          names: [],
          certificate: (serverName: string) => this.certificate(port, serverName),
          http2: true,
        },
      }),
    };
  }

  private certificate(port: number, serverName: string): ServiceCertificate {
    const listener = this.gateway()?.spec.listeners.find(
      (each) => each.port === port && (each.hostname === undefined || hostnameMatches(each.hostname, serverName)),
    );
    const [reference] = listener?.tls?.certificateRefs ?? [];
    if (!reference) return NO_CERTIFICATE;
    return certificateOf(this.apiServer.store, reference.namespace ?? this.namespace, reference.name) ?? NO_CERTIFICATE;
  }

  private *answer(port: number, request: HttpRequest, client: string, secure: boolean): Coroutine<HttpResponse> {
    const gateway = this.gateway();
    const { simulation } = this.process.machine;
    if (!gateway) return { status: 404, headers: [['content-length', '0']], body: '' };
    const began = simulation.now();
    const response = yield* answerByRoutes(this.process, this.apiServer.store, gateway, port, request, client, secure);
    const entry = {
      ':authority': request.headers.get('host') ?? null,
      bytes_received: request.body.length,
      bytes_sent: response.body.length,
      downstream_remote_address: client,
      duration: simulation.now() - began,
      method: request.method,
      protocol: 'HTTP/1.1',
      response_code: response.status,
      'user-agent': request.headers.get('user-agent') ?? null,
      'x-envoy-origin-path': request.path,
    };
    yield* this.process.stdout.write(`${JSON.stringify(entry)}\n`);
    return response;
  }
}

/** `/usr/local/bin/envoy` as Envoy Gateway runs it: `--service-cluster namespace/gateway`. */
export const envoyProgram: Program = function* (process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const at = process.argv.indexOf('--service-cluster');
  const [namespace, name] = (process.argv[at + 1] ?? '').split('/');
  const apiServer = yield* reachApi(process);
  if (!apiServer) return 0;
  const proxy = new EnvoyProxy(process, apiServer, namespace, name);
  const changed = new Condition();
  const stop = apiServer.store.onChange(GATEWAYS, () => changed.set());
  const ready = process.machine.network.listen(READY_PORT, {
    *http() {
      return respond(200, 'LIVE\n');
    },
  });
  try {
    for (;;) {
      changed.clear();
      proxy.update();
      yield* waitFor([process.signalArrived, changed]);
      if (process.takeSignal() !== undefined) return 0;
    }
  } finally {
    stop();
    proxy.close();
    if (ready.ok) ready.value.close();
  }
};
