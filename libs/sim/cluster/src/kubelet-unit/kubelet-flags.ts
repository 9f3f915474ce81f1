import { fail, ok, type Result } from '@seatrial/kernel';
import { goQuote, parseGoDuration } from '@seatrial/schema';

type FlagType = 'bool' | 'duration' | 'gates' | 'int32' | 'int64' | 'ip' | 'level' | 'map' | 'text';

/** Every flag of kubelet v1.35 by the type of its value (its own --help). */
const FLAGS: Readonly<Record<FlagType, string>> = {
  bool: 'anonymous-auth authentication-token-webhook cgroups-per-qos contention-profiling cpu-cfs-quota enable-controller-attach-detach enable-debugging-handlers enable-load-reader enable-server exit-on-lock-contention experimental-allocatable-ignore-eviction fail-cgroupv1 fail-swap-on help kernel-memcg-notification local-storage-capacity-isolation log-cadvisor-usage log-json-split-stream log-text-split-stream make-iptables-util-chains protect-kernel-defaults register-node rotate-certificates rotate-server-certificates runonce seccomp-default serialize-image-pulls storage-driver-secure version',
  duration:
    'authentication-token-webhook-cache-ttl authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl cpu-cfs-quota-period cpu-manager-reconcile-period eviction-pressure-transition-period file-check-frequency global-housekeeping-interval housekeeping-interval http-check-frequency log-flush-frequency minimum-container-ttl-duration minimum-image-ttl-duration node-status-update-frequency runtime-request-timeout storage-driver-buffer-duration streaming-connection-idle-timeout sync-frequency volume-stats-agg-period',
  gates: 'feature-gates',
  int32:
    'container-log-max-files event-burst event-qps eviction-max-pod-grace-period healthz-port image-gc-high-threshold image-gc-low-threshold kube-api-burst kube-api-qps max-pods maximum-dead-containers maximum-dead-containers-per-container node-status-max-images oom-score-adj pods-per-core port read-only-port registry-burst registry-qps',
  int64: 'application-metrics-count-limit max-open-files pod-max-pids',
  ip: 'address healthz-bind-address',
  level: 'v',
  map: 'cpu-manager-policy-options eviction-hard eviction-minimum-reclaim eviction-soft eviction-soft-grace-period kube-reserved node-labels qos-reserved system-reserved topology-manager-policy-options',
  text: 'allowed-unsafe-sysctls authorization-mode boot-id-file bootstrap-kubeconfig cert-dir cgroup-driver cgroup-root client-ca-file cloud-provider cluster-dns cluster-domain config config-dir container-hints container-log-max-size container-runtime-endpoint containerd containerd-namespace cpu-manager-policy enforce-node-allocatable event-storage-age-limit event-storage-event-limit experimental-mounter-path hairpin-mode hostname-override image-credential-provider-bin-dir image-credential-provider-config image-service-endpoint kube-api-content-type kube-reserved-cgroup kubeconfig kubelet-cgroups lock-file log-json-info-buffer-size log-text-info-buffer-size logging-format machine-id-file manifest-url manifest-url-header memory-manager-policy node-ip pod-cidr pod-manifest-path provider-id register-with-taints reserved-cpus reserved-memory resolv-conf root-dir runtime-cgroups storage-driver-db storage-driver-host storage-driver-password storage-driver-table storage-driver-user system-cgroups system-reserved-cgroup tls-cert-file tls-cipher-suites tls-min-version tls-private-key-file topology-manager-policy topology-manager-scope vmodule volume-plugin-dir',
};

const TYPES: ReadonlyMap<string, FlagType> = new Map(
  (Object.keys(FLAGS) as FlagType[]).flatMap((type) => FLAGS[type].split(' ').map((name) => [name, type] as const)),
);

const TRUE_OR_FALSE = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

const boolError = (text: string): string | undefined =>
  TRUE_OR_FALSE.test(text) ? undefined : `strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`;

