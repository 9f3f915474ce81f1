import type { ApiResponse } from '@seatrial/apiserver';
import { statusText, type Coroutine } from '@seatrial/kernel';
import type { Invocation } from '../command/invocation.js';
import type { ClientRequest } from './api-connection.js';
import { METHODS, requestPath } from './request-path.js';
import type { ServerAddress } from './server-address.js';

/** Feature gates of client-go v0.35; Go goes through them in no order. */
const FEATURE_GATES: readonly (readonly [feature: string, enabled: boolean])[] = [
  ['ClientsAllowCBOR', false],
  ['ClientsPreferCBOR', false],
  ['InOrderInformers', true],
  ['InOrderInformersBatchProcess', true],
  ['InformerResourceVersion', true],
  ['WatchListClient', true],
];

/** What `-v` says before the first request. */
export function* logConnection(k: Invocation, paths: readonly string[]): Coroutine<void> {
  if (k.verbosity >= 6)
    for (const path of paths) yield* k.klog('I', 'loader.go:405', `Config loaded from file:  ${path}`);
  if (k.verbosity >= 1)
    for (const [feature, enabled] of FEATURE_GATES)
      yield* k.klog(
        'I',
        'envvar.go:172',
        `"Feature gate default state" feature="${feature}" enabled=${String(enabled)}`,
      );
}

function* logExchange(
  k: Invocation,
  { scheme, hostPort }: ServerAddress,
  method: string,
  path: string,
  code: number,
  tookMs: number,
): Coroutine<void> {
  if (k.verbosity >= 6)
    yield* k.klog(
      'I',
      'round_trippers.go:632',
      `"Response" verb="${method}" url="${scheme}://${hostPort}${path}" status="${statusText(code)}" milliseconds=${Math.round(tookMs)}`,
    );
}

/** Lists come in pieces where the command asks for them so; here they come at once. */
function asSent({ flags }: Invocation, request: ClientRequest): ClientRequest {
  const limit = request.verb === 'list' && flags.has('chunk-size') ? flags.int('chunk-size') : 0;
  return limit > 0 ? { ...request, options: { ...request.options, limit } } : request;
}

/** One request and its answer (client-go's debugging round tripper); headers and bodies (-v=7 and more) are left out. */
export function* logRequest(
  k: Invocation,
  address: ServerAddress,
  request: ClientRequest,
  { code }: ApiResponse,
  tookMs: number,
): Coroutine<void> {
  if (k.verbosity < 6) return;
  const path = requestPath(asSent(k, request), k.flags.string('request-timeout'));
  yield* logExchange(k, address, METHODS[request.verb], path, code, tookMs);
}

/** The requests of discovery that is not kept. */
export function* logDiscovery(k: Invocation, address: ServerAddress): Coroutine<void> {
  for (const path of ['/api', '/apis']) yield* logExchange(k, address, 'GET', `${path}?timeout=32s`, 200, 1);
}
