import type { Coroutine } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { clusterTool, type ClusterTool, type ToolCall } from '../cluster-tool.js';
import { ETCD_VERSION } from './etcd-connection.js';
import { ETCDUTL_HELP } from './etcdutl-help.js';
import { FILE_SUBCOMMANDS } from './etcdutl-files.js';
import { SNAPSHOT_SUBCOMMANDS } from './etcd-snapshot.js';

function* version({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(`etcdutl version: ${ETCD_VERSION}\nAPI version: 3.6\n`);
  return 0;
}

/** etcdutl: an etcd's files, without its server. */
export const ETCDUTL: ClusterTool = {
  name: 'etcdutl',
  version: ETCD_VERSION,
  flags: [stringFlag('write-out', '', { shorthand: 'w', default: 'simple' })],
  help: ETCDUTL_HELP,
  subcommands: [...FILE_SUBCOMMANDS, { name: 'migrate' }, ...SNAPSHOT_SUBCOMMANDS, { name: 'version', run: version }],
};

export const etcdutl = clusterTool(ETCDUTL);
