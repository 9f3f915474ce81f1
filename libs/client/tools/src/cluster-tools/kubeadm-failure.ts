import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';

/** How kubeadm ends with an error (cmd/kubeadm/app/util/error.go, v1.35). */
export function* kubeadmFailure(tool: Tool, text: string, status = 1): Coroutine<number> {
  yield* tool.err(`error: ${text}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
  return status;
}
