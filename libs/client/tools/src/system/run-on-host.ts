import { HOST_MACHINE, UNSUPPORTED, waitFor, type Coroutine, type FileNode, type Machine } from '@seatrial/kernel';
import { borrowInput, borrowOutput } from '@seatrial/shell';
import { furnish } from '../cluster-tools/ssh.command.js';
import type { Tool } from '../tool/tool.js';

/** The node of a container, when a folder that the container sees is that node's root. */
export function hostOfRoot(tool: Tool, folder: FileNode): Machine | undefined {
  const host = tool.machine.facility(HOST_MACHINE)?.();
  const root = host?.files.stat('/');
  return root?.ok && root.value === folder ? host : undefined;
}

/** Whether a machine can start a command of that name or path. */
export function canRun(host: Machine, name: string): boolean {
  furnish(host);
  return name.includes('/') ? host.files.exists(name) : host.programs.has(name);
}

/** Runs a command on the node with this tool's streams and variables, as root: its status. */
export function* runOnHost(tool: Tool, host: Machine, argv: readonly string[]): Coroutine<number> {
  const shell = host.programs.get('bash');
  if (!shell) return 127;
  furnish(host);
  const sink = tool.machine.facility(UNSUPPORTED);
  if (sink) host.provide(UNSUPPORTED, sink);
  const { stdin, stdout, stderr, env } = tool.process;
  const child = host.processes.spawn({
    program: shell,
    argv: ['bash', '-c', 'exec "$@"', 'bash', ...argv],
    env: new Map(env),
    cwd: '/',
    user: 'root',
    stdin: borrowInput(stdin),
    stdout: borrowOutput(stdout),
    stderr: borrowOutput(stderr),
  });
  try {
    yield* waitFor([child.exited]);
    return child.exitStatus?.code ?? 0;
  } finally {
    if (!child.exitStatus) child.kill('HUP');
  }
}
