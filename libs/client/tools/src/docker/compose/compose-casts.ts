import { fail, goQuote, ok, type JsonValue, type Result } from '@seatrial/kernel';

/* Texts that stand where a number or a switch belongs (interpolateTypeCastMapping of compose-go v2.9). */

type Cast = (text: string, warn: (message: string) => void) => Result<JsonValue, string>;

const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'y', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', 'n', 'no', 'off'].map((word) => [word, false] as const),
]);

const toBoolean: Cast = (text, warn) => {
  const value = SWITCHES.get(text.toLowerCase());
  if (value === undefined) return fail(`invalid boolean: ${text}`);
  if (!/^(?:true|false)$/i.test(text))
    warn(`${goQuote(text)} for boolean is not supported by YAML 1.2, please use \`${String(value)}\``);
  return ok(value);
};

const whole =
  (parser: string): Cast =>
  (text) =>
    /^[+-]?\d+$/.test(text) ? ok(Number(text)) : fail(`strconv.${parser}: parsing ${goQuote(text)}: invalid syntax`);

const toFloat: Cast = (text) =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)
    ? ok(Number(text))
    : fail(`strconv.ParseFloat: parsing ${goQuote(text)}: invalid syntax`);

const [toInt, toInt64] = [whole('Atoi'), whole('ParseInt')];

/** Places by name; `*` is any, `[]` an item. */
const CASTS: readonly (readonly [places: string, cast: Cast])[] = [
  ['cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares oom_score_adj pids_limit', toInt64],
  ['cpu_percent cpus deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio', toFloat],
  ['deploy.replicas deploy.update_config.parallelism deploy.rollback_config.parallelism', toInt],
  ['deploy.restart_policy.max_attempts deploy.placement.max_replicas_per_node healthcheck.retries', toInt],
  ['ports.[].target scale ulimits.* ulimits.*.hard ulimits.*.soft', toInt],
  ['healthcheck.disable init oom_kill_disable privileged read_only stdin_open tty', toBoolean],
  ['volumes.[].read_only volumes.[].volume.nocopy', toBoolean],
];
const RESOURCES = 'networks.*.external networks.*.internal networks.*.attachable networks.*.enable_ipv4 networks.*.enable_ipv6 volumes.*.external secrets.*.external configs.*.external'; // prettier-ignore

const BY_PLACE: ReadonlyMap<string, Cast> = new Map([
  ...CASTS.flatMap(([places, cast]) => places.split(' ').map((place) => [`services.*.${place}`, cast] as const)),
  ...RESOURCES.split(' ').map((place) => [place, toBoolean] as const),
]);

/** A text as what its place wants, or why it cannot be that. */
export function castValue(
  text: string,
  place: readonly string[],
  warn: (message: string) => void,
): Result<JsonValue, string> {
  const [section, , ...rest] = place;
  const named = [section, '*', ...rest];
  const cast =
    BY_PLACE.get(named.join('.')) ?? BY_PLACE.get(named.map((part, at) => (at === 3 ? '*' : part)).join('.'));
  return cast ? cast(text, warn) : ok(text);
}
