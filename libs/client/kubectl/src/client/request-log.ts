import type { ApiResponse } from '@seatrial/apiserver';
import { statusText, type Coroutine } from '@seatrial/kernel';
import type { CommandFailure } from '../command/failure.js';
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

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly code: number;
  readonly tookMs: number;
  /** What the request says that it accepts; undefined where that is not known here. */
  readonly accept?: string;
}

const USER_AGENT = 'kubectl/v1.35.4 (linux/amd64) kubernetes/$Format';

/** Of 6 the URL and the time, of 7 the request's headers too (client-go's debugging round tripper); no more is simulated. */
function* logExchange(
  k: Invocation,
  { scheme, hostPort }: ServerAddress,
  { method, path, code, tookMs, accept }: Exchange,
): Coroutine<void> {
  if (k.verbosity < 6) return;
  const what = `verb="${method}" url="${scheme}://${hostPort}${path}"`;
  const came = `status="${statusText(code)}" milliseconds=${Math.round(tookMs)}`;
  const request = k.verbosity >= 7 && accept !== undefined;
  if (request) {
    const headers = `\tAccept: ${accept}\n\tUser-Agent: ${USER_AGENT}\n`;
    yield* k.klog('I', 'round_trippers.go:527', `"Request" ${what} headers=<\n${headers} >`);
  }
  yield* k.klog('I', 'round_trippers.go:632', `"Response" ${request ? '' : `${what} `}${came}`);
}

const TABLES =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

/** What `kubectl get` accepts: tables, unless another format is wanted. Other commands speak protobuf here and there. */
function accepted({ path, flags }: Invocation): string | undefined {
  if (path !== 'kubectl get') return undefined;
  const format = flags.string('output');
  const table = (format === '' && flags.string('template') === '') || format === 'wide';
  return table ? TABLES : 'application/json';
}

/** The Status of a failure as -v=6 shows it (cmdutil.StandardErrorMessage, StatusError.DebugError). */
export function* logFailure(k: Invocation, { errors }: CommandFailure): Coroutine<void> {
  if (k.verbosity < 6) return;
  for (const error of errors) {
    if (error.type !== 'status' || (errors.length === 1 && error.status.reason === 'Invalid')) continue;
    yield* k.klog('I', 'helpers.go:246', `server response object: %s[${JSON.stringify(error.status, null, 2)}]`);
  }
}

/** Lists come in pieces where the command asks for them so; here they come at once. */
function asSent({ flags }: Invocation, request: ClientRequest): ClientRequest {
  const limit = request.verb === 'list' && flags.has('chunk-size') ? flags.int('chunk-size') : 0;
  return limit > 0 ? { ...request, options: { ...request.options, limit } } : request;
}

/** One request and its answer. */
export function* logRequest(
  k: Invocation,
  address: ServerAddress,
  request: ClientRequest,
  { code }: ApiResponse,
  tookMs: number,
): Coroutine<void> {
  if (k.verbosity < 6) return;
  const path = requestPath(asSent(k, request), k.flags.string('request-timeout'));
  yield* logExchange(k, address, { method: METHODS[request.verb], path, code, tookMs, accept: accepted(k) });
}

/** A request for a path as it stands. */
export function* logRawRequest(
  k: Invocation,
  address: ServerAddress,
  exchange: Pick<Exchange, 'method' | 'path' | 'code' | 'tookMs'>,
): Coroutine<void> {
  yield* logExchange(k, address, exchange);
}

/** The requests of discovery that is not kept. */
export function* logDiscovery(k: Invocation, address: ServerAddress): Coroutine<void> {
  for (const path of ['/api', '/apis'])
    yield* logExchange(k, address, { method: 'GET', path: `${path}?timeout=32s`, code: 200, tookMs: 1 });
}
