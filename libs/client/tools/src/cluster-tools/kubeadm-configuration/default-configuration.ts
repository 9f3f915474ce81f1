import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { DEFAULT_SOCKET } from './configuration-types.js';

/** What kubeadm finds out about the machine. */
export interface ConfigurationSite {
  readonly hostname: string;
  readonly address: string;
  /** What the label `stable-1` comes to. */
  readonly release: string;
  readonly newToken: () => string;
}

/** Never printed, always there in Go's structs. */
export const objectAt = (value: JsonObject, key: string): JsonObject => {
  const found = value[key];
  return isJsonObject(found) ? found : {};
};

export const textAt = (value: JsonObject, key: string): string => {
  const found = value[key];
  return typeof found === 'string' ? found : '';
};

const CONTROL_PLANE_TAINT = { effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane' };
const TIMEOUTS: JsonObject = {
  controlPlaneComponentHealthCheck: '4m0s',
  discovery: '5m0s',
  etcdAPICall: '2m0s',
  kubeletHealthCheck: '4m0s',
  kubernetesAPICall: '1m0s',
  tlsBootstrap: '5m0s',
  upgradeManifests: '5m0s',
};

/** Members that are empty texts, lists, tables, false or 0 are left out as `omitempty` leaves them. */
function given(value: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [key, each] of Object.entries(value)) {
    const isEmpty =
      each === '' || each === false || each === 0 || each === null || (Array.isArray(each) && each.length === 0);
    if (!isEmpty) setOwn(kept, key, each);
  }
  return kept;
}

/** A program's arguments as v1beta4 has them: v1beta3's tables sorted by name (zz_generated.conversion). */
function argumentsOf(value: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return value.map((each) => ({ name: '', value: '', ...(isJsonObject(each) && each) }));
  if (!isJsonObject(value)) return [];
  const names = Object.keys(value).sort();
  return names.map((name) => ({ name, value: textAt(value, name) }));
}

const withArguments = (value: JsonObject, key: string): JsonObject =>
  given({ ...value, [key]: argumentsOf(value[key]) });

function registrationOf(value: JsonObject, site: ConfigurationSite, isControlPlane: boolean): JsonObject {
  const socket = textAt(value, 'criSocket');
  return {
    ...withArguments(value, 'kubeletExtraArgs'),
    criSocket: socket === '' || socket.startsWith('unix') ? socket || DEFAULT_SOCKET : `unix://${socket}`,
    imagePullPolicy: textAt(value, 'imagePullPolicy') || 'IfNotPresent',
    imagePullSerial: value.imagePullSerial ?? true,
    name: (textAt(value, 'name') || site.hostname).trim().toLowerCase(),
    taints: value.taints ?? (isControlPlane ? [CONTROL_PLANE_TAINT] : null),
  };
}

function endpointOf(value: JsonObject, site: ConfigurationSite): JsonObject {
  return { advertiseAddress: textAt(value, 'advertiseAddress') || site.address, bindPort: value.bindPort || 6443 };
}

function tokensOf(value: JsonValue | undefined, site: ConfigurationSite): JsonValue {
  const tokens: JsonValue[] = Array.isArray(value) && value.length > 0 ? value : [{}];
  const listOf = (list: JsonValue | undefined, fallback: readonly string[]): JsonValue =>
    Array.isArray(list) && list.length > 0 ? list : [...fallback];
  return tokens.filter(isJsonObject).map((token) => ({
    ...given(token),
    groups: listOf(token.groups, ['system:bootstrappers:kubeadm:default-node-token']),
    token: textAt(token, 'token') || site.newToken(),
    ...(token.expires === undefined && { ttl: token.ttl ?? '24h0m0s' }),
    usages: listOf(token.usages, ['signing', 'authentication']),
  }));
}

const timeoutsOf = (value: JsonObject): JsonObject => ({ ...TIMEOUTS, ...objectAt(value, 'timeouts') });

/** An InitConfiguration with defaults, in the form of v1beta4 (util/config/initconfiguration.go, v1.35.4). */
export function defaultInit(value: JsonObject, site: ConfigurationSite): JsonObject {
  return {
    ...given(value),
    bootstrapTokens: tokensOf(value.bootstrapTokens, site),
    localAPIEndpoint: endpointOf(objectAt(value, 'localAPIEndpoint'), site),
    nodeRegistration: registrationOf(objectAt(value, 'nodeRegistration'), site, true),
    timeouts: timeoutsOf(value),
  };
}

