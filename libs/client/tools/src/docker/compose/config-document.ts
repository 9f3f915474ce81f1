import { compareStrings, isJsonObject, resolvePath, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { formatGoDuration, parseGoDuration } from '@seatrial/schema';
import { parseSize } from '../commands/resources.js';
import type { ComposeFile, ComposeService } from './compose-model.js';
import { list, pairs, text } from './compose-values.js';

/** The keys of a service in the order of compose-go's ServiceConfig (v2.9). */
const ORDER = (
  'profiles annotations attach build develop cap_add cap_drop cpus command container_name depends_on deploy dns entrypoint ' +
  'environment expose extra_hosts hostname healthcheck image labels links logging mem_limit mem_reservation memswap_limit ' +
  'networks platform ports privileged pull_policy read_only restart scale security_opt shm_size stdin_open stop_grace_period ' +
  'stop_signal tmpfs tty user volumes working_dir'
).split(' ');

/** Where files are found: what a relative path begins at. */
interface Place {
  readonly directory: string;
  readonly service: ComposeService;
}

type Rule = (value: JsonValue, place: Place) => JsonValue | undefined;

const entries = (value: Iterable<readonly [string, string]>): JsonObject =>
  Object.fromEntries([...value].sort(([a], [b]) => (a < b ? -1 : 1)));

/** What is there of an object, in a given order. */
function picked(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])));
}

const duration: Rule = (value) => {
  const parsed = parseGoDuration(text(value) ?? '');
  return parsed.ok ? formatGoDuration(parsed.value) : value;
};

const bytes: Rule = (value) => {
  const size = parseSize(text(value) ?? '');
  return String(size.ok ? size.value : 0);
};

const port: Rule = (value) => {
  if (isJsonObject(value)) {
    const published = text(value['published']);
    const whole = { mode: 'ingress', protocol: 'tcp', ...value, ...(published !== undefined && { published }) };
    return picked(whole, ['name', 'mode', 'host_ip', 'target', 'published', 'protocol', 'app_protocol']);
  }
  const [, host, published, target, protocol = 'tcp'] =
    /^(?:(?:(\[[^\]]+\]|\d+\.\d+\.\d+\.\d+):)?([\d-]*):)?(\d+)(?:\/(\w+))?$/.exec(text(value) ?? '') ?? [];
  return {
    mode: 'ingress',
    ...(host !== undefined && { host_ip: host }),
    target: Number(target),
    ...(published !== undefined && published !== '' && { published }),
    protocol,
  };
};

const volume: Rule = (value, { directory }) => {
  if (isJsonObject(value)) {
    const { source } = value;
    const bind = value['type'] === 'bind' && typeof source === 'string';
    const whole = { ...value, ...(bind && { source: resolvePath(directory, source) }) };
    return picked(whole, ['type', 'source', 'target', 'read_only', 'consistency', 'bind', 'volume', 'tmpfs']);
  }
  const [first, second, mode] = (text(value) ?? '').split(':');
  if (second === undefined) return { type: 'volume', target: first, volume: {} };
  const readOnly = /(?:^|,)ro(?:,|$)/.test(mode) ? { read_only: true } : {};
  return /^[./~]/.test(first)
    ? {
        type: 'bind',
        source: resolvePath(directory, first),
        target: second,
        ...readOnly,
        bind: { create_host_path: true },
      }
    : { type: 'volume', source: first, target: second, ...readOnly, volume: {} };
};

const each =
  (rule: Rule): Rule =>
  (value, place) =>
    list(value).map((one) => rule(one, place) ?? null);

const texts: Rule = (value) => list(value).map((one) => text(one) ?? '');

const healthCheck: Rule = (value) => {
  if (!isJsonObject(value)) return value;
  const { test, timeout, interval, start_period: startPeriod } = value;
  return {
    ...(test !== undefined && { test: Array.isArray(test) ? test : ['CMD-SHELL', text(test) ?? ''] }),
    ...(timeout !== undefined && { timeout: duration(timeout, {} as Place) ?? '' }),
    ...(interval !== undefined && { interval: duration(interval, {} as Place) ?? '' }),
    ...(value['retries'] !== undefined && { retries: Number(text(value['retries'])) }),
    ...(startPeriod !== undefined && { start_period: duration(startPeriod, {} as Place) ?? '' }),
    ...(value['disable'] === true && { disable: true }),
  };
};

const limits = (value: JsonValue | undefined): JsonObject | undefined =>
  isJsonObject(value)
    ? {
        ...(value['cpus'] !== undefined && { cpus: Number(text(value['cpus'])) }),
        ...(value['memory'] !== undefined && { memory: bytes(value['memory'], {} as Place) ?? '' }),
      }
    : undefined;

const deploy: Rule = (value) => {
  if (!isJsonObject(value)) return value;
  const resources = isJsonObject(value['resources']) ? value['resources'] : {};
  const [most, least] = [limits(resources['limits']), limits(resources['reservations'])];
  return {
    ...picked(value, ['mode', 'replicas', 'labels', 'update_config', 'rollback_config']),
    resources: { ...(most && { limits: most }), ...(least && { reservations: least }) },
    ...picked(value, ['restart_policy']),
    placement: isJsonObject(value['placement']) ? value['placement'] : {},
  };
};

