import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import {
  FieldPath,
  fieldErrors,
  fieldErrorsText,
  isDns1123Subdomain,
  isWildcardDns1123Subdomain,
  parseIp,
  type FieldError,
} from '@seatrial/schema';
import { objectAt, textAt } from './default-configuration.js';
import { networkingProblems, when } from './networking-problems.js';

const TOKEN = /^[a-z0-9]{6}\.[a-z0-9]{16}$/;
const GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const USAGES = ['signing', 'authentication'];
const ALGORITHMS = ['ECDSA-P256', 'ECDSA-P384', 'RSA-2048', 'RSA-3072', 'RSA-4096'];
const FEATURES = ['ControlPlaneKubeletLocalMode', 'NodeLocalCRISocket', 'PublicKeysECDSA', 'RootlessControlPlane'];
const POLICIES = ['Always', 'IfNotPresent', 'Never', ''];
const REPOSITORY =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;
const HOST = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?$/;

const KEY_BYTES = 32;
const LAST_PORT = 65_535;

const { invalid, required } = fieldErrors;
const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
const root = (name: string): FieldPath => FieldPath.root(name);

const isPort = (port: JsonValue | undefined): boolean =>
  /^\d+$/.test(JSON.stringify(port ?? null).replaceAll('"', '')) && Number(port) >= 1 && Number(port) <= LAST_PORT;

/** Why `host[:port]` is none (util.ParseHostPort); undefined when it is one. */
export function hostPortProblem(endpoint: string): string | undefined {
  const [, host = endpoint, port = ''] = /^\[?([^\]]*?)\]?:([^:]*)$/.exec(endpoint) ?? [];
  if (port !== '' && !isPort(port))
    return `hostport ${endpoint}: port ${port} must be a valid number between 1 and 65535, inclusive`;
  if (parseIp(host) || isDns1123Subdomain(host).length === 0) return undefined;
  return `hostport ${endpoint}: host '${host}' must be a valid IP address or a valid RFC-1123 DNS subdomain`;
}

const argumentProblems = (value: JsonValue | undefined, path: FieldPath): FieldError[] =>
  (Array.isArray(value) ? value : []).flatMap((each, index) =>
    when(isJsonObject(each) && textAt(each, 'name') === '', invalid(path, `index ${index}`, 'argument has no name')),
  );

const componentProblems = (cluster: JsonObject, name: string): FieldError[] =>
  argumentProblems(objectAt(cluster, name).extraArgs, FieldPath.root(name, 'extraArgs'));

function nameProblems(names: readonly string[], path: FieldPath): FieldError[] {
  return names.flatMap((name) => {
    const [plain, wildcard] = [isDns1123Subdomain(name), isWildcardDns1123Subdomain(name)];
    if (plain.length === 0 || wildcard.length === 0 || parseIp(name)) return [];
    const detail = `altname is not a valid IP address, DNS label or a DNS label with subdomain wildcards: ${plain.join('; ')}; ${wildcard.join('; ')}`;
    return [invalid(path, name, detail)];
  });
}

const absoluteProblems = (value: string, path: FieldPath): FieldError[] =>
  when(!value.startsWith('/'), invalid(path, value, 'path is not absolute'));

const repositoryProblems = (value: string, path: FieldPath): FieldError[] =>
  when(!REPOSITORY.test(value) && !HOST.test(value), invalid(path, value, 'invalid image repository format'));

function etcdProblems({ etcd }: JsonObject): FieldError[] {
  const { local, external } = isJsonObject(etcd) ? etcd : {};
  if (isJsonObject(local) && isJsonObject(external))
    return [invalid(root('etcd'), '', '.Etcd.Local and .Etcd.External are mutually exclusive')];
  const at = (part: string, name: string): FieldPath => FieldPath.root('etcd', part, name);
  if (isJsonObject(local)) {
    const repository = textAt(local, 'imageRepository');
    return [
      ...absoluteProblems(textAt(local, 'dataDir'), at('local', 'dataDir')),
      ...nameProblems(texts(local.serverCertSANs), at('local', 'serverCertSANs')),
      ...nameProblems(texts(local.peerCertSANs), at('local', 'peerCertSANs')),
      ...(repository === '' ? [] : repositoryProblems(repository, at('local', 'imageRepository'))),
      ...argumentProblems(local.extraArgs, at('local', 'extraArgs')),
    ];
  }
  if (!isJsonObject(external)) return [];
  const files = ['caFile', 'certFile', 'keyFile'];
  return [
    ...when(
      texts(external.endpoints).length === 0,
      invalid(at('external', 'endpoints'), '', 'at least one endpoint must be specified'),
    ),
    ...files.flatMap((name) =>
      textAt(external, name) === '' ? [] : absoluteProblems(textAt(external, name), at('external', name)),
    ),
  ];
}