/** Where a release is none yet: labels such as `stable` come to the newest one. */
function releaseOf(version: string, site: ConfigurationSite): string {
  if (/^(?:stable|latest)(?:-\d+(?:\.\d+)?)?$/.test(version) || version === '') return site.release;
  return /^v?\d+\.\d+\.\d+(?:[-+~].*)?$/.test(version) ? version.replace(/^v?/, 'v') : version;
}

function etcdOf(value: JsonObject): JsonObject {
  const external = objectAt(value, 'external');
  if (isJsonObject(value.external) && !isJsonObject(value.local))
    return { external: { ...given(external), httpEndpoints: external.httpEndpoints ?? external.endpoints ?? [] } };
  const local = withArguments(objectAt(value, 'local'), 'extraArgs');
  return { ...given(value), local: { ...local, dataDir: textAt(local, 'dataDir') || '/var/lib/etcd' } };
}

/** A ClusterConfiguration with defaults, in the form of v1beta4; `port` is the API server's. */
export function defaultCluster(value: JsonObject, site: ConfigurationSite, port: JsonValue): JsonObject {
  const networking = objectAt(value, 'networking');
  const { timeoutForControlPlane: _, ...apiServer } = objectAt(value, 'apiServer');
  const endpoint = textAt(value, 'controlPlaneEndpoint');
  const names = Array.isArray(apiServer.certSANs) ? apiServer.certSANs : [];
  return {
    ...given(value),
    apiServer: withArguments(
      { ...apiServer, certSANs: names.map((name) => (typeof name === 'string' ? name.toLowerCase() : name)) },
      'extraArgs',
    ),
    caCertificateValidityPeriod: value.caCertificateValidityPeriod ?? '87600h0m0s',
    certificateValidityPeriod: value.certificateValidityPeriod ?? '8760h0m0s',
    certificatesDir: textAt(value, 'certificatesDir') || '/etc/kubernetes/pki',
    clusterName: textAt(value, 'clusterName') || 'kubernetes',
    ...(endpoint !== '' && {
      controlPlaneEndpoint: /:[^:\]]*$/.test(endpoint) ? endpoint : `${endpoint}:${JSON.stringify(port)}`,
    }),
    controllerManager: withArguments(objectAt(value, 'controllerManager'), 'extraArgs'),
    dns: given(objectAt(value, 'dns')),
    encryptionAlgorithm: textAt(value, 'encryptionAlgorithm') || 'RSA-2048',
    etcd: etcdOf(objectAt(value, 'etcd')),
    imageRepository: textAt(value, 'imageRepository') || 'registry.k8s.io',
    kubernetesVersion: releaseOf(textAt(value, 'kubernetesVersion'), site),
    networking: {
      ...given(networking),
      dnsDomain: textAt(networking, 'dnsDomain') || 'cluster.local',
      serviceSubnet: textAt(networking, 'serviceSubnet') || '10.96.0.0/12',
    },
    proxy: given(objectAt(value, 'proxy')),
    scheduler: withArguments(objectAt(value, 'scheduler'), 'extraArgs'),
  };
}

/** A JoinConfiguration with defaults, in the form of v1beta4 (util/config/joinconfiguration.go). */
export function defaultJoin(value: JsonObject, site: ConfigurationSite): JsonObject {
  const { timeout, ...discovery } = objectAt(value, 'discovery');
  const token = objectAt(discovery, 'bootstrapToken');
  const joinsControlPlane = isJsonObject(value.controlPlane);
  const controlPlane = objectAt(value, 'controlPlane');
  const tls = textAt(discovery, 'tlsBootstrapToken') || textAt(token, 'token');
  const timeouts = timeoutsOf(value);
  return {
    ...given(value),
    caCertPath: textAt(value, 'caCertPath') || '/etc/kubernetes/pki/ca.crt',
    ...(joinsControlPlane && {
      controlPlane: {
        ...given(controlPlane),
        localAPIEndpoint: endpointOf(objectAt(controlPlane, 'localAPIEndpoint'), site),
      },
    }),
    discovery: {
      ...given(discovery),
      ...(isJsonObject(discovery.bootstrapToken) && { bootstrapToken: { token: '', ...given(token) } }),
      ...(tls !== '' && { tlsBootstrapToken: tls }),
    },
    nodeRegistration: registrationOf(objectAt(value, 'nodeRegistration'), site, joinsControlPlane),
    timeouts: { ...timeouts, discovery: timeout ?? timeouts.discovery },
  };
}

/** A ResetConfiguration with defaults. */
export function defaultReset(value: JsonObject): JsonObject {
  return {
    ...given(value),
    certificatesDir: textAt(value, 'certificatesDir') || '/etc/kubernetes/pki',
    criSocket: textAt(value, 'criSocket') || DEFAULT_SOCKET,
    timeouts: timeoutsOf(value),
  };
}
