import { TextOutput, sleep, type Coroutine, type FileSystem } from '@seatrial/kernel';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import type { ToolCall } from './cluster-tool.js';
import type { InstalledCluster } from './installed-cluster.js';
import { failed } from './kind-create.js';

const COLLECT_MS = 1500;
const OUTPUT_LIMIT = 1 << 22;
const NAME_LENGTH = 9;
const LOGS = '/var/log';

/** What a command prints on both streams. */
function* outputOf(tool: Tool, words: readonly string[]): Coroutine<string> {
  const output = new TextOutput(OUTPUT_LIMIT);
  yield* runCommand(tool.process, words, { stdout: output, stderr: output });
  return output.text;
}

/** The files below a folder of a node, by their paths from there; links as what they lead to. */
function* filesBelow(tool: Tool, files: FileSystem, folder: string): Generator<readonly [path: string, text: string]> {
  const listed = files.readDirectory(folder);
  for (const name of listed.ok ? listed.value : []) {
    tool.charge(1);
    const path = `${folder}/${name}`;
    if (files.isDirectory(path)) yield* filesBelow(tool, files, path);
    else {
      const read = files.readFile(path);
      if (read.ok) yield [path, read.value];
    }
  }
}

/** What is collected of a node besides its logs (pkg/cluster/provider.go CollectLogs, v0.31), by file. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'containerd.log': ['journalctl', '--no-pager', '-u', 'containerd.service'],
  'images.log': ['crictl', 'images'],
  'journal.log': ['journalctl', '--no-pager', '-u', 'containerd.service', '-u', 'kubelet.service'],
  'kubelet.log': ['journalctl', '--no-pager', '-u', 'kubelet.service'],
};

/** `kind export logs [DIRECTORY]`: what the nodes logged, in a folder each. */
export function* exportLogs(
  { tool, args }: ToolCall,
  name: string,
  cluster: InstalledCluster | undefined,
  version: string,
): Coroutine<number> {
  if (args.length > 1) return yield* failed(tool, `accepts at most 1 arg(s), received ${args.length}`);
  if (!cluster?.exists) return yield* failed(tool, `unknown cluster "${name}"`);
  const { machine, process } = tool;
  const random = machine.simulation.random.split(`kind/logs/${process.pid}`);
  const directory = args[0] ?? `/tmp/${random.characters(NAME_LENGTH, '0123456789')}`;
  yield* tool.err(`Exporting logs for cluster "${name}" to:\n`);
  yield* tool.out(`${directory}\n`);
  const write = (path: string, text: string): void => {
    const target = tool.path(`${directory}/${path}`);
    machine.files.makeDirectories(target.replace(/\/[^/]*$/, ''), process.user);
    machine.files.writeFile(target, text, { owner: process.user });
  };
  write('kind-version.txt', version);
  write('docker-info.txt', yield* outputOf(tool, ['docker', 'info']));
  const { machines, profile } = cluster.node;
  for (const node of profile.nodes) {
    yield* sleep(COLLECT_MS);
    write(`${node.name}/inspect.json`, yield* outputOf(tool, ['docker', 'inspect', node.name]));
    write(`${node.name}/kubernetes-version.txt`, profile.kubernetesVersion);
    for (const [file, words] of Object.entries(COMMANDS))
      write(`${node.name}/${file}`, yield* outputOf(tool, ['docker', 'exec', node.name, ...words]));
    const own = machines.get(node.name);
    // The node's own root reads them.
    const logs = own?.files.privileged(() => [...filesBelow(tool, own.files, LOGS)]) ?? [];
    for (const [path, text] of logs) write(`${node.name}${path.slice(LOGS.length)}`, text);
  }
  return 0;
}
