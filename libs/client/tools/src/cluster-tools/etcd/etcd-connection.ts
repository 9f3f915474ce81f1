import { API_SERVER, type KubeObject, type ServedResource } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { compareStrings, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { nodeOf, type ToolCall } from '../cluster-tool.js';

/** The release that etcdctl and etcd print. */
export const ETCD_VERSION = '3.6.6';
/** Resources that the API server keeps under another name than their own (pkg/registry/core/rest). */
const STORED_AS: Readonly<Record<string, string>> = {
  endpoints: 'services/endpoints',
  nodes: 'minions',
  replicationcontrollers: 'controllers',
  services: 'services/specs',
};
/** etcdctl's global flags, each of which a variable may give. */
const FLAGS_BY_VARIABLE =
  'endpoints cacert cert key user password write-out command-timeout dial-timeout keepalive-time keepalive-timeout debug hex insecure-skip-tls-verify insecure-transport insecure-discovery discovery-srv discovery-srv-name max-request-bytes max-recv-bytes'.split(
    ' ',
  );

/** Built-in groups whose storage carries the group's name. */
const GROUPED = ['apiextensions.k8s.io', 'apiregistration.k8s.io'];

/** The key of an object in etcd. */
export function keyOf(resource: ServedResource, { metadata }: KubeObject): string {
  const { group } = resource;
  const prefix =
    resource.custom || GROUPED.includes(group)
      ? `${group}/${resource.resource}`
      : (STORED_AS[resource.resource] ??
        (group === 'networking.k8s.io' && resource.resource === 'ingresses' ? 'ingress' : resource.resource));
  return `/registry/${prefix}/${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

/** An etcd that answers. */
export interface ReachedEtcd {
  readonly node: ClusterNode;
  readonly keys: readonly string[];
}

/** The time with microseconds, as zap's JSON encoder writes it for etcdctl. */
export const microseconds = ({ machine: { simulation } }: Tool): string =>
  new Date(simulation.now())
    .toISOString()
    .replace('Z', `${String(simulation.random.split('etcdctl').below(1000)).padStart(3, '0')}Z`);

/** Warns of variables that no flag has; the status where a flag is given twice (pkg/flags' verifyEnv). */
function* checkEnvironment(tool: Tool): Coroutine<number | undefined> {
  for (const [name, value] of tool.process.env) {
    if (!name.startsWith('ETCDCTL_') || name.startsWith('ETCDCTL_WATCH_')) continue;
    const flag = name.slice('ETCDCTL_'.length).toLowerCase().replaceAll('_', '-');
    if (tool.args.some((word) => word === `--${flag}` || word.startsWith(`--${flag}=`))) {
      yield* tool.err(
        `{"level":"fatal","ts":"${microseconds(tool)}","caller":"flags/flag.go:85","msg":"conflicting environment variable is shadowed by corresponding command-line flag (either unset environment variable or disable flag))","environment-variable":"${name}"}\n`,
      );
      return 1;
    }
    if (!FLAGS_BY_VARIABLE.includes(flag) || value === '')
      yield* tool.err(
        `{"level":"warn","ts":"${microseconds(tool)}","caller":"flags/flag.go:94","msg":"unrecognized environment variable","environment-variable":"${name}=${value}"}\n`,
      );
  }
  return undefined;
}

/** Why etcd does not answer, or the keys that it has. */
export function* connectEtcd(call: ToolCall): Coroutine<ReachedEtcd | number> {
  const { tool, flags } = call;
  const shadowed = yield* checkEnvironment(tool);
  if (shadowed !== undefined) return shadowed;
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
  return { node, keys: keys.sort(compareStrings) };
}
