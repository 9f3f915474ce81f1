import { CLUSTER_NODE, type ClusterNode } from '@seatrial/cluster';
import { TextOutput, compareStrings, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { fullId, shortId } from './crictl-runtime.js';
import { minikubeCluster, profileName, runningCluster } from './minikube-cluster.js';

const OUTPUT_LIMIT = 1 << 20;
const LINES = '60';
/** Containers whose logs are gathered (pkg/minikube/logs/logs.go, v1.37), with the addons' that are on by default. */
const IMPORTANT = ['kube-apiserver', 'etcd', 'coredns', 'kube-scheduler', 'kube-proxy', 'kube-controller-manager', 'kindnet', 'storage-provisioner']; // prettier-ignore

function* outputOf(tool: Tool, script: string): Coroutine<string> {
  const output = new TextOutput(OUTPUT_LIMIT);
  yield* runCommand(tool.process, ['bash', '-c', script], { stdout: output, stderr: output });
  return output.text;
}

function* logOf(
  node: ClusterNode,
  tailLines: number,
  where: { namespace: string; pod: string; container: string },
): Coroutine<string> {
  const { namespace, pod, container } = where;
  const read = node.apiServer.kubelets
    .get(node.node.name)
    ?.logs(namespace, pod, { container, follow: false, timestamps: false, tailLines });
  let text = '';
  if (read?.ok)
    for (let piece = yield* read.value.read(); piece !== undefined; piece = yield* read.value.read()) text += piece;
  return text;
}

/** The sections by title; those of what a unit of the node says of itself are not simulated. */
function* sections(tool: Tool, node: ClusterNode, lines: number): Coroutine<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name, id, namespace, pod, running } of node.kubelet.containers()) {
    if (!running || !IMPORTANT.includes(name)) continue;
    found.set(
      `${name} [${shortId(fullId(id)).slice(0, 12)}]`,
      yield* logOf(node, lines, { namespace, pod, container: name }),
    );
  }
  found.set('container status', yield* outputOf(tool, 'sudo crictl ps -a'));
  found.set('describe nodes', yield* outputOf(tool, `kubectl describe nodes`));
  found.set('kernel', yield* outputOf(tool, 'uptime && uname -a && grep PRETTY /etc/os-release'));
  for (const [title, unit] of [
    ['Docker', 'docker'],
    ['kubelet', 'kubelet'],
  ] as const)
    found.set(title, yield* outputOf(tool, `sudo journalctl -u ${unit} -n ${lines}`));
  return found;
}

/** `minikube logs`: one section after the other, by title. */
function* logs({ tool, flags }: ToolCall): Coroutine<number> {
  for (const other of ['follow', 'problems', 'audit', 'last-start-only'])
    if (flags.bool(other)) return yield* notSimulated(tool, `logs --${other}`);
  const reached = yield* runningCluster(tool);
  if (typeof reached === 'number') return reached;
  if (minikubeCluster(tool)?.homeNode === undefined)
    return yield* notSimulated(tool, `logs -p ${profileName(reached)}`);
  const first = reached.profile.nodes[0].name;
  const name = flags.string('node') || first;
  const node = reached.machines.get(name)?.facility(CLUSTER_NODE) ?? reached;
  const found = yield* sections(tool, node, flags.int('length'));
  const titles = [...found.keys()].sort(compareStrings);
  const text = titles.map((title) => `==> ${title} <==\n${found.get(title) ?? ''}\n`).join('\n');
  const file = flags.string('file');
  if (file === '') yield* tool.out(`\n${text}\n`);
  else if (!tool.machine.files.writeFile(tool.path(file), text, { owner: tool.process.user }).ok)
    return yield* notSimulated(tool, `logs --file ${file}`);
  return 0;
}

export const LOGS_SUBCOMMAND: Subcommand = {
  name: 'logs',
  flags: [
    boolFlag('follow', '', { shorthand: 'f' }),
    boolFlag('problems'),
    boolFlag('audit'),
    boolFlag('last-start-only'),
    intFlag('length', '', { shorthand: 'n', default: LINES }),
    stringFlag('node'),
    stringFlag('file'),
  ],
  run: logs,
};
