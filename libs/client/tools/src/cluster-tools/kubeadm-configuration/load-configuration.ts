import { fail, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { parseIp } from '@seatrial/schema';
import { compareReleases, releaseNumbers } from '../kubeadm-upgrade/kubeadm-version.js';
import { hostPortProblem, initProblem, joinProblem } from './configuration-problems.js';
import { defaultCluster, defaultInit, defaultJoin, defaultReset, objectAt, textAt, type ConfigurationSite } from './default-configuration.js'; // prettier-ignore
import { decodeDocument, printedKind, versionProblem, type ConfigurationDocument } from './read-documents.js';

/** A warning as klog prints it: where in the program, and its text. */
export interface ConfigurationWarning {
  readonly place: string;
  readonly text: string;
}

/** How a configuration is read. */
export interface LoadOptions {
  readonly site: ConfigurationSite;
  /** What the strict reader says is an error; else a warning, as are old versions. */
  readonly strict: boolean;
  readonly warn: (warning: ConfigurationWarning) => void;
}

/** A configuration of a first control plane, in the form of v1beta4 with defaults. */
export interface InitializedConfiguration {
  readonly init: JsonObject;
  readonly cluster: JsonObject;
  /** v1beta3's `apiServer.timeoutForControlPlane`. */
  readonly controlPlaneTimeout?: string;
}

const LEAST_RELEASE = 'v1.34.0';
const INIT = 'initconfiguration.go';

/** Reads one document, with warnings of what does not end it. */
function readDocument(
  document: ConfigurationDocument,
  place: string,
  { strict, warn }: LoadOptions,
): Result<JsonObject, string> {
  const { error, warning } = versionProblem(document);
  if (error !== undefined) return fail(error);
  if (warning !== undefined && !strict) warn({ place: 'common.go:100', text: warning });
  const { complaint, content } = decodeDocument(document);
  if (complaint !== undefined && strict) return fail(complaint);
  if (complaint !== undefined) warn({ place, text: complaint });
  return content;
}

const ignored = (document: ConfigurationDocument): string =>
  `[config] WARNING: Ignored configuration document with GroupVersionKind ${printedKind(document)}`;

/** Why a cluster of this release is not made; undefined when one is (NormalizeKubernetesVersion). */
function releaseProblem(cluster: JsonObject): string | undefined {
  const release = textAt(cluster, 'kubernetesVersion');
  if (!/^v\d+\.\d+\.\d+/.test(release))
    return `version ${JSON.stringify(release)} doesn't match patterns for neither semantic version nor labels (stable, latest, ...)`;
  if (releaseNumbers(release) && compareReleases(release, LEAST_RELEASE) < 0)
    return `this version of kubeadm only supports deploying clusters with the control plane version >= 1.34.0. Current version: ${release}`;
  return undefined;
}

/** What is wrong with a cluster's configuration with defaults; `endpoint` is how it was given. */
export function clusterProblem(cluster: JsonObject, init: JsonObject = {}, endpoint = ''): string | undefined {
  const address = textAt(objectAt(init, 'localAPIEndpoint'), 'advertiseAddress');
  if (address !== '' && !parseIp(address))
    return `couldn't use "${address}" as "apiserver-advertise-address", must be ipv4 or ipv6 address`;
  return (
    releaseProblem(cluster) ??
    (endpoint === '' ? undefined : hostPortProblem(endpoint)) ??
    (address === '' ? undefined : initProblem(init, cluster))
  );
}

/** The CRI socket's warning of a path without a scheme. */
function warnOfSocket(registration: JsonObject, warn: LoadOptions['warn']): void {
  const socket = textAt(registration, 'criSocket');
  if (socket !== '' && !socket.startsWith('unix'))
    warn({
      place: `${INIT}:125`,
      text: `Usage of CRI endpoints without URL scheme is deprecated and can cause kubelet errors in the future. Automatically prepending scheme "unix" to the "criSocket" with value ${JSON.stringify(socket)}. Please update your configuration!`,
    });
}

/** The configuration of a first control plane that documents come to (documentMapToInitConfiguration, v1.35.4). */
export function loadInit(
  documents: readonly ConfigurationDocument[],
  options: LoadOptions,
): Result<InitializedConfiguration, string> {
  const { warn } = options;
  const read = new Map<string, JsonObject>();
  const sorted = [...documents].sort((a, b) => (printedKind(a) < printedKind(b) ? -1 : 1));
  for (const document of sorted) {
    const content = readDocument(document, `${INIT}:332`, options);
    if (!content.ok) return content;
    if (['InitConfiguration', 'ClusterConfiguration'].includes(document.kind)) read.set(document.kind, content.value);
    else if (!/^kube(?:let|proxy)\.config\.k8s\.io\//.test(document.version))
      warn({ place: `${INIT}:361`, text: ignored(document) });
  }
  if (read.size === 0)
    return fail('no InitConfiguration or ClusterConfiguration kind was found in the configuration file');
  const [init, cluster] = [read.get('InitConfiguration') ?? {}, read.get('ClusterConfiguration') ?? {}];
  const loaded = settleInit(init, cluster, options);
  const isOld = documents.some(({ kind, version }) => kind === 'ClusterConfiguration' && version.endsWith('v1beta3'));
  if (!loaded.ok || !isOld) return loaded;
  const timeout = textAt(objectAt(cluster, 'apiServer'), 'timeoutForControlPlane') || '4m0s';
  return ok({ ...loaded.value, controlPlaneTimeout: timeout });
}

/** What was given with its defaults, checked (SetInitDynamicDefaults, ValidateInitConfiguration). */
export function settleInit(
  given: JsonObject,
  givenCluster: JsonObject,
  { site, warn }: LoadOptions,
): Result<InitializedConfiguration, string> {
  warnOfSocket(objectAt(given, 'nodeRegistration'), warn);
  const init = defaultInit(given, site);
  const cluster = defaultCluster(givenCluster, site, objectAt(init, 'localAPIEndpoint').bindPort ?? 0);
  const problem = clusterProblem(cluster, init, textAt(givenCluster, 'controlPlaneEndpoint'));
  return problem === undefined ? ok({ init, cluster }) : fail(problem);
}

/** The one document of a kind, read; other documents are warned of. */
function readOnly(
  documents: readonly ConfigurationDocument[],
  kind: string,
  file: string,
  lines: { readonly ignored: number; readonly strict: number },
  options: LoadOptions,
): Result<JsonObject, string> {
  let found: JsonObject | undefined;
  for (const document of documents) {
    if (document.kind !== kind) {
      options.warn({ place: `${file}:${lines.ignored}`, text: ignored(document) });
      continue;
    }
    const content = readDocument(document, `${file}:${lines.strict}`, options);
    if (!content.ok) return content;
    found = content.value;
  }
  return found ? ok(found) : fail(`no ${kind} found in the supplied config`);
}

/** The configuration of a joining node (documentMapToJoinConfiguration). */
export function loadJoin(
  documents: readonly ConfigurationDocument[],
  options: LoadOptions,
): Result<JsonObject, string> {
  const read = readOnly(documents, 'JoinConfiguration', 'joinconfiguration.go', { ignored: 112, strict: 124 }, options);
  return read.ok ? settleJoin(read.value, options) : read;
}

/** What was given of a joining node with its defaults, checked. */
export function settleJoin(given: JsonObject, { site, warn }: LoadOptions): Result<JsonObject, string> {
  warnOfSocket(objectAt(given, 'nodeRegistration'), warn);
  const join = defaultJoin(given, site);
  const problem = joinProblem(join);
  return problem === undefined ? ok(join) : fail(problem);
}

/** The configuration of a reset. */
export function loadReset(
  documents: readonly ConfigurationDocument[],
  options: LoadOptions,
): Result<JsonObject, string> {
  const read = readOnly(
    documents,
    'ResetConfiguration',
    'resetconfiguration.go',
    { ignored: 116, strict: 128 },
    options,
  );
  return read.ok ? ok(defaultReset(read.value)) : read;
}
