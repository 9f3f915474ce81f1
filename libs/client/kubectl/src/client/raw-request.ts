import type { Coroutine, HttpResponse } from '@seatrial/kernel';
import { CommandFailure, failWith, statusError } from '../command/failure.js';
import type { Status } from '@seatrial/apiserver';
import type { Invocation } from '../command/invocation.js';

/** One HTTP exchange with the API server, with the command's credentials. */
export function* rawExchange(k: Invocation, method: string, path: string, body = ''): Coroutine<HttpResponse> {
  const api = yield* k.api();
  const headers = new Map(api.headers);
  headers.set('host', api.address.hostPort);
  headers.set('accept', 'application/json, */*');
  headers.set('user-agent', 'kubectl/v1.35.4');
  if (body !== '') headers.set('content-type', 'application/json');
  const response = yield* api.connection.http({ method, path, headers, body });
  return response.ok ? response.value : failWith(`Get "${api.address.scheme}://${api.address.hostPort}${path}": EOF`);
}

function statusOf(body: string): Status | undefined {
  try {
    const parsed = JSON.parse(body) as Status;
    return parsed.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** `--raw`: prints what a path answers to a method, with a body where there is one. */
export function* sendRaw(k: Invocation, method: string, path: string, body = ''): Coroutine<number> {
  const response = yield* rawExchange(k, method, path, body);
  if (response.status >= 400) {
    const status = statusOf(response.body);
    if (status) throw new CommandFailure([statusError(status)]);
    if (response.status === 404)
      throw new CommandFailure([
        statusError({
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'the server could not find the requested resource',
          reason: 'NotFound',
          code: 404,
        }),
      ]);
    failWith(response.body);
  }
  yield* k.out(response.body);
  return 0;
}
