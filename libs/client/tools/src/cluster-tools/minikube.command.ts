import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { runToEnd } from '../system/run-to-end.js';
import { clusterTool, type ClusterTool, type ToolCall } from './cluster-tool.js';
import { ADDON_SUBCOMMANDS } from './minikube-addons.js';
import { packedPages } from './help-pages.js';
import { minikubeHelpJson } from './reference/minikube-help.gen.js';
import { InstalledClusters } from './installed-clusters.js';
import { USAGE_STATUS, profileName, runningCluster, exitFor } from './minikube-cluster.js';
import { CONFIG_SUBCOMMANDS } from './minikube-config.js';
import { DASHBOARD_SUBCOMMAND } from './minikube-dashboard.js';
import { IMAGE_SUBCOMMANDS } from './minikube-images.js';
import { LIFE_SUBCOMMANDS } from './minikube-life.js';
import { LOGS_SUBCOMMAND } from './minikube-logs.js';
import { MEMBER_SUBCOMMANDS } from './minikube-members.js';
import { NODE_SUBCOMMANDS } from './minikube-node.js';
import { STATE_SUBCOMMANDS } from './minikube-state.js';
import { MINIKUBE_VERSION } from './minikube-version.js';
import { tunnel } from './minikube-tunnel.js';
import { PAUSE_SUBCOMMANDS } from './minikube-pause.js';
import { SERVICE_SUBCOMMANDS } from './minikube-service.js';

const COMMIT = '65318f4cfff9c12cc87ec9eb8f4cdd57b25047f3';

function* ip({ tool }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  yield* tool.out(`${node.node.address}\n`);
  return 0;
}

function* kubectl({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  // minikube names the cluster always; with one cluster it makes no difference.
  const several = (InstalledClusters.of(tool)?.added.length ?? 0) > 0;
  return yield* runToEnd(tool, ['kubectl', ...(several ? ['--cluster', profileName(node)] : []), ...args]);
}

/** The flags that every command takes: its own help page. */
function* options({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(packedPages(minikubeHelpJson)()['options'] ?? '');
  return 0;
}

function* version({ tool, flags }: ToolCall): Coroutine<number> {
  yield* tool.out(
    flags.bool('short') ? `${MINIKUBE_VERSION}\n` : `minikube version: ${MINIKUBE_VERSION}\ncommit: ${COMMIT}\n`,
  );
  return 0;
}

/** What minikube has besides (cmd/minikube/cmd/root.go, v1.37). */
const UNSIMULATED = ['addons configure', 'addons images', 'addons open', 'cache add', 'cache delete', 'cache list', 'cache reload', 'completion', 'config defaults', 'license', 'podman-env', 'ssh-host', 'update-check']; // prettier-ignore

/** minikube with the Docker driver, seen from beside its cluster. */
export const MINIKUBE: ClusterTool = {
  name: 'minikube',
  version: MINIKUBE_VERSION,
  flags: [
    stringFlag('profile', '', { shorthand: 'p' }),
    boolFlag('alsologtostderr'),
    intFlag('v', '', { shorthand: 'v' }),
  ],
  *onFlagError(tool, error) {
    yield* tool.err(`Error: ${error}\nSee 'minikube ${tool.args[0]} --help' for usage.\n`);
    return USAGE_STATUS;
  },
  *onUnknown(tool, word) {
    yield* tool.err(`Error: unknown command "${word}" for "minikube"\nRun 'minikube --help' for usage.\n`);
    return USAGE_STATUS;
  },
  help: packedPages(minikubeHelpJson),
  *onGroup(tool, { name, help, asksHelp }) {
    if (name === 'node' && !asksHelp)
      return yield* exitFor(tool, 'MK_USAGE', 'Usage: minikube node [add|start|stop|delete|list]', USAGE_STATUS);
    yield* tool.out(help);
    return 0;
  },
  subcommands: [
    ...ADDON_SUBCOMMANDS,
    ...CONFIG_SUBCOMMANDS,
    DASHBOARD_SUBCOMMAND,
    ...IMAGE_SUBCOMMANDS,
    { name: 'ip', flags: [stringFlag('node', '', { shorthand: 'n' })], run: ip },
    { name: 'kubectl', run: kubectl },
    ...UNSIMULATED.map((name) => ({ name })),
    { name: 'options', run: options },
    ...LIFE_SUBCOMMANDS,
    LOGS_SUBCOMMAND,
    ...MEMBER_SUBCOMMANDS,
    ...NODE_SUBCOMMANDS,
    ...PAUSE_SUBCOMMANDS,
    ...SERVICE_SUBCOMMANDS,
    ...STATE_SUBCOMMANDS,
    { name: 'tunnel', flags: [boolFlag('cleanup', '', { shorthand: 'c' }), stringFlag('bind-address')], run: tunnel },
    { name: 'version', flags: [boolFlag('short')], run: version },
  ],
};

export const minikube = clusterTool(MINIKUBE);