function clusterErrors(cluster: JsonObject): FieldError[] {
  const dns = textAt(objectAt(cluster, 'dns'), 'imageRepository');
  const endpoint = textAt(cluster, 'controlPlaneEndpoint');
  const gates = objectAt(cluster, 'featureGates');
  const algorithm = textAt(cluster, 'encryptionAlgorithm');
  return [
    ...(dns === '' ? [] : repositoryProblems(dns, FieldPath.root('dns', 'imageRepository'))),
    ...networkingProblems(cluster),
    ...nameProblems(texts(objectAt(cluster, 'apiServer').certSANs), FieldPath.root('apiServer', 'certSANs')),
    ...['apiServer', 'controllerManager', 'scheduler'].flatMap((name) => componentProblems(cluster, name)),
    ...absoluteProblems(textAt(cluster, 'certificatesDir'), root('certificatesDir')),
    ...Object.keys(gates).flatMap((name) =>
      when(!FEATURES.includes(name), invalid(root('featureGates'), gates, `${name} is not a valid feature name.`)),
    ),
    ...when(
      endpoint !== '' && hostPortProblem(endpoint) !== undefined,
      invalid(root('controlPlaneEndpoint'), endpoint, 'endpoint is not valid'),
    ),
    ...repositoryProblems(textAt(cluster, 'imageRepository'), root('imageRepository')),
    ...etcdProblems(cluster),
    ...when(
      !ALGORITHMS.includes(algorithm),
      invalid(
        root('encryptionAlgorithm'),
        algorithm,
        `Invalid encryption algorithm ${JSON.stringify(algorithm)}. Must be one of [${ALGORITHMS.join(' ')}]`,
      ),
    ),
  ];
}

function registrationErrors(registration: JsonObject): FieldError[] {
  const at = (name: string): FieldPath => FieldPath.root('nodeRegistration', name);
  const name = textAt(registration, 'name');
  const policy = textAt(registration, 'imagePullPolicy');
  return [
    ...isDns1123Subdomain(name).map((complaint) => invalid(at('name'), name, complaint)),
    ...argumentProblems(registration.kubeletExtraArgs, at('kubeletExtraArgs')),
    ...when(!POLICIES.includes(policy), invalid(at('imagePullPolicy'), policy, 'invalid pull policy')),
  ];
}

function tokenErrors(token: JsonObject, index: number): FieldError[] {
  const at = (name: string): FieldPath => FieldPath.root('bootstrapTokens', String(index), name);
  const [usages, groups] = [texts(token.usages), texts(token.groups)];
  const wrong = usages.filter((usage) => !USAGES.includes(usage)).sort();
  return [
    ...when(
      wrong.length > 0,
      invalid(
        at('usages'),
        usages,
        `invalid bootstrap token usage string: ${wrong.join(',')}, valid usage options: ${USAGES.join(',')}`,
      ),
    ),
    ...when(
      groups.length > 0 && !usages.includes('authentication'),
      invalid(at('groups'), groups, 'token groups cannot be specified unless --usages includes "authentication"'),
    ),
    ...groups.flatMap((group) =>
      when(
        !GROUP.test(group),
        invalid(
          at('groups'),
          groups,
          `bootstrap group ${JSON.stringify(group)} is invalid (must match \\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\\z)`,
        ),
      ),
    ),
  ];
}

function endpointErrors(endpoint: JsonObject, path: FieldPath): FieldError[] {
  const address = textAt(endpoint, 'advertiseAddress');
  return [
    ...when(!parseIp(address), invalid(path.child('advertiseAddress'), address, 'ip address is not valid')),
    ...when(!isPort(endpoint.bindPort), invalid(path.child('bindPort'), endpoint.bindPort, 'port number is not valid')),
  ];
}

