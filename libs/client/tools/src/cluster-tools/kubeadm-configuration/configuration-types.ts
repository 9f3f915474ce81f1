import { fail, ok, type JsonValue, type Result } from '@seatrial/kernel';
import { formatGoDuration, parseGoDuration } from '@seatrial/schema';
import {
  GO_ANY,
  GO_BOOL,
  GO_STRING,
  goList,
  goMap,
  type GoStruct,
  type GoType,
} from '../../helm/values/go-decoding.js';

const TOKEN = /^[a-z0-9]{6}\.[a-z0-9]{16}$/;

const text = (value: JsonValue): Result<string, string> =>
  typeof value === 'string'
    ? ok(value)
    : fail(`json: cannot unmarshal ${typeof value === 'boolean' ? 'bool' : typeof value} into Go value of type string`);

const DURATION: GoType = {
  kind: 'parsed',
  name: 'v1.Duration',
  parse: (value) => {
    const read = text(value);
    if (!read.ok) return read;
    const nanoseconds = parseGoDuration(read.value);
    return nanoseconds.ok ? ok(formatGoDuration(nanoseconds.value)) : nanoseconds;
  },
};

const BOOTSTRAP_TOKEN: GoType = {
  kind: 'parsed',
  name: 'v1.BootstrapTokenString',
  parse: (value) => {
    const read = text(value);
    if (!read.ok || read.value === '' || TOKEN.test(read.value)) return read;
    return fail(
      `the bootstrap token ${JSON.stringify(read.value)} was not of the form "\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z"`,
    );
  },
};

const INT: GoType = { kind: 'int', name: 'int32' };
const TEXTS = goList(GO_STRING);

interface ApiTypes {
  readonly InitConfiguration: GoStruct;
  readonly ClusterConfiguration: GoStruct;
  readonly JoinConfiguration: GoStruct;
  readonly ResetConfiguration?: GoStruct;
  readonly UpgradeConfiguration?: GoStruct;
}

const meta = { apiVersion: GO_STRING, kind: GO_STRING };

type Struct = (own: string, fields: Fields, embedded?: Record<string, string>) => GoStruct;
type Fields = Readonly<Record<string, GoType>>;

/** What kinds of one version of the API are made of; `args` is how it has a program's arguments. */
interface Version {
  readonly name: string;
  readonly args: GoType;
  /** v1beta4 */
  readonly isNew: boolean;
  readonly struct: Struct;
}

const image = { imageRepository: GO_STRING, imageTag: GO_STRING };
const images = { imageRepository: 'ImageMeta', imageTag: 'ImageMeta' };

const timeoutsOf = ({ struct }: Version): GoStruct =>
  struct(
    'Timeouts',
    Object.fromEntries(
      ['controlPlaneComponentHealthCheck', 'kubeletHealthCheck', 'kubernetesAPICall', 'etcdAPICall', 'tlsBootstrap', 'discovery', 'upgradeManifests'].map((name) => [name, DURATION]), // prettier-ignore
    ),
  );

const patchesOf = ({ struct }: Version): GoStruct => struct('Patches', { directory: GO_STRING });

const endpointOf = ({ struct }: Version): GoStruct =>
  struct('APIEndpoint', { advertiseAddress: GO_STRING, bindPort: INT });

const dryRunOf = (version: Version): Fields =>
  version.isNew ? { dryRun: GO_BOOL, timeouts: timeoutsOf(version) } : {};

const envsOf = ({ name, isNew }: Version): Fields => (isNew ? { extraEnvs: goList(GO_ANY, `[]${name}.EnvVar`) } : {});

function registrationOf({ struct, args, isNew }: Version): GoStruct {
  const effect: GoType = { kind: 'string', name: 'v1.TaintEffect' };
  const taint = struct('Taint', { key: GO_STRING, value: GO_STRING, effect });
  return struct('NodeRegistrationOptions', {
    name: GO_STRING,
    criSocket: GO_STRING,
    taints: goList(taint, '[]v1.Taint'),
    kubeletExtraArgs: args,
    ignorePreflightErrors: TEXTS,
    imagePullPolicy: { kind: 'string', name: 'v1.PullPolicy' },
    ...(isNew && { imagePullSerial: GO_BOOL }),
  });
}

function componentFields(version: Version): Fields {
  const mount = version.struct('HostPathMount', {
    name: GO_STRING,
    hostPath: GO_STRING,
    mountPath: GO_STRING,
    readOnly: GO_BOOL,
    pathType: { kind: 'string', name: 'v1.HostPathType' },
  });
  return { extraArgs: version.args, extraVolumes: goList(mount), ...envsOf(version) };
}

function etcdOf(version: Version): GoStruct {
  const { struct, args, isNew } = version;
  const names = { serverCertSANs: TEXTS, peerCertSANs: TEXTS };
  return struct('Etcd', {
    local: struct('LocalEtcd', { ...image, dataDir: GO_STRING, extraArgs: args, ...envsOf(version), ...names }, images),
    external: struct('ExternalEtcd', {
      endpoints: TEXTS,
      ...(isNew && { httpEndpoints: TEXTS }),
      caFile: GO_STRING,
      certFile: GO_STRING,
      keyFile: GO_STRING,
    }),
  });
}

