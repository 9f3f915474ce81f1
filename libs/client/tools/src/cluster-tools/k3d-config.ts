import { isJsonObject, type Coroutine, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { FlagSet } from '@seatrial/kubectl';
import { yamlToJson } from '@seatrial/manifest';
import { notSimulated, type ToolCall } from './cluster-tool.js';
import { Log } from './k3d-cluster.js';

const VERSION = /^k3d\.io\/v1alpha[2-5]$/;
/** Members that say what flags can say, or nothing that can be seen. */
const FOLLOWED = [
  'agents',
  'apiVersion',
  'image',
  'kind',
  'kubeAPI',
  'metadata',
  'name',
  'options',
  'ports',
  'servers',
];

const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];
const text = (value: JsonValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const child = (value: JsonObject, name: string): JsonObject => {
  const found = value[name];
  return isJsonObject(found) ? found : {};
};

/** `VALUE@FILTER;…` of an entry with filters of nodes. */
function filtered(entry: JsonObject, name: string): string {
  const filters = Array.isArray(entry['nodeFilters']) ? entry['nodeFilters'].map(text) : [];
  return [text(entry[name]), ...(filters.length > 0 ? [filters.join(';')] : [])].join('@');
}

/** The flags that a SimpleConfig comes to (pkg/config/v1alpha5, v5.8.3). */
function flagsOf(config: JsonObject): string[] {
  const api = child(config, 'kubeAPI');
  const port = text(api['hostPort']);
  const address = text(api['hostIP']) || text(api['host']);
  const options = child(config, 'options');
  return [
    ...['servers', 'agents', 'image'].flatMap((name) =>
      config[name] === undefined ? [] : [`--${name}=${text(config[name])}`],
    ),
    ...objects(config['ports']).map((entry) => `--port=${filtered(entry, 'port')}`),
    ...objects(child(options, 'k3s')['extraArgs']).map((entry) => `--k3s-arg=${filtered(entry, 'arg')}`),
    ...(port === '' ? [] : [`--api-port=${address === '' ? '' : `${address}:`}${port}`]),
  ];
}

/** What a configuration asks for beside that. */
function unfollowed(config: JsonObject): string[] {
  const options = child(config, 'options');
  const { wait: _wait, timeout: _timeout, ...k3d } = child(options, 'k3d');
  const { extraArgs: _args, ...k3s } = child(options, 'k3s');
  return [
    ...Object.keys(config).filter((name) => !FOLLOWED.includes(name)),
    ...Object.keys(k3d).filter((name) => k3d[name] !== false),
    ...Object.keys(k3s),
    ...Object.keys(child(options, 'runtime')),
  ];
}

/** The call with what its `--config` says as flags of its own, which go before it; a status where that is not to be. */
export function* withConfigFile(call: ToolCall): Coroutine<ToolCall | number> {
  const { tool, flags, args } = call;
  const path = flags.string('config');
  if (path === '') return call;
  const log = new Log(tool);
  const read = tool.readFile(path);
  if (!read.ok) {
    yield* log.say(`Failed to stat config file ${path}: stat ${path}: no such file or directory`, 'FATA');
    return 1;
  }
  const parsed = yamlToJson(read.value);
  const config = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
  const [version, kind] = [text(config['apiVersion']), text(config['kind'])];
  const strange = unfollowed(config);
  if (!VERSION.test(version) || kind !== 'Simple' || strange.length > 0)
    return yield* notSimulated(tool, `cluster create --config (${strange.join(', ') || `${version} ${kind}`.trim()})`);
  yield* log.say(`Using config file ${path} (${version}#${kind.toLowerCase()})`);
  const given = flags.typed.filter(([name]) => name !== 'config').map(([name, value]) => `--${name}=${value}`);
  const own = new FlagSet(flags.definitions);
  const taken = own.parse([...flagsOf(config), ...given]);
  if (!taken.ok) return yield* notSimulated(tool, `cluster create --config (${taken.error})`);
  const name = text(child(config, 'metadata')['name']) || text(config['name']);
  return { tool, flags: own, args: args.length > 0 || name === '' ? args : [name] };
}
