import { INGRESSES, SERVICES, type ApiServer } from '@seatrial/apiserver';
import {
  Condition,
  waitFor,
  type Coroutine,
  type NetworkService,
  type Process,
  type Program,
  type ServiceCertificate,
} from '@seatrial/kernel';
import { respond, runServer } from '@seatrial/images';
import { showsAddresses, writeAddresses, type StatusAddress } from '../http/ingress-status.js';
import { certificateOf, coversHost } from '../http/tls-secrets.js';
import { ingressesOfClass } from '../ingress-nginx/ingress-class.js';
import { reachApi } from '../reach-api.js';
import { TRAEFIK_CLASS, answerTraefik } from './answer-request.js';

const COMPONENT = 'traefik';
/** providersThrottleDuration */
const THROTTLE_MS = 2000;
const DEFAULT_CERTIFICATE: ServiceCertificate = {
  subject: 'CN=TRAEFIK DEFAULT CERT',
  issuer: 'CN=TRAEFIK DEFAULT CERT',
  names: [],
};

function certificateFor({ store }: ApiServer, serverName: string): ServiceCertificate {
  for (const ingress of ingressesOfClass(store, TRAEFIK_CLASS))
    for (const { secretName = '' } of ingress.spec.tls ?? []) {
      const found = certificateOf(store, ingress.metadata.namespace ?? '', secretName);
      if (found?.names.some((pattern) => coversHost(pattern, serverName))) return found;
    }
  return DEFAULT_CERTIFICATE;
}

function published({ store }: ApiServer, service: string): StatusAddress[] {
  const [namespace, name] = service.split('/');
  return (store.get(SERVICES, namespace, name)?.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) =>
    ip === undefined ? { hostname: hostname ?? '' } : { ip },
  );
}

/** Copies the addresses of traefik's own service into the Ingresses until a signal comes. */
function* follow(process: Process, apiServer: ApiServer, service: string): Coroutine<number> {
  const changed = new Condition();
  const stops = [
    apiServer.store.onChange(INGRESSES, () => changed.set()),
    apiServer.store.onChange(SERVICES, ({ object }) => {
      if (`${object.metadata.namespace ?? ''}/${object.metadata.name}` === service) changed.set();
    }),
  ];
  try {
    for (;;) {
      changed.clear();
      const addresses = published(apiServer, service);
      for (const ingress of ingressesOfClass(apiServer.store, TRAEFIK_CLASS))
        if (addresses.length > 0 && !showsAddresses(ingress, addresses))
          writeAddresses(apiServer, COMPONENT, ingress, addresses);
      const woken = yield* waitFor([process.signalArrived, changed]);
      if (process.takeSignal() !== undefined) return 0;
      if (woken >= 0) yield* waitFor([process.signalArrived], THROTTLE_MS / 4);
    }
  } finally {
    for (const stop of stops) stop();
  }
}

/** `/traefik` as k3s runs it: `web` on 8000, `websecure` on 8443, ping and metrics beside them. */
export const traefikProgram: Program = function* (process: Process): Coroutine<number> {
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const apiServer = yield* reachApi(process);
  if (!apiServer) return 0;
  const flag = (name: string, fallback: string): string =>
    process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
  const port = (name: string, fallback: number): number =>
    Number(/:(\d+)/.exec(flag(`entryPoints.${name}.address`, `:${fallback}`))?.[1] ?? fallback);
  const web = (secure: boolean): NetworkService => ({
    http: (request, connection) => answerTraefik(process, apiServer.store, request, connection.remoteAddress, secure),
    ...(secure && {
      tls: {
        issuer: DEFAULT_CERTIFICATE.issuer,
        names: [],
        certificate: (serverName: string) => certificateFor(apiServer, serverName),
        http2: true,
      },
    }),
  });
  const ping: NetworkService = {
    *http(request) {
      return request.path === '/ping' ? respond(200, 'OK') : respond(404, '404 page not found\n');
    },
  };
  return yield* runServer(process, {
    ports: [
      { port: port('traefik', 8080), service: ping },
      { port: port('web', 8000), service: web(false) },
      { port: port('websecure', 8443), service: web(true) },
    ],
    run: () =>
      follow(
        process,
        apiServer,
        flag('providers.kubernetesingress.ingressendpoint.publishedservice', 'kube-system/traefik'),
      ),
  });
};
