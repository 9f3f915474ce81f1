import { TextInput, waitFor, type Coroutine } from '@seatrial/kernel';
import { borrowInput, borrowOutput } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { FlagSet } from '@seatrial/kubectl';
import type { ToolCall } from './cluster-tool.js';
import { containerNamed, runtimeNode } from './crictl-runtime.js';

/** The tool's own flags that take a value. */
const WITH_VALUE = new Set(['-r', '-i', '--runtime-endpoint', '--image-endpoint', '-c', '--config', '--timeout', '-t']);

/** `crictl exec [-i] [-t] CONTAINER COMMAND…`: what stands behind the container is the command's. */
export function* execInContainer(tool: Tool): Coroutine<number | undefined> {
  const { args } = tool;
  let at = 0;
  while (at < args.length && args[at].startsWith('-')) at += WITH_VALUE.has(args[at]) ? 2 : 1;
  if (args[at] !== 'exec') return undefined;
  let interactive = false;
  let synchronous = false;
  for (at++; at < args.length && args[at].startsWith('-'); at++) {
    interactive ||= /^-[a-z]*i|^--interactive/.test(args[at]);
    synchronous ||= /^-[a-z]*s|^--sync/.test(args[at]);
  }
  const [id, ...command] = args.slice(at);
  const call: ToolCall = { tool, flags: new FlagSet([]), args: args.slice(at) };
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  if (id === undefined || command.length === 0) {
    yield* tool.err('FATA[0000] ID cannot be empty\n');
    return 1;
  }
  const container = yield* containerNamed(call, node, id);
  if (typeof container === 'number') return container;
  const started = node.apiServer.kubelets.get(node.node.name)?.exec(container.namespace, container.pod, {
    container: container.name,
    command,
    stdin: interactive ? borrowInput(tool.process.stdin) : new TextInput(''),
    stdout: borrowOutput(tool.process.stdout),
    stderr: borrowOutput(tool.process.stderr),
  });
  if (!started?.ok) {
    const why = started?.error.message?.replace(/^.*?: (?=OCI runtime)/, '') ?? 'container not running';
    yield* tool.err(`FATA[0000] execing command in container: ${why}\n`);
    return 1;
  }
  yield* waitFor([started.value.exited]);
  const code = started.value.exitStatus?.code ?? 0;
  if (code === 0) return 0;
  if (synchronous) return code;
  yield* tool.err(`FATA[0000] execing command in container: command terminated with exit code ${String(code)}\n`);
  return 1;
}