function gatesError(text: string): string | undefined {
  for (const pair of text.split(',').filter((each) => each.trim() !== '')) {
    const [name, value] = pair.split('=');
    if (!pair.includes('=')) return 'malformed pair, expect string=bool';
    const wrong = boolError(value.trim());
    if (wrong !== undefined) return `invalid value of ${name.trim()}: ${value.trim()}, err: ${wrong}`;
  }
  return undefined;
}

function numberError(text: string, function_: 'ParseInt' | 'ParseUint', bits: number): string | undefined {
  const parse = `strconv.${function_}: parsing ${goQuote(text)}: `;
  if (!(function_ === 'ParseUint' ? /^\d+$/ : /^[+-]?\d+$/).test(text)) return `${parse}invalid syntax`;
  return Math.abs(Number(text)) >= 2 ** (bits - 1) ? `${parse}value out of range` : undefined;
}

/** Why a text is no value of a flag (pflag, component-base/cli/flag). */
function valueError(name: string, type: FlagType, text: string): string | undefined {
  switch (type) {
    case 'bool':
      return name === 'version' ? undefined : boolError(text);
    case 'int32':
      return numberError(text, 'ParseInt', 32);
    case 'int64':
      return numberError(text, 'ParseInt', 64);
    case 'level':
      return numberError(text, 'ParseUint', 32);
    case 'duration': {
      const parsed = parseGoDuration(text);
      return parsed.ok ? undefined : parsed.error;
    }
    case 'gates':
      return gatesError(text);
    case 'ip':
      return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$|:/.test(text)
        ? undefined
        : `${goQuote(text)} is not a valid IP address`;
    case 'map': {
      const separator = /^eviction-(?:hard|soft)$/.test(name) ? '<' : '=';
      const pairs = text.split(',').filter((pair) => pair !== '');
      return pairs.every((pair) => pair.includes(separator))
        ? undefined
        : `malformed pair, expect string${separator}string`;
    }
    default:
      return undefined;
  }
}

/** A flag word as pflag takes it apart, with `rest` behind it: its name, how it was written, its value; or the complaint. */
function takeFlag(
  word: string,
  rest: readonly string[],
): Result<{ readonly name: string; readonly value: string; readonly took: number }, string> {
  const long = word.startsWith('--');
  const equal = word.indexOf('=');
  const written = word.slice(long ? 2 : 1, equal < 0 ? undefined : equal);
  const name = long ? written.replaceAll('_', '-') : { v: 'v', h: 'help' }[written.slice(0, 1)];
  const type = name === undefined ? undefined : TYPES.get(name);
  if (name === undefined || type === undefined)
    return fail(long ? `unknown flag: --${written}` : `unknown shorthand flag: '${written.slice(0, 1)}' in ${word}`);
  if (!long && written.length > 1) return ok({ name, value: written.slice(1), took: 0 });
  if (equal >= 0) return ok({ name, value: word.slice(equal + 1), took: 0 });
  if (type === 'bool') return ok({ name, value: 'true', took: 0 });
  if (rest.length === 0)
    return fail(long ? `flag needs an argument: --${written}` : `flag needs an argument: '${written}' in ${word}`);
  return ok({ name, value: rest[0], took: 1 });
}

/** The kubelet's flags by name, the last of each; the error is why it does not start with them (cmd/kubelet/app/server.go, v1.35.4). */
export function parseKubeletFlags(words: readonly string[]): Result<ReadonlyMap<string, string>, string> {
  const flags = new Map<string, string>();
  const extra: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word.startsWith('-') || word === '-') {
      extra.push(word);
      continue;
    }
    const taken = takeFlag(word, words.slice(at + 1));
    if (!taken.ok) return fail(`failed to parse kubelet flag: ${taken.error}`);
    const { name, value, took } = taken.value;
    const wrong = valueError(name, TYPES.get(name) ?? 'text', value);
    if (wrong !== undefined) {
      const shown = name === 'v' ? '-v, --v' : `--${name}`;
      return fail(
        `failed to parse kubelet flag: invalid argument ${goQuote(value)} for ${goQuote(shown)} flag: ${wrong}`,
      );
    }
    flags.set(name, value);
    at += took;
  }
  return extra.length > 0 ? fail(`unknown command ${extra[0]}`) : ok(flags);
}
