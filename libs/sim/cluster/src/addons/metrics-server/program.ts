import { AGGREGATED_API, type AggregatedApi, type ApiServer, type Node, type Status } from '@seatrial/apiserver';
import { respond, runServer } from '@seatrial/images';
import {
  Condition,
  STEADY_HTTP,
  waitFor,
  type Coroutine,
  type FacilityKey,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { goQuote, klogLine, parseGoDuration } from '@seatrial/schema';
import { reachApi } from '../reach-api.js';
import { METRICS_GROUP, Measurements, nodesOf, unmeasured } from './metrics-api.js';

const DEFAULT_PORT = 10_250;
const KUBELET_PORT = 10_250;
/** It makes its certificate and fills its caches before it scrapes. */
const START_MS = 2_000;
const DEFAULT_RESOLUTION_MS = 60_000;
const MS_PER_NANOSECOND = 1e-6;

function flag(process: Process, name: string): string | undefined {
  const at = process.argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  const word = process.argv[at];
  return word.includes('=') ? word.slice(name.length + 3) : 'true';
}

type LogLine = readonly [place: string, text: string];

/** Distributions whose kubelets have certificates of the cluster's authority, for their addresses. */
const SIGNED_CERTIFICATES = /\+k3s|-eks-|-gke\./;

/** One running metrics-server: it scrapes all kubelets each --metric-resolution. */
class MetricsServer implements AggregatedApi {
  readonly group = METRICS_GROUP;
  private readonly measurements: Measurements;
  private readonly resolutionMs: number;
  private readonly ended = new Condition();
  private scraped: readonly Node[] = [];
  private scrapes = 0;

  constructor(
    private readonly process: Process,
    private readonly apiServer: ApiServer,
  ) {
    this.measurements = new Measurements(apiServer);
    const given = parseGoDuration(flag(process, 'metric-resolution') ?? '');
    this.resolutionMs = given.ok ? given.value * MS_PER_NANOSECOND : DEFAULT_RESOLUTION_MS;
  }

  begin(): void {
    this.write();
  }

  refuse({ verb, resource, namespace, name }: Parameters<AggregatedApi['refuse']>[0]): Status | undefined {
    return verb === 'get' && name !== undefined ? unmeasured(this.apiServer, resource, namespace, name) : undefined;
  }

  end(): void {
    this.ended.set();
  }

  *run(): Coroutine<number> {
    yield* waitFor([this.process.signalArrived], START_MS);
    for (;;) {
      yield* this.scrape();
      yield* waitFor([this.process.signalArrived], this.resolutionMs);
      if (this.process.takeSignal() !== undefined) return 0;
    }
  }

  *log(lines: readonly LogLine[], severity: 'E' | 'I' = 'I'): Coroutine<void> {
    const { stderr, machine } = this.process;
    const now = machine.simulation.now();
    yield* stderr.write(lines.map(([place, text]) => `${klogLine(now, severity, place, text)}\n`).join(''));
  }

  private *scrape(): Coroutine<void> {
    const scraped: Node[] = [];
    for (const node of nodesOf(this.apiServer)) {
      const problem = this.problemOf(node);
      if (problem === undefined) scraped.push(node);
      else
        yield* this.log(
          [['scraper.go:149', `"Failed to scrape node" err=${goQuote(problem)} node=${goQuote(node.metadata.name)}`]],
          'E',
        );
    }
    this.scraped = scraped;
    if (scraped.length > 0) this.scrapes++;
    if (this.ready) this.write();
  }

  /** Rates need two scrapes. */
  private get ready(): boolean {
    return this.scrapes >= 2;
  }

  private write(): void {
    this.measurements.record(this.scraped, this.resolutionMs / 1000);
  }

  /** Why a node's kubelet cannot be scraped. */
  private problemOf({ metadata, status }: Node): string | undefined {
    const types = flag(this.process, 'kubelet-preferred-address-types')?.split(',') ?? ['Hostname', 'InternalIP'];
    const addresses = status?.addresses ?? [];
    const chosen = types.flatMap((type) => addresses.filter((each) => each.type === type)).at(0);
    if (!chosen) return `node ${metadata.name} had no addresses that matched types [${types.join(' ')}]`;
    const url = `https://${chosen.address}:${KUBELET_PORT}/metrics/resource`;
    const dialFailure = this.apiServer.dialFailures.get(metadata.name);
    if (dialFailure !== undefined) return `Get "${url}": dial tcp ${chosen.address}:${KUBELET_PORT}: ${dialFailure}`;
    if (!this.apiServer.kubelets.has(metadata.name))
      return `Get "${url}": dial tcp ${chosen.address}:${KUBELET_PORT}: connect: connection refused`;
    const trusted =
      flag(this.process, 'kubelet-insecure-tls') === 'true' ||
      SIGNED_CERTIFICATES.test(status?.nodeInfo?.kubeletVersion ?? '');
    if (trusted) return undefined;
    const why = chosen.type.endsWith('IP')
      ? `cannot validate certificate for ${chosen.address} because it doesn't contain any IP SANs`
      : 'certificate signed by unknown authority';
    return `Get "${url}": tls: failed to verify certificate: x509: ${why}`;
  }

  private *answer({ path }: HttpRequest): Coroutine<HttpResponse> {
    switch (path.split('?')[0]) {
      case '/livez':
      case '/healthz':
        return respond(200, 'ok');
      case '/readyz': {
        if (this.ready) return respond(200, 'ok');
        const line = '"Failed probe" probe="metric-storage-ready" err="no metrics to serve"';
        yield* this.log([['server.go:191', line]]);
        return respond(500, '[+]ping ok\n[-]metric-storage-ready failed: reason withheld\nreadyz check failed\n');
      }
      default:
        return path.startsWith('/apis/') ? respond(200, '{}', 'application/json') : respond(403, 'Forbidden');
    }
  }

  service(): NetworkService {
    return {
      http: (request) => this.answer(request),
      tls: { issuer: 'CN=localhost-ca', names: ['localhost'] },
      capability: <T>(key: FacilityKey<T>): T | undefined => {
        if (key.name === AGGREGATED_API.name) return this as unknown as T;
        // Until it is ready each failed probe writes a line.
        return key.name === STEADY_HTTP.name && this.ready ? (this.ended as unknown as T) : undefined;
      },
    };
  }
}

const AUTHENTICATION = 'client-ca::kube-system::extension-apiserver-authentication';
const AUTHORITIES = [`${AUTHENTICATION}::client-ca-file`, `${AUTHENTICATION}::requestheader-client-ca-file`];

const STARTING = [
  ['serving.go:380', 'Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)'],
  ['handler.go:288', 'Adding GroupVersion metrics.k8s.io v1beta1 to ResourceManager'],
] as const;
const CONTROLLERS = [
  ['requestheader_controller.go:180', 'Starting RequestHeaderAuthRequestController'],
  ['shared_informer.go:350', '"Waiting for caches to sync" controller="RequestHeaderAuthRequestController"'],
  ...AUTHORITIES.flatMap((name) => [
    ['configmap_cafile_content.go:205', `"Starting controller" name="${name}"`] as const,
    ['shared_informer.go:350', `"Waiting for caches to sync" controller="${name}"`] as const,
  ]),
  [
    'dynamic_serving_content.go:135',
    '"Starting controller" name="serving-cert::/tmp/apiserver.crt::/tmp/apiserver.key"',
  ],
] as const;
const SYNCED = [
  ['tlsconfig.go:243', '"Starting DynamicServingCertificateController"'],
  ['shared_informer.go:357', '"Caches are synced" controller="RequestHeaderAuthRequestController"'],
  ...AUTHORITIES.map((name) => ['shared_informer.go:357', `"Caches are synced" controller="${name}"`] as const),
] as const;

/** `/metrics-server` (kubernetes-sigs/metrics-server v0.8): serves metrics.k8s.io by scraping the kubelets. */
export const metricsServerProgram: Program = function* (process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const apiServer = yield* reachApi(process);
  if (!apiServer) return 0;
  const port = Number(flag(process, 'secure-port') ?? DEFAULT_PORT);
  const server = new MetricsServer(process, apiServer);
  yield* server.log(STARTING);
  try {
    return yield* runServer(process, {
      ports: [{ port, service: server.service() }],
      inUse: (taken) =>
        `panic: failed to create listener: failed to listen on 0.0.0.0:${taken}: listen tcp 0.0.0.0:${taken}: bind: address already in use\n`,
      inUseStatus: 2,
      started: function* () {
        yield* server.log([['secure_serving.go:211', `Serving securely on [::]:${port}`], ...CONTROLLERS, ...SYNCED]);
      },
      run: () => server.run(),
    });
  } finally {
    server.end();
  }
};
