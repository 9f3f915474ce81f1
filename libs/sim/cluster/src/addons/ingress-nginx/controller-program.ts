import { INGRESSES, SERVICES, type ApiServer, type EventRecorder, type Ingress } from '@seatrial/apiserver';
import {
  Condition,
  compareStrings,
  utf8Length,
  waitFor,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
  type Process,
  type Program,
  type ServiceCertificate,
} from '@seatrial/kernel';
import { logDate, respond, runServer } from '@seatrial/images';
import { showsAddresses, writeAddresses } from '../http/ingress-status.js';
import { certificateOf, coversHost } from '../http/tls-secrets.js';
import { reachApi } from '../reach-api.js';
import { reviewIngress } from './admission-review.js';
import { answerRequest, type NginxAnswer } from './answer-request.js';
import { INGRESS_CLASSES, ingressesOfClass, isOfClass, type ClassChoice } from './ingress-class.js';
import { publishedAddresses, runningPeers, type PublishOptions } from './publish-addresses.js';
import { virtualServers, type VirtualServer } from './virtual-servers.js';

const COMPONENT = 'nginx-ingress-controller';
/** --status-update-interval */
const STATUS_MS = 60_000;

const FAKE: ServiceCertificate = {
  subject: 'O=Acme Co, CN=Kubernetes Ingress Controller Fake Certificate',
  issuer: 'O=Acme Co, CN=Kubernetes Ingress Controller Fake Certificate',
  names: ['ingress.local'],
};

/** The value of `--name=value`, with `$(VAR)` already expanded by the kubelet. */
function flag(process: Process, name: string): string | undefined {
  const found = process.argv.find((word) => word.startsWith(`--${name}=`));
  return found?.slice(name.length + 3);
}

/** One running controller: its configuration follows the API; nginx answers by it. */
class NginxController {
  private servers: ReadonlyMap<string, VirtualServer> | undefined;
  private readonly seen: Ingress[] = [];
  private readonly changed = new Condition();
  private readonly choice: ClassChoice;
  private readonly publish: PublishOptions;
  private readonly startedAt: number;
  private readonly stops: (() => void)[] = [];
  private readonly events: EventRecorder;

