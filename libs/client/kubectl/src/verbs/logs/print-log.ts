import type { PodLogOptions } from '@seatrial/apiserver';
import type { Coroutine, Input, JsonObject } from '@seatrial/kernel';
import type { Invocation } from '../../command/invocation.js';
import { nameOf, namespaceOf } from '../../resource/resource-info.js';
import { kubeletOf, requireOk } from '../exec/pod-streams.js';

/** The log of one container as a stream; a failure ends the command. */
export function* openLog(k: Invocation, pod: JsonObject, options: PodLogOptions): Coroutine<Input> {
  const kubelet = yield* kubeletOf(k, pod, 'log', options.container);
  return requireOk(kubelet.logs(namespaceOf(pod), nameOf(pod), options));
}

/** Copies a log to stdout until it ends; `prefix` goes in front of each line. */
export function* copyLog(k: Invocation, input: Input, prefix = ''): Coroutine<void> {
  let rest = '';
  for (;;) {
    const piece = yield* input.read();
    if (piece === undefined) break;
    if (prefix === '') {
      yield* k.out(piece);
      continue;
    }
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* k.out(lines.map((line) => `${prefix}${line}\n`).join(''));
  }
  if (rest !== '') yield* k.out(`${prefix}${rest}`);
}

/** Prints one container's log. */
export function* printLog(k: Invocation, pod: JsonObject, options: PodLogOptions, prefix = ''): Coroutine<void> {
  yield* copyLog(k, yield* openLog(k, pod, options), prefix);
}
