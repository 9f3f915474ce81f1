import { sha256Hex, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { clusterTool, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';
import { ETCD_VERSION, connectEtcd } from './etcd-connection.js';
import { ETCDCTL_HELP } from './etcdctl-help.js';
import { saveSnapshot } from './etcd-snapshot.js';
import { ETCD_MEMBER_SUBCOMMANDS } from './etcd-members.js';

function* get(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length === 0) {
    yield* tool.err('Error: get command needs one argument as key and an optional argument as range_end\n');
    return 128;
  }
  if (flags.bool('count-only') && flags.string('write-out') !== 'fields') {
    yield* tool.err('Error: --count-only is only for `--write-out=fields`\n');
    return 128;
  }
  const reached = yield* connectEtcd(call);
  if (typeof reached === 'number') return reached;
  const { keys, node } = reached;
  const [key] = args;
  const from = flags.bool('from-key');
  const matching = keys.filter((each) =>
    from ? each >= key : flags.bool('prefix') ? each.startsWith(key) : each === key,
  );
  const limit = flags.int('limit');
  const shown = limit > 0 ? matching.slice(0, limit) : matching;
  if (flags.bool('count-only')) {
    const { id } = node.components.etcd().members[0] ?? { id: '8e9e05c52164694d' };
    yield* tool.out(`"ClusterID" : ${BigInt(`0x${sha256Hex('etcd').slice(0, 16)}`)}\n"MemberID" : ${BigInt(`0x${id}`)}\n"Revision" : ${node.apiServer.store.resourceVersion}\n"RaftTerm" : ${node.components.etcd().term}\n"More" : false\n"Count" : ${matching.length}\n`); // prettier-ignore
    return 0;
  }
  if (!flags.bool('keys-only') && shown.length > 0)
    return yield* notSimulated(tool, 'get of values (they are protobuf)');
  yield* tool.out(shown.map((each) => `${each}\n\n`).join(''));
  return 0;
}

function* version({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(`etcdctl version: ${ETCD_VERSION}\nAPI version: 3.6\n`);
  return 0;
}

/** etcdctl on a control plane: the keys that the API server's objects have in etcd. */
export const ETCDCTL: ClusterTool = {
  name: 'etcdctl',
  version: ETCD_VERSION,
  flags: [
    stringSliceFlag('endpoints'),
    ...['cacert', 'cert', 'key', 'user', 'password'].map((name) => stringFlag(name)),
    stringFlag('write-out', '', { shorthand: 'w' }),
    stringFlag('command-timeout'),
    stringFlag('dial-timeout'),
    boolFlag('debug'),
    boolFlag('hex'),
    boolFlag('insecure-skip-tls-verify'),
  ],
  help: ETCDCTL_HELP,
  usageOnOutput: true,
  subcommands: [
    { name: 'alarm disarm' },
    { name: 'del' },
    ...ETCD_MEMBER_SUBCOMMANDS,
    {
      name: 'get',
      flags: [
        boolFlag('prefix'),
        boolFlag('keys-only'),
        boolFlag('from-key'),
        boolFlag('count-only'),
        boolFlag('print-value-only'),
        intFlag('limit'),
        ...['order', 'sort-by', 'consistency'].map((name) => stringFlag(name)),
        intFlag('rev'),
      ],
      run: get,
    },
    { name: 'put' },
    { name: 'snapshot save', run: saveSnapshot },
    { name: 'version', run: version },
    { name: 'watch' },
  ],
};

export const etcdctl = clusterTool(ETCDCTL);
