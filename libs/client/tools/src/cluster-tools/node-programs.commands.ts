import { parseKubeletFlags } from '@seatrial/cluster';
import { klogLine } from '@seatrial/schema';
import { defineCommand } from '../command.js';
import { structured } from './journal/journal-entry.js';
import { toolProgram } from '../tool/tool.js';
import { nodeOf, notSimulated } from './cluster-tool.js';

/** The node's agent itself: its version, and its complaints about flags; a second one is not run. */
export const kubelet = defineCommand({
  name: 'kubelet',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const node = nodeOf(tool);
    if (!node) return yield* notSimulated(tool, 'away from a node');
    const flags = parseKubeletFlags(tool.args);
    if (!flags.ok) {
      const text = structured('command failed', [['err', flags.error]]);
      yield* tool.err(`${klogLine(tool.machine.simulation.now(), 'E', 'run.go:72', text, tool.process.pid)}\n`);
      return 1;
    }
    if (!flags.value.has('version')) return yield* notSimulated(tool, 'by hand');
    yield* tool.out(`Kubernetes ${node.packages?.releaseOf('kubelet') ?? node.profile.kubernetesVersion}\n`);
    return 0;
  }),
});

/** Its release, from what the node says of its runtime. */
export const containerd = defineCommand({
  name: 'containerd',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const node = nodeOf(tool);
    const asked = tool.args.length === 1 && ['--version', '-v'].includes(tool.args[0]);
    if (!node || !asked) return yield* notSimulated(tool, tool.args.join(' '));
    const found = /^containerd:\/\/(.+)$/.exec(node.node.containerRuntimeVersion);
    if (!found) return yield* notSimulated(tool, '--version');
    yield* tool.out(`containerd github.com/containerd/containerd ${found[1]}\n`);
    return 0;
  }),
});
