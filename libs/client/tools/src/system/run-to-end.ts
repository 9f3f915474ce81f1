import { waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { startCommand, startFailureStatus } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';

/** Starts a command or says why not. */
export function* start(
  tool: Tool,
  argv: readonly string[],
  options: Parameters<typeof startCommand>[2] = {},
): Coroutine<Process | number> {
  const started = startCommand(tool.process, argv, options);
  if (started.ok) return started.value;
  const failure = startFailureStatus(started.error);
  yield* tool.complain(`${notStarted(tool, argv[0])}: ${failure.text}`);
  return failure.code;
}

/** How a command names another that it cannot start. */
function notStarted(tool: Tool, name: string): string {
  if (tool.machine.programs.has('busybox')) return `can't execute '${name}'`;
  if (tool.name === 'xargs') return name;
  const fails = tool.name === 'timeout' || tool.name === 'nohup';
  return fails ? `failed to run command ${tool.quote(name)}` : tool.quote(name);
}

/** Runs a command to its end with this tool's streams: its status. */
export function* runToEnd(
  tool: Tool,
  argv: readonly string[],
  options: Parameters<typeof startCommand>[2] = {},
): Coroutine<number> {
  const child = yield* start(tool, argv, options);
  if (typeof child === 'number') return child;
  yield* waitFor([child.exited]);
  return child.exitStatus?.code ?? 0;
}
