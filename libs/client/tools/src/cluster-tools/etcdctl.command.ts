import { API_SERVER, type KubeObject, type ServedResource } from '@seatrial/apiserver';
import { baseName, compareStrings, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const VERSION = '3.6.6';
const ENDPOINT = '127.0.0.1:2379';
/** Resources that the API server keeps under another name than their own (pkg/registry/core/rest). */
const STORED_AS: Readonly<Record<string, string>> = {
  endpoints: 'services/endpoints',
  nodes: 'minions',
  replicationcontrollers: 'controllers',
  services: 'services/specs',
};
/** Built-in groups whose storage carries the group's name. */
const GROUPED = ['apiextensions.k8s.io', 'apiregistration.k8s.io'];

/** The key of an object in etcd. */
function keyOf(resource: ServedResource, { metadata }: KubeObject): string {
  const { group } = resource;
  const prefix = resource.custom || GROUPED.includes(group) ? `${group}/${resource.resource}` : (STORED_AS[resource.resource] ?? (group === 'networking.k8s.io' && resource.resource === 'ingresses' ? 'ingress' : resource.resource)); // prettier-ignore
  return `/registry/${prefix}/${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

/** Why etcd does not answer, or the keys that it has. */
function* connect(call: ToolCall): Coroutine<string[] | number> {
  const { tool, flags } = call;
  const node = nodeOf(tool);
  const apiServer = tool.machine.facility(API_SERVER);
  const endpoints = flags.list('endpoints');
  const secure = endpoints.some((endpoint) => endpoint.startsWith('https://')) || flags.string('cacert') !== '';
  const files = ['cacert', 'cert', 'key'].map((name) => flags.string(name));
  for (const file of files) {
    // The members' certificates stand in for themselves: no certificate of the simulation is checked by etcd.
    if (file === '' || file.startsWith('/etc/kubernetes/pki/') || tool.machine.files.exists(tool.path(file))) continue;
    yield* tool.err(`Error: open ${file}: no such file or directory\n`);
    return 1;
  }
  if (!node?.node.controlPlane || !apiServer || node.profile.name === 'k3d' || !secure || files.includes('')) {
    yield* tool.err('Error: context deadline exceeded\n');
    return 1;
  }
  if (tool.process.user !== 'root') {
    yield* tool.err(`Error: open ${files[2]}: permission denied\n`);
    return 1;
  }
  const keys: string[] = [];
  const kinds = new Set<string>();
  for (const resource of apiServer.resources()) {
    const kind = `${resource.group}/${resource.resource}`;
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    for (const object of apiServer.store.list(resource)) keys.push(keyOf(resource, object));
  }
  tool.charge(keys.length);
  return keys.sort(compareStrings);
}

function* get(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length === 0) {
    yield* tool.err('Error: get command needs one argument as key and an optional argument as range_end\n');
    return 128;
  }
  const keys = yield* connect(call);
  if (typeof keys === 'number') return keys;
  const [key] = args;
  const from = flags.bool('from-key');
  const matching = keys.filter((each) =>
    from ? each >= key : flags.bool('prefix') ? each.startsWith(key) : each === key,
  );
  const limit = flags.int('limit');
  const shown = limit > 0 ? matching.slice(0, limit) : matching;
  if (flags.bool('count-only')) {
    yield* tool.out(flags.string('write-out') === 'fields' ? `"Count" : ${matching.length}\n` : '');
    return 0;
  }
  if (!flags.bool('keys-only') && shown.length > 0)
    return yield* notSimulated(tool, 'get of values (they are protobuf)');
  yield* tool.out(shown.map((each) => `${each}\n\n`).join(''));
  return 0;
}

function* health(call: ToolCall): Coroutine<number> {
  const keys = yield* connect(call);
  if (typeof keys === 'number') return keys;
  const endpoints = call.flags.list('endpoints');
  const [endpoint] = endpoints.length === 0 ? [ENDPOINT] : endpoints;
  const took = (5 + call.tool.machine.simulation.random.split('etcdctl').below(5_000_000) / 1e6).toFixed(6);
  yield* call.tool.out(`${endpoint} is healthy: successfully committed proposal: took = ${took}ms\n`);
  return 0;
}

function* save(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  if (args.length !== 1) {
    yield* tool.err('Error: snapshot save expects one argument\n');
    return 128;
  }
  const keys = yield* connect(call);
  if (typeof keys === 'number') return keys;
  const path = tool.path(args[0]);
  const written = tool.machine.files.writeFile(path, keys.map((key) => `${key}\n`).join(''), { mode: 0o600 });
  if (!written.ok) {
    yield* tool.err(`Error: could not open ${args[0]}.part (open ${args[0]}.part: no such file or directory)\n`);
    return 128;
  }
  yield* tool.out(`Snapshot saved at ${args[0] === '' ? baseName(path) : args[0]}\n`);
  return 0;
}

function* version({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(`etcdctl version: ${VERSION}\nAPI version: 3.6\n`);
  return 0;
}

/** etcdctl on a control plane: the keys that the API server's objects have in etcd. */
export const ETCDCTL: ClusterTool = {
  name: 'etcdctl',
  version: VERSION,
  flags: [
    stringSliceFlag('endpoints'),
    ...['cacert', 'cert', 'key', 'user', 'password'].map((name) => stringFlag(name)),
    stringFlag('write-out', '', { shorthand: 'w' }),
    stringFlag('command-timeout'),
    stringFlag('dial-timeout'),
    boolFlag('hex'),
    boolFlag('insecure-skip-tls-verify'),
  ],
  subcommands: [
    { name: 'alarm' },
    { name: 'defrag' },
    { name: 'del' },
    { name: 'endpoint health', flags: [boolFlag('cluster')], run: health },
    { name: 'endpoint status' },
    {
      name: 'get',
      flags: [
        boolFlag('prefix'),
        boolFlag('keys-only'),
        boolFlag('from-key'),
        boolFlag('count-only'),
        boolFlag('print-value-only'),
        intFlag('limit'),
      ],
      run: get,
    },
    { name: 'member list' },
    { name: 'put' },
    { name: 'snapshot restore' },
    { name: 'snapshot save', run: save },
    { name: 'snapshot status' },
    { name: 'version', run: version },
    { name: 'watch' },
  ],
};

export const etcdctl = clusterTool(ETCDCTL);
