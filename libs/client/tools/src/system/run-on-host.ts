import { HOST_MACHINE, type Coroutine, type FileNode, type Machine } from '@seatrial/kernel';
import { furnish, runShell } from '../cluster-tools/ssh.command.js';
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
  const status = yield* runShell(tool, host, {
    argv: ['bash', '-c', 'exec "$@"', 'bash', ...argv],
    env: new Map(tool.process.env),
    cwd: '/',
    user: 'root',
  });
  return status ?? 127;
}