function keyErrors(key: string, path: FieldPath): FieldError[] {
  if (key === '') return [];
  const wrong = /[^0-9a-fA-F]/u.exec(key)?.[0];
  const problem =
    wrong === undefined
      ? key.length % 2 === 1 && 'odd length hex string'
      : `invalid byte: U+${(wrong.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${wrong}'`;
  if (problem) return [invalid(path, key, `certificate key decoding error: encoding/hex: ${problem}`)];
  const size = key.length / 2;
  return when(
    size !== KEY_BYTES,
    invalid(path, key, `invalid certificate key size ${size}, the key must be an AES key of size ${KEY_BYTES}`),
  );
}

const aggregate = (errors: readonly FieldError[]): string | undefined =>
  errors.length === 0 ? undefined : fieldErrorsText(errors);

/** What is wrong with a configuration of a first control plane (apis/kubeadm/validation, v1.35.4). */
export function initProblem(init: JsonObject, cluster: JsonObject): string | undefined {
  const tokens = Array.isArray(init.bootstrapTokens) ? init.bootstrapTokens.filter(isJsonObject) : [];
  return aggregate([
    ...registrationErrors(objectAt(init, 'nodeRegistration')),
    ...tokens.flatMap(tokenErrors),
    ...clusterErrors(cluster),
    ...endpointErrors(objectAt(init, 'localAPIEndpoint'), root('localAPIEndpoint')),
    ...keyErrors(textAt(init, 'certificateKey'), root('certificateKey')),
  ]);
}

const splitProblem = (endpoint: string): string | undefined => {
  if (/^(?:\[[^\]]*\]|[^:]*):[^:]*$/.test(endpoint)) return undefined;
  const problem = endpoint.includes(':') ? 'too many colons in address' : 'missing port in address';
  return endpoint === '' ? problem : `address ${endpoint}: ${problem}`;
};

function discoveryErrors(discovery: JsonObject): FieldError[] {
  const path = root('discovery');
  const { bootstrapToken: token, file } = discovery;
  const errors: FieldError[] = [];
  if (!isJsonObject(token) && !isJsonObject(file)) errors.push(invalid(path, '', 'bootstrapToken or file must be set'));
  if (isJsonObject(token) && isJsonObject(file))
    errors.push(invalid(path, '', 'bootstrapToken and file cannot both be set'));
  if (!isJsonObject(token)) return errors;
  const at = path.child('bootstrapToken');
  const endpoint = textAt(token, 'apiServerEndpoint');
  const split = splitProblem(endpoint);
  const wrongToken = (value: string, where: FieldPath): FieldError[] =>
    when(!TOKEN.test(value), invalid(where, value, 'the bootstrap token is invalid'));
  return [
    ...errors,
    ...when(endpoint === '', required(at, 'APIServerEndpoint is not set')),
    ...when(
      texts(token.caCertHashes).length === 0 && token.unsafeSkipCAVerification !== true,
      invalid(
        at.child('caCertHashes'),
        '',
        'using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue',
      ),
    ),
    ...wrongToken(textAt(token, 'token'), at.child('token')),
    ...when(split !== undefined, invalid(at.child('apiServerEndpoint'), endpoint, split ?? '')),
    ...wrongToken(textAt(discovery, 'tlsBootstrapToken'), path.child('tlsBootstrapToken')),
  ];
}

/** What is wrong with a configuration of a joining node. */
export function joinProblem(join: JsonObject): string | undefined {
  const { controlPlane } = join;
  const authority = textAt(join, 'caCertPath');
  return aggregate([
    ...discoveryErrors(objectAt(join, 'discovery')),
    ...registrationErrors(objectAt(join, 'nodeRegistration')),
    ...(isJsonObject(controlPlane)
      ? [
          ...endpointErrors(
            objectAt(controlPlane, 'localAPIEndpoint'),
            FieldPath.root('controlPlane', 'localAPIEndpoint'),
          ),
          ...keyErrors(textAt(controlPlane, 'certificateKey'), FieldPath.root('controlPlane', 'certificateKey')),
        ]
      : []),
    ...when(
      !authority.startsWith('/') || !authority.endsWith('.crt'),
      invalid(root('caCertPath'), authority, 'the ca certificate path must be an absolute path'),
    ),
  ]);
}