  constructor(
    private readonly process: Process,
    private readonly apiServer: ApiServer,
  ) {
    this.choice = {
      controller: flag(process, 'controller-class') ?? 'k8s.io/ingress-nginx',
      annotation: flag(process, 'ingress-class') ?? 'nginx',
      withoutClass: flag(process, 'watch-ingress-without-class') === 'true',
    };
    this.publish = {
      publishService: flag(process, 'publish-service'),
      statusAddress: flag(process, 'publish-status-address'),
      namespace: process.env.get('POD_NAMESPACE') ?? 'default',
      podName: process.env.get('POD_NAME') ?? process.machine.hostname,
    };
    this.startedAt = process.machine.simulation.now();
    const { store } = apiServer;
    this.events = apiServer.recorder(COMPONENT);
    for (const ingress of ingressesOfClass(store, this.choice)) this.seen.push(ingress);
    this.stops.push(
      store.onChange(INGRESSES, ({ type, object }) => {
        this.servers = undefined;
        if (type !== 'DELETED' && isOfClass(store, object, this.choice)) this.seen.push(object);
        this.changed.set();
      }),
      store.onChange(INGRESS_CLASSES, () => {
        this.servers = undefined;
        this.changed.set();
      }),
    );
    if (this.publish.publishService !== undefined) this.stops.push(store.onChange(SERVICES, () => this.changed.set()));
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  /** Events and status, until a signal comes. */
  *run(): Coroutine<number> {
    const { simulation } = this.process.machine;
    this.writeStatus();
    for (;;) {
      this.recordSyncs();
      const due = this.stale().length > 0;
      const elapsed = simulation.now() - this.startedAt;
      const wait = due ? STATUS_MS - (elapsed % STATUS_MS) : undefined;
      this.changed.clear();
      const woken = yield* waitFor([this.process.signalArrived, this.changed], wait);
      if (this.process.takeSignal() !== undefined) return this.shutDown();
      if (woken === -1) this.writeStatus();
    }
  }

  private recordSyncs(): void {
    for (const object of this.seen.splice(0)) this.events.event({ object }, 'Normal', 'Sync', 'Scheduled for sync');
  }

  private stale(): readonly Ingress[] {
    const { store } = this.apiServer;
    const addresses = publishedAddresses(store, this.publish);
    return ingressesOfClass(store, this.choice).filter((ingress) => !showsAddresses(ingress, addresses));
  }

  private writeStatus(): void {
    const addresses = publishedAddresses(this.apiServer.store, this.publish);
    for (const ingress of this.stale()) writeAddresses(this.apiServer, COMPONENT, ingress, addresses);
  }

  /** The last controller takes its addresses out of the Ingresses. */
  private shutDown(): number {
    const { store } = this.apiServer;
    const others = runningPeers(store, this.publish).some(({ metadata }) => metadata.name !== this.publish.podName);
    if (others) return 0;
    for (const ingress of ingressesOfClass(store, this.choice))
      if (!showsAddresses(ingress, [])) writeAddresses(this.apiServer, COMPONENT, ingress, []);
    return 0;
  }

  private configuration(): ReadonlyMap<string, VirtualServer> {
    this.servers ??= virtualServers(ingressesOfClass(this.apiServer.store, this.choice));
    return this.servers;
  }

  private certificate(serverName: string): ServiceCertificate {
    for (const [host, { tlsSecret }] of this.configuration()) {
      if (tlsSecret === undefined || !coversHost(host, serverName)) continue;
      const [namespace, name] = tlsSecret.split('/');
      const found = name === '' ? undefined : certificateOf(this.apiServer.store, namespace, name);
      if (found?.names.some((pattern) => coversHost(pattern, serverName))) return found;
    }
    const fallback = flag(this.process, 'default-ssl-certificate')?.split('/');
    return (fallback && certificateOf(this.apiServer.store, fallback[0], fallback[1])) ?? FAKE;
  }

  private *answer(request: HttpRequest, client: string, secure: boolean): Coroutine<HttpResponse> {
    const { process, apiServer } = this;
    const began = process.machine.simulation.now();
    const answer = yield* answerRequest({
      process,
      store: apiServer.store,
      servers: this.configuration(),
      request,
      client,
      secure,
    });
    yield* process.stdout.write(this.accessLine(request, client, answer, began));
    return answer.response;
  }

  private accessLine(request: HttpRequest, client: string, answer: NginxAnswer, began: number): string {
    const { simulation } = this.process.machine;
    const { response, upstreamName, upstreamAddress } = answer;
    const took = ((simulation.now() - began) / 1000).toFixed(3);
    const length = utf8Length(response.body);
    const size = [...request.headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
    const upstream = upstreamAddress === '-' ? '- - - -' : `${upstreamAddress} ${length} ${took} ${response.status}`;
    return `${client} - - [${logDate(simulation.now())}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${length} "${request.headers.get('referer') ?? '-'}" "${request.headers.get('user-agent') ?? '-'}" ${size + request.path.length + 16} ${took} [${upstreamName}] [] ${upstream} ${simulation.random.hex(32)}\n`;
  }

  services(): { readonly port: number; readonly service: NetworkService }[] {
    const web = (secure: boolean): NetworkService => ({
      http: (request, connection) => this.answer(request, connection.remoteAddress, secure),
      ...(secure && {
        tls: {
          issuer: FAKE.issuer,
          names: FAKE.names,
          certificate: (serverName: string) => this.certificate(serverName),
          http2: true,
        },
      }),
    });
    const { store } = this.apiServer;
    const { choice } = this;
    return [
      { port: 80, service: web(false) },
      { port: 443, service: web(true) },
      {
        port: 8443,
        service: {
          *http(request: HttpRequest) {
            return reviewIngress(store, request, choice);
          },
          tls: { issuer: 'O=nil1', names: ['ingress-nginx-controller-admission.ingress-nginx.svc'] },
        },
      },
      {
        port: 10254,
        service: {
          *http(request: HttpRequest) {
            return request.path === '/healthz' ? respond(200, 'ok') : respond(404, '404 page not found\n');
          },
        },
      },
    ].sort((a, b) => compareStrings(String(a.port), String(b.port)));
  }
}

const BANNER = (
  version: string,
): string => `-------------------------------------------------------------------------------
NGINX Ingress controller
  Release:       ${version}
  Build:         git-${version}
  Repository:    https://github.com/kubernetes/ingress-nginx
  nginx version: nginx/1.27.1

-------------------------------------------------------------------------------

`;

/** `/nginx-ingress-controller` of an image's tag. */
export const controllerProgram = (version: string): Program =>
  function* (process: Process): Coroutine<number> {
    for (const signal of ['TERM', 'INT', 'QUIT'] as const) process.setSignalHandler(signal, 'catch');
    yield* process.stderr.write(BANNER(version));
    const apiServer = yield* reachApi(process);
    if (!apiServer) return 0;
    const controller = new NginxController(process, apiServer);
    try {
      return yield* runServer(process, {
        ports: controller.services(),
        inUse: (port) => `Port ${port} is already in use. Please check the flag --http-port\n`,
        run: () => controller.run(),
      });
    } finally {
      controller.stop();
    }
  };
