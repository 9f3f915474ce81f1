import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';

const FATAL_STATUS = 128;

/** git gives up. */
export function* fatal(tool: Tool, text: string): Coroutine<number> {
  yield* tool.err(`fatal: ${text}\n`);
  return FATAL_STATUS;
}
