import { baseName, sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { runToEnd } from '../system/run-to-end.js';
import { logIn } from './ssh.command.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import {
  GUEST_NOT_FOUND_STATUS,
  USAGE_STATUS,
  exitFor,
  minikubeCluster,
  profileName,
  runningCluster,
} from './minikube-cluster.js';
import { shortName } from './minikube-members.js';

const LOAD_MS = 2000;
const PATH_MISSING_STATUS = 35;

/** `minikube cp SOURCE [NODE:]TARGET`. */
function* copy({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [source, target] = args;
  if (source === undefined || target === undefined || args.length > 2)
    return yield* exitFor(
      tool,
      'MK_USAGE',
      'Please specify the path to copy: \n\tminikube cp <source file path> <target file absolute path> (example: "minikube cp a/b.txt /copied.txt")',
      USAGE_STATUS,
    );
  const read = tool.readFile(source);
  const [, name, path] = /^(?:([\w.-]+):)?(.*)$/.exec(target) ?? [];
  if (!path.startsWith('/'))
    return yield* exitFor(
      tool,
      'MK_USAGE',
      'Target <remote file path> must be an absolute Path. Relative Path is not allowed (example: "minikube:/home/docker/copied.txt")',
      USAGE_STATUS,
    );
  if (!read.ok)
    return yield* exitFor(tool, 'HOST_PATH_MISSING', `Cannot find directory ${source} for copy`, PATH_MISSING_STATUS);
  const machine = node.machines.get(name || node.node.name);
  if (!machine)
    return yield* exitFor(tool, 'GUEST_NODE_RETRIEVE', `Node ${name} does not exist.`, GUEST_NOT_FOUND_STATUS);
  const file = machine.files.isDirectory(path) ? `${path.replace(/\/$/, '')}/${baseName(source)}` : path;
  machine.files.makeDirectories(file.replace(/\/[^/]*$/, '') || '/');
  machine.files.writeFile(file, read.value);
  return 0;
}

/** The variables that point a shell's docker at the node's. */
function* dockerEnvironment({ tool, flags }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const home = tool.process.env.get('HOME') ?? '';
  const names = ['DOCKER_TLS_VERIFY', 'DOCKER_HOST', 'DOCKER_CERT_PATH', 'MINIKUBE_ACTIVE_DOCKERD'];
  const profile = profileName(node);
  const values = ['1', `tcp://${node.node.address}:2376`, `${home}/.minikube/certs`, profile];
  if (flags.bool('unset')) {
    yield* tool.out(names.map((name) => `unset ${name};\n`).join(''));
    return 0;
  }
  const lines = names.map((name, index) => `export ${name}="${values[index]}"\n`).join('');
  yield* tool.out(
    `${lines}\n# To point your shell to minikube's docker-daemon, run:\n# eval $(minikube -p ${profile} docker-env)\n`,
  );
  return 0;
}

/** Into a node; only its words are run when there are any. */
function* ssh({ tool, flags, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const name = flags.string('node') || node.profile.nodes[0].name;
  const machine = node.machines.get(name);
  if (!machine)
    return yield* exitFor(
      tool,
      'GUEST_NODE_RETRIEVE',
      `retrieving node: Could not find node ${name}`,
      GUEST_NOT_FOUND_STATUS,
    );
  // Its keys and address are minikube's own: the machine's ssh does not know the nodes of other clusters.
  if (minikubeCluster(tool)?.homeNode === undefined) return yield* logIn(tool, machine, tool.process.user, args);
  return yield* runToEnd(tool, ['ssh', name, ...args]);
}

function* listNodes({ tool }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  yield* tool.out(node.profile.nodes.map(({ name, address }) => `${name}\t${address}\n`).join(''));
  return 0;
}

/** Stops or starts a node beside the first one. */
function* power(call: ToolCall, on: boolean): Coroutine<number> {
  const { tool, args } = call;
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [name = ''] = args;
  const found = node.profile.nodes.find((each) => each.name === name || shortName(node, each.name) === name);
  if (!found)
    return yield* exitFor(
      tool,
      'GUEST_NODE_RETRIEVE',
      `retrieving node: Could not find node ${name}`,
      GUEST_NOT_FOUND_STATUS,
    );
  if (found.name === minikubeCluster(tool)?.homeNode)
    return yield* notSimulated(tool, `node ${on ? 'start' : 'stop'} ${name}`);
  yield* sleep(LOAD_MS);
  if (on) node.failures.end(found.name, 'powered-off', LOAD_MS);
  else node.failures.begin(found.name, 'powered-off');
  yield* tool.out(on ? `* Successfully started node ${found.name}!\n` : `* Successfully stopped node ${found.name}\n`);
  return 0;
}

/** What minikube does with its nodes and their files. */
export const NODE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'cp', run: copy },
  {
    name: 'docker-env',
    flags: [boolFlag('unset', '', { shorthand: 'u' }), stringFlag('shell')],
    run: dockerEnvironment,
  },
  { name: 'node list', run: listNodes },
  { name: 'node start', run: (call) => power(call, true) },
  { name: 'node stop', run: (call) => power(call, false) },
  { name: 'ssh', flags: [stringFlag('node', '', { shorthand: 'n' }), boolFlag('native-ssh')], run: ssh },
];