const develop: Rule = (value, { directory }) => {
  const watch = isJsonObject(value) ? list(value['watch']) : [];
  return {
    watch: watch.map((one) => {
      const rule = isJsonObject(one) ? one : {};
      const whole = { ...rule, path: resolvePath(directory, text(rule['path']) ?? '') };
      return picked(whole, ['path', 'action', 'target', 'exec', 'include', 'ignore', 'initial_sync']);
    }),
  };
};

/** How the values of a key are written out in full; others stay as they are. */
const RULES: Readonly<Record<string, Rule>> = {
  build: (_, { service: { build } }) =>
    build && {
      context: build.context,
      dockerfile: build.dockerfile.startsWith(`${build.context}/`)
        ? build.dockerfile.slice(build.context.length + 1)
        : build.dockerfile,
      ...(build.args.size > 0 && { args: entries(build.args) }),
      ...(build.target !== undefined && { target: build.target }),
    },
  command: (_, { service: { command } }) => (command ? [...command] : undefined),
  depends_on: (value, { service }) =>
    Object.fromEntries(
      [...service.dependsOn].sort().map((name) => {
        const named = isJsonObject(value) ? Object.hasOwn(value, name) : list(value).includes(name);
        // Who is only linked to restarts with what it links to.
        const given = named ? (isJsonObject(value) && isJsonObject(value[name]) ? value[name] : {}) : { restart: true };
        const condition = service.conditions.get(name) ?? 'service_started';
        return [name, { condition, ...picked(given, ['restart']), required: given['required'] !== false }];
      }),
    ),
  deploy,
  develop,
  dns: texts,
  entrypoint: (_, { service: { entrypoint } }) => (entrypoint ? [...entrypoint] : undefined),
  environment: (_, { service: { environment } }) => entries(environment),
  expose: texts,
  extra_hosts: (value) =>
    isJsonObject(value)
      ? Object.entries(value).map(([name, address]) => `${name}=${text(address) ?? ''}`)
      : list(value).map((one) => (text(one) ?? '').replace(/^([^:=]+):/, '$1=')),
  healthcheck: healthCheck,
  labels: (_, { service: { labels } }) => entries(Object.entries(labels)),
  logging: (value) =>
    isJsonObject(value) && isJsonObject(value['options'])
      ? { ...value, options: entries(pairs(value['options'], new Map())) }
      : value,
  mem_limit: bytes,
  mem_reservation: bytes,
  memswap_limit: bytes,
  networks: (value, { service }) =>
    Object.fromEntries(
      [...service.networks.keys()].sort().map((name) => [name, (isJsonObject(value) ? value[name] : null) ?? null]),
    ),
  ports: each(port),
  shm_size: bytes,
  stop_grace_period: duration,
  tmpfs: texts,
  volumes: each(volume),
};

/** A service with every value in full. */
function serviceDocument(service: ComposeService, spec: JsonObject, directory: string): JsonObject {
  const place = { directory, service };
  const given: JsonObject = { ...spec };
  // What comes from elsewhere than its own key.
  if (service.environment.size > 0) given['environment'] ??= {};
  if (service.dependsOn.length > 0) given['depends_on'] ??= {};
  given['networks'] ??= {};
  const shown: [string, JsonValue][] = [];
  for (const key of ORDER) {
    const value = given[key];
    if (value === undefined || value === null) continue;
    const written = Object.hasOwn(RULES, key) ? RULES[key](value, place) : value;
    if (written !== undefined && !(Array.isArray(written) && written.length === 0)) shown.push([key, written]);
  }
  return { ...Object.fromEntries(shown), ...extensions(given) };
}

/** What is nobody's but the author's. */
const extensions = (spec: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(spec)
      .filter(([key]) => key.startsWith('x-'))
      .sort(([a], [b]) => compareStrings(a, b)),
  );

/** The project in its canonical form (`docker compose config`), keys in compose-go's order. */
export function configDocument({ name, services, networks, volumes, directory, source }: ComposeFile): JsonObject {
  const specs = isJsonObject(source['services']) ? source['services'] : {};
  const used = new Set(services.flatMap((service) => [...service.networks.keys()]));
  const shownNetworks = [...networks].filter(([key]) => used.has(key));
  const ofNetwork = (key: string): JsonObject => {
    const all = isJsonObject(source['networks']) ? source['networks'] : {};
    return isJsonObject(all[key]) ? all[key] : {};
  };
  const document: JsonObject = {
    name,
    services: Object.fromEntries(
      services.map((service) => {
        const spec = specs[service.name];
        return [service.name, serviceDocument(service, isJsonObject(spec) ? spec : {}, directory)];
      }),
    ),
  };
  if (shownNetworks.length > 0)
    document['networks'] = Object.fromEntries(
      shownNetworks
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, network]) => {
          const spec = picked(ofNetwork(key), ['driver', 'driver_opts', 'ipam', 'internal', 'attachable', 'labels']);
          return [key, { name: network.name, ...spec, ...(network.external && { external: true }) }];
        }),
    );
  const mounted = new Set(services.flatMap((service) => service.volumes.map((volume) => volume.split(':', 1)[0])));
  const shownVolumes = [...volumes].filter(([key]) => mounted.has(key));
  if (shownVolumes.length > 0)
    document['volumes'] = Object.fromEntries(
      shownVolumes
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each_]) => [key, { name: each_.name, ...(each_.external && { external: true }) }]),
    );
  return { ...document, ...extensions(source) };
}
