import type { RequestOptions } from '@seatrial/apiserver';
import { type Coroutine, type JsonObject } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { requestFor } from '../../client/api-connection.js';
import { attempt, failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { metadataOf, nameOf, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { openWatch } from '../get/get-watch.js';

/** --cascade as a propagation policy. */
export function propagationPolicy(k: Invocation): 'Background' | 'Foreground' | 'Orphan' {
  const value = k.flags.string('cascade');
  switch (value) {
    case 'background':
    case 'true':
      return 'Background';
    case 'foreground':
      return 'Foreground';
    case 'orphan':
    case 'false':
      return 'Orphan';
    default:
      return failWith(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`);
  }
}

/** DELETEs one object; the answer is the object or a Status. */
export function* deleteObject(k: Invocation, info: ResourceInfo, options: RequestOptions): Coroutine<JsonObject> {
  const api = yield* k.api();
  return yield* api.request({
    ...requestFor(info.mapping, 'delete', { namespace: info.namespace, name: info.name }),
    options,
  });
}

/** The uid to wait for: that of the deleted object, as the answer to the DELETE gives it. */
export function deletedUid(answer: JsonObject): string {
  if (answer.kind === 'Status') {
    const details = answer.details as JsonObject | undefined;
    return textOf(details?.uid);
  }
  return textOf(metadataOf(answer).uid);
}

/** Waits until an object is gone (or another has its name); false when the time is up. */
export function* waitUntilGone(k: Invocation, info: ResourceInfo, uid: string, timeoutMs: number): Coroutine<boolean> {
  const api = yield* k.api();
  const end = k.now() + timeoutMs;
  const isGone = (): boolean => {
    const found = api.server.store.get(info.mapping, info.namespace || undefined, info.name);
    return !found || (uid !== '' && found.metadata.uid !== uid);
  };
  if (isGone()) return true;
  const opened = yield* attempt(
    openWatch(k, { mapping: info.mapping, namespace: info.namespace, name: info.name }, {}),
  );
  if ('failure' in opened) {
    // Who may not look is not kept waiting.
    const [error] = opened.failure.errors;
    if (error.type === 'status' && error.status.reason === 'Forbidden') return true;
    throw opened.failure;
  }
  const { stream, stop } = opened.value;
  try {
    for (;;) {
      if (isGone()) return true;
      const left = end - k.now();
      if (left <= 0) return false;
      yield* stream.next(Number.isFinite(left) ? left : undefined);
    }
  } finally {
    stop();
  }
}

/** `pod "x" deleted from default namespace` (delete.go PrintObj). */
export function deletedText(info: ResourceInfo, operation: string): string {
  const kind =
    info.mapping.group === ''
      ? info.mapping.kind.toLowerCase()
      : `${info.mapping.kind.toLowerCase()}.${info.mapping.group}`;
  const where = info.mapping.namespaced ? ` from ${info.namespace} namespace` : '';
  return `${kind} ${goQuote(info.name || nameOf(info.object))} ${operation.replace('deleted', `deleted${where}`)}\n`;
}
