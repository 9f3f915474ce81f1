import {
  API_SERVER,
  handleHttp,
  httpWatch,
  proxiedRequest,
  type ApiServer,
  type Credentials,
} from '@seatrial/apiserver';
import {
  sleep,
  type ConnectionInfo,
  type Coroutine,
  type FacilityKey,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
  type NetworkStack,
} from '@seatrial/kernel';
import { withoutEtcd } from './api-server-front.js';
import { answerProxied } from './api-server-proxy.js';
import type { ControlPlaneMember } from './control-plane-components.js';
import type { ClusterProfile } from './profile/cluster-profile.js';
import { apiServiceAddress } from './bootstrap/kubernetes-service.js';

const BEARER = /^Bearer\s+(.+)$/i;

interface Served {
  readonly front: () => ApiServer;
  readonly release: () => string;
  readonly stack: () => NetworkStack | undefined;
}

function credentialsOf({ headers }: HttpRequest): Credentials {
  const token = BEARER.exec(headers.get('authorization') ?? '')?.[1];
  // A TLS client certificate travels in this header: the simulated network has no handshake of its own.
  const clientCertificate = headers.get('x-client-certificate');
  const username = headers.get('impersonate-user');
  const groups = headers.get('impersonate-group')?.split(',') ?? [];
  return {
    ...(token && { token }),
    ...(clientCertificate && { clientCertificate }),
    ...(username && { impersonate: { username, groups } }),
  };
}

function* answerHttp(
  { front, release, stack }: Served,
  request: HttpRequest,
  { remoteAddress }: ConnectionInfo,
): Coroutine<HttpResponse> {
  const credentials = credentialsOf(request);
  const proxied = proxiedRequest(front(), request, credentials);
  if (proxied) return proxied.ok ? yield* answerProxied(stack(), request, proxied.value, remoteAddress) : proxied.error;
  const watching = httpWatch(front(), request, credentials);
  if (watching) return yield* watching;
  const { tookMs = 0, ...answer } = handleHttp(front(), release(), request, credentials);
  if (tookMs > 0) yield* sleep(tookMs);
  return answer;
}

/**
 * What listens on a control plane's port; `names` are what its certificate is for besides the Service's names: the API
 * over HTTPS, and the API server itself for the simulator's clients. `stack` is where it dials pods from, `member` what is
 * told of it as a part of the control plane; without one it always answers, with the profile's release.
 */
export function apiServerService(
  apiServer: ApiServer,
  profile: ClusterProfile,
  names: readonly string[],
  stack: () => NetworkStack | undefined,
  member?: () => ControlPlaneMember,
): NetworkService {
  const isolated = withoutEtcd(apiServer);
  const front = (): ApiServer => (member?.().serves() === false ? isolated : apiServer);
  const release = (): string => member?.().release() ?? profile.kubernetesVersion;
  return {
    http: (request, connection) => answerHttp({ front, release, stack }, request, connection),
    frozen: () => member?.().frozen(),
    tls: {
      issuer: 'kubernetes',
      ...(profile.authority !== undefined && { authority: profile.authority }),
      names: [
        ...names,
        apiServiceAddress(profile.serviceCidr),
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
      ],
    },
    capability: <T>(key: FacilityKey<T>) => (key.name === API_SERVER.name ? (front() as T) : undefined),
  };
}
