import { baseName, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { clusterTool, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';
import { ETCD_VERSION, connectEtcd } from './etcd-connection.js';
import { ETCD_MEMBER_SUBCOMMANDS } from './etcd-members.js';

function* get(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  if (args.length === 0) {
    yield* tool.err('Error: get command needs one argument as key and an optional argument as range_end\n');
    return 128;
  }
  const keys = yield* connectEtcd(call);
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

function* save(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  if (args.length !== 1) {
    yield* tool.err('Error: snapshot save expects one argument\n');
    return 128;
  }
  const keys = yield* connectEtcd(call);
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
    boolFlag('hex'),
    boolFlag('insecure-skip-tls-verify'),
  ],
  subcommands: [
    { name: 'alarm' },
    { name: 'defrag' },
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
      ],
      run: get,
    },
    { name: 'put' },
    { name: 'snapshot restore' },
    { name: 'snapshot save', run: save },
    { name: 'snapshot status' },
    { name: 'version', run: version },
    { name: 'watch' },
  ],
};

export const etcdctl = clusterTool(ETCDCTL);
