import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';

const MIRROR = 'deb.debian.org';

/** Whether there is a way out to Debian's packages, which are not simulated: asking for their host has said so. */
export function* reachesMirror(tool: Tool): Coroutine<boolean> {
  const resolved = yield* tool.machine.network.resolve(MIRROR);
  if (!resolved.ok && resolved.error.failure !== 'name-not-found') return false;
  yield* tool.complain('this is not simulated');
  return true;
}
