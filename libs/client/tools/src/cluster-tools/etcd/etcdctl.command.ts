import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { clusterTool, type ClusterTool, type ToolCall } from '../cluster-tool.js';
import { ETCD_VERSION } from './etcd-connection.js';
import { KEY_SUBCOMMANDS } from './etcdctl-keys.js';
import { LEASE_SUBCOMMANDS } from './etcdctl-leases.js';
import { TXN_SUBCOMMAND } from './etcdctl-txn.js';
import { WATCH_SUBCOMMAND } from './etcdctl-watch.js';
import { ETCDCTL_HELP } from './etcdctl-help.js';
import { saveSnapshot } from './etcd-snapshot.js';
import { ACCOUNT_SUBCOMMANDS } from './etcd-accounts.js';
import { MEMBER_CHANGE_SUBCOMMANDS } from './etcd-member-changes.js';
import { ETCD_MEMBER_SUBCOMMANDS } from './etcd-members.js';

/** Known, and not simulated. */
const UNSIMULATED = ['auth disable', 'auth enable', 'check datascale', 'check perf', 'elect', 'lock', 'make-mirror', 'move-leader', 'user passwd']; // prettier-ignore

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
    ...['keepalive-time', 'keepalive-timeout', 'discovery-srv', 'max-request-bytes'].map((name) => stringFlag(name)),
    boolFlag('debug'),
    boolFlag('hex'),
    boolFlag('insecure-skip-tls-verify'),
  ],
  environment: 'ETCDCTL',
  help: ETCDCTL_HELP,
  usageOnOutput: true,
  subcommands: [
    ...ACCOUNT_SUBCOMMANDS,
    ...ETCD_MEMBER_SUBCOMMANDS,
    ...MEMBER_CHANGE_SUBCOMMANDS,
    ...KEY_SUBCOMMANDS,
    ...LEASE_SUBCOMMANDS,
    ...UNSIMULATED.map((name) => ({ name })),
    { name: 'snapshot save', run: saveSnapshot },
    TXN_SUBCOMMAND,
    { name: 'version', run: version },
    WATCH_SUBCOMMAND,
  ],
};

export const etcdctl = clusterTool(ETCDCTL);
