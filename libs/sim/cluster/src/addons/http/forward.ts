import {
  fail,
  ok,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Process,
  type Result,
} from '@seatrial/kernel';

/** Why a proxied request got no answer. */
export type ForwardFailure = 'refused' | 'timeout' | 'reset';

/** An address behind a proxy. */
export interface Upstream {
  readonly address: string;
  readonly port: number;
}

/** Hands a request on to an upstream over a connection of its own. */
export function* forward(
  process: Process,
  upstream: Upstream,
  request: HttpRequest,
  connectTimeoutMs: number,
): Coroutine<Result<HttpResponse, ForwardFailure>> {
  const { address: host, port } = upstream;
  const dialed = yield* process.machine.network.dial({ host, port, timeoutMs: connectTimeoutMs });
  if (!dialed.ok) return fail(dialed.error.failure === 'timeout' ? 'timeout' : 'refused');
  const answered = yield* dialed.value.http(request);
  dialed.value.close();
  return answered.ok ? ok(answered.value) : fail(answered.error);
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'];

/** Headers of an upstream's answer that a proxy passes on, without those given. */
export function passedHeaders(response: HttpResponse, without: readonly string[] = []): HttpResponse['headers'] {
  return response.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.includes(lower) && !without.includes(lower);
  });
}
