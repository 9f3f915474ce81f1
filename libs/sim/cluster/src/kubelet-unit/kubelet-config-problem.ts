import { isJsonObject, type FileSystem, type JsonObject, type JsonValue, type Result } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';

/** What an installer leaves in its folder; the simulated nodes do not have all of it as files. */
const INSTALLED = /^\/etc\/kubernetes\/pki\/ca\.crt$/;
const VERSION = 'kubelet.config.k8s.io/v1beta1';

type ReadYaml = (text: string) => Result<JsonValue, string>;

const objectAt = (value: JsonObject, key: string): JsonObject => {
  const found = value[key];
  return isJsonObject(found) ? found : {};
};

/** What the decoder says of a file that is YAML but no KubeletConfiguration (apimachinery's codec factory). */
function kindProblem(config: JsonValue, text: string): string | undefined {
  if (!isJsonObject(config))
    return `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(config) ? 'array' : typeof config} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
  const { kind, apiVersion } = config;
  if (typeof kind !== 'string' || kind === '') return `Object 'Kind' is missing in '${text}'`;
  const version = typeof apiVersion === 'string' ? apiVersion : '';
  if (version === '') return `Object 'apiVersion' is missing in '${text}'`;
  return kind === 'KubeletConfiguration' && version === VERSION
    ? undefined
    : `no kind ${goQuote(kind)} is registered for version ${goQuote(version)} in scheme "pkg/runtime/scheme.go:111"`;
}

const NUMBERS = ['maxPods', 'port', 'readOnlyPort', 'healthzPort', 'imageGCHighThresholdPercent', 'podsPerCore'];
const TEXTS = [
  'cgroupDriver',
  'clusterDomain',
  'staticPodPath',
  'syncFrequency',
  'containerRuntimeEndpoint',
  'resolvConf',
];

/** What Go's json package says of a value of another type. */
function typeProblem(config: JsonObject): string | undefined {
  const wrong = (key: string, type: string): string => {
    const value = config[key];
    const is = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${is} into Go struct field KubeletConfiguration.${key} of type ${type}`;
  };
  for (const key of Object.keys(config)) {
    const value = config[key];
    if (value === null) continue;
    if (NUMBERS.includes(key) && typeof value !== 'number') return wrong(key, 'int32');
    if (TEXTS.includes(key) && typeof value !== 'string') return wrong(key, 'string');
    if (key === 'clusterDNS' && !Array.isArray(value)) return wrong(key, '[]string');
    if (key === 'failSwapOn' && typeof value !== 'boolean') return wrong(key, 'bool');
  }
  return undefined;
}

/** What the kubelet's validation finds in the values that courses set wrong (pkg/kubelet/apis/config/validation). */
function valueProblem(config: JsonObject): string | undefined {
  const { maxPods, port } = config;
  const found = [
    typeof port === 'number' && (port < 0 || port > 65_535)
      ? `port (--port) ${port} must be between 1 and 65535, inclusive`
      : undefined,
    typeof maxPods === 'number' && maxPods < 0
      ? `maxPods (--max-pods) ${maxPods} must not be a negative number`
      : undefined,
  ].filter((text) => text !== undefined);
  if (found.length === 0) return undefined;
  const texts = found.map((text) => `invalid configuration: ${text}`);
  const error = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return `failed to validate kubelet configuration, error: ${error}, path: &TypeMeta{Kind:,APIVersion:,}`;
}

/**
 * Why a kubelet does not start with its configuration file as it is: its whole error (cmd/kubelet/app/server.go and
 * pkg/kubelet/kubeletconfig, v1.35); undefined when it does. `flags` go before what the file says.
 */
export function kubeletConfigProblem(
  files: FileSystem,
  path: string,
  readYaml: ReadYaml,
  flags: ReadonlyMap<string, string>,
): string | undefined {
  const failure = (error: string): string =>
    `failed to load kubelet config file, path: ${path}, error: failed to load Kubelet config file ${path}, error ${error}`;
  const found = files.readFile(path);
  if (!found.ok)
    return failure(
      `failed to read kubelet config file ${goQuote(path)}, error: open ${path}: no such file or directory`,
    );
  if (found.value === '') return failure(`kubelet config file ${goQuote(path)} was empty`);
  const read = readYaml(found.value);
  if (!read.ok) return failure(`failed to decode: ${read.error}`);
  const kind = kindProblem(read.value, found.value);
  if (kind !== undefined) return failure(`failed to decode: ${kind}`);
  if (!isJsonObject(read.value)) return undefined;
  const type = typeProblem(read.value);
  if (type !== undefined) return failure(`failed to decode: ${type}`);
  const value = valueProblem(read.value);
  if (value !== undefined) return value;
  const given = objectAt(objectAt(read.value, 'authentication'), 'x509').clientCAFile;
  const authority = flags.get('client-ca-file') ?? (typeof given === 'string' ? given : '');
  return authority === '' || INSTALLED.test(authority) || files.exists(authority)
    ? undefined
    : `failed to construct kubelet dependencies: unable to load client CA file ${authority}: open ${authority}: no such file or directory`;
}