function clusterConfigurationOf(version: Version): GoStruct {
  const { name, struct, isNew } = version;
  const component = componentFields(version);
  const within = Object.fromEntries(Object.keys(component).map((field) => [field, 'ControlPlaneComponent']));
  const timeout: Fields = isNew ? {} : { timeoutForControlPlane: DURATION };
  return struct('ClusterConfiguration', {
    ...meta,
    etcd: etcdOf(version),
    networking: struct('Networking', { serviceSubnet: GO_STRING, podSubnet: GO_STRING, dnsDomain: GO_STRING }),
    kubernetesVersion: GO_STRING,
    controlPlaneEndpoint: GO_STRING,
    apiServer: struct('APIServer', { ...component, certSANs: TEXTS, ...timeout }, within),
    controllerManager: struct('ControlPlaneComponent', component),
    scheduler: struct('ControlPlaneComponent', component),
    dns: struct('DNS', { ...image, ...(isNew && { disabled: GO_BOOL }) }, images),
    certificatesDir: GO_STRING,
    imageRepository: GO_STRING,
    featureGates: goMap(GO_BOOL),
    clusterName: GO_STRING,
    ...(isNew && {
      proxy: struct('Proxy', { disabled: GO_BOOL }),
      encryptionAlgorithm: { kind: 'string', name: `${name}.EncryptionAlgorithmType` },
      certificateValidityPeriod: DURATION,
      caCertificateValidityPeriod: DURATION,
    }),
  });
}

function initConfigurationOf(version: Version): GoStruct {
  const token = version.struct('BootstrapToken', {
    token: BOOTSTRAP_TOKEN,
    description: GO_STRING,
    ttl: DURATION,
    expires: GO_ANY,
    usages: TEXTS,
    groups: TEXTS,
  });
  return version.struct('InitConfiguration', {
    ...meta,
    bootstrapTokens: goList(token),
    nodeRegistration: registrationOf(version),
    localAPIEndpoint: endpointOf(version),
    certificateKey: GO_STRING,
    skipPhases: TEXTS,
    patches: patchesOf(version),
    ...dryRunOf(version),
  });
}

function joinConfigurationOf(version: Version): GoStruct {
  const { struct, isNew } = version;
  const bootstrapToken = struct('BootstrapTokenDiscovery', {
    token: GO_STRING,
    apiServerEndpoint: GO_STRING,
    caCertHashes: TEXTS,
    unsafeSkipCAVerification: GO_BOOL,
  });
  return struct('JoinConfiguration', {
    ...meta,
    nodeRegistration: registrationOf(version),
    caCertPath: GO_STRING,
    discovery: struct('Discovery', {
      bootstrapToken,
      file: struct('FileDiscovery', { kubeConfigPath: GO_STRING }),
      tlsBootstrapToken: GO_STRING,
      ...(!isNew && { timeout: DURATION }),
    }),
    controlPlane: struct('JoinControlPlane', { localAPIEndpoint: endpointOf(version), certificateKey: GO_STRING }),
    skipPhases: TEXTS,
    patches: patchesOf(version),
    ...dryRunOf(version),
  });
}

/** The kinds that v1beta4 brought. */
function newKindsOf(version: Version): Partial<ApiTypes> {
  const { struct } = version;
  const timeouts = timeoutsOf(version);
  return {
    ResetConfiguration: struct('ResetConfiguration', {
      ...meta,
      cleanupTmpDir: GO_BOOL,
      certificatesDir: GO_STRING,
      criSocket: GO_STRING,
      dryRun: GO_BOOL,
      force: GO_BOOL,
      ignorePreflightErrors: TEXTS,
      skipPhases: TEXTS,
      unmountFlags: TEXTS,
      timeouts,
    }),
    UpgradeConfiguration: struct('UpgradeConfiguration', {
      ...meta,
      ...Object.fromEntries(['apply', 'diff', 'node', 'plan'].map((name) => [name, GO_ANY])),
      timeouts,
    }),
  };
}

function typesOf(name: string, args: GoType, isNew: boolean): ApiTypes {
  const struct: Struct = (own, fields, embedded) => ({
    kind: 'struct',
    name: `${name}.${own}`,
    own,
    fields,
    ...(embedded && { embedded }),
  });
  const version: Version = { name, args, isNew, struct };
  return {
    InitConfiguration: initConfigurationOf(version),
    ClusterConfiguration: clusterConfigurationOf(version),
    JoinConfiguration: joinConfigurationOf(version),
    ...(isNew && newKindsOf(version)),
  };
}

const argument: GoType = {
  kind: 'struct',
  name: 'v1beta4.Arg',
  own: 'Arg',
  fields: { name: GO_STRING, value: GO_STRING },
};

/** The kinds of kubeadm's API by their versions that are read (cmd/kubeadm/app/apis/kubeadm, v1.35.4). */
export const CONFIGURATION_TYPES: Readonly<Record<string, ApiTypes>> = {
  'kubeadm.k8s.io/v1beta3': typesOf('v1beta3', goMap(GO_STRING), false),
  'kubeadm.k8s.io/v1beta4': typesOf('v1beta4', goList(argument), true),
};

export const DEFAULT_SOCKET = 'unix:///var/run/containerd/containerd.sock';
export const LATEST = 'kubeadm.k8s.io/v1beta4';
