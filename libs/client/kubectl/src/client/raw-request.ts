import type { Coroutine, HttpRequest, HttpResponse } from '@seatrial/kernel';
import { CommandFailure, failWith, statusError } from '../command/failure.js';
import { logRawRequest } from './request-log.js';
import type { Status } from '@seatrial/apiserver';
import { goQuote } from '@seatrial/schema';
import type { Invocation } from '../command/invocation.js';

/** One HTTP exchange with the API server, with the command's credentials. */
export function* rawExchange(
  k: Invocation,
  method: string,
  path: string,
  body = '',
  onPiece?: HttpRequest['onPiece'],
): Coroutine<HttpResponse> {
  const api = yield* k.api();
  const headers = new Map(api.headers);
  headers.set('host', api.address.hostPort);
  headers.set('accept', 'application/json, */*');
  headers.set('user-agent', 'kubectl/v1.35.4');
  if (body !== '') headers.set('content-type', 'application/json');
  const began = k.now();
  const response = yield* api.connection.http({ method, path, headers, body, ...(onPiece && { onPiece }) });
  if (response.ok)
    yield* logRawRequest(k, api.address, { method, path, code: response.value.status, tookMs: k.now() - began });
  if (response.ok)
    for (const [name, value] of response.value.headers)
      if (name.toLowerCase() === 'warning')
        yield* api.warn(value.replace(/^299 - "(.*)"$/s, '$1').replace(/\\(.)/gs, '$1'));
  return response.ok ? response.value : failWith(`Get "${api.address.scheme}://${api.address.hostPort}${path}": EOF`);
}

function statusOf(body: string): Status | undefined {
  try {
    const parsed = JSON.parse(body) as Partial<Status>;
    return parsed.kind === 'Status' ? ({ reason: '', message: '', ...parsed } as Status) : undefined;
  } catch {
    return undefined;
  }
}

/** What client-go makes of a failure that says nothing of its own (NewGenericServerResponse). */
const GENERIC: Readonly<Record<number, readonly [reason: Status['reason'], message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  410: ['Gone', 'the server has indicated that the requested resource is no longer available'],
  415: [
    'UnsupportedMediaType',
    'the server was unable to accept the request because the body was in an unknown format',
  ],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

function genericStatus({ status: code, body }: HttpResponse): Status {
  const text = body.trim();
  const [reason, message] = GENERIC[code] ?? [
    code === 403 ? 'Forbidden' : code >= 500 ? 'InternalError' : 'Unknown',
    code === 403
      ? text
      : code >= 500
        ? `an error on the server (${goQuote(text)}) has prevented the request from succeeding`
        : `the server responded with the status code ${code} but did not return more information`,
  ];
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** net/http follows no more. */
const MAX_REDIRECTS = 10;

function locationOf({ status, headers }: HttpResponse): string | undefined {
  return REDIRECTS.has(status) ? headers.find(([name]) => name.toLowerCase() === 'location')?.[1] : undefined;
}

/** `--raw`: prints what a path answers to a method, with a body where there is one. */
export function* sendRaw(k: Invocation, method: string, path: string, body = ''): Coroutine<number> {
  // What goes on for a while is shown as it comes.
  const show = (text: string): Coroutine<boolean> => k.process.stdout.write(text);
  let response = yield* rawExchange(k, method, path, body, show);
  for (let count = 0; count < MAX_REDIRECTS && method === 'GET'; count++) {
    const location = locationOf(response);
    if (!location?.startsWith('/')) break;
    response = yield* rawExchange(k, method, location);
  }
  if (response.status >= 400)
    throw new CommandFailure([statusError(statusOf(response.body) ?? genericStatus(response))]);
  yield* k.out(response.body);
  return 0;
}
