import type { Status } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import { isFailure } from '../client/api-connection.js';
import type { Invocation } from '../command/invocation.js';

/**
 * What a failed look-up of one object is reported as: where nothing was found in a namespace that is not there either,
 * the namespace's own error (cli-runtime resource.Info.Get).
 */
export function* lookupFailure(k: Invocation, namespace: string | undefined, status: Status): Coroutine<Status> {
  if (status.reason !== 'NotFound' || !namespace || namespace === 'default') return status;
  const api = yield* k.api();
  const found = yield* api.send({ verb: 'get', group: '', version: 'v1', resource: 'namespaces', name: namespace });
  if (!isFailure(found)) return status;
  const missing = found.body as Status;
  return missing.reason === 'NotFound' ? missing : status;
}
