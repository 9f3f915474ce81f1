import { connectLimit, totalLimit, type CurlPlan } from './curl-options.js';
import type { ExchangeFailure, Url } from './http-client.js';

const SSL_HELP = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`;

const notConnected = (url: Url, afterMs: number): string =>
  `Failed to connect to ${url.host} port ${url.port} after ${afterMs} ms: Couldn't connect to server`;

/** curl's status and message for an exchange that did not end in an answer. */
export function describeFailure(
  failure: ExchangeFailure,
  url: Url,
  plan: CurlPlan,
): { readonly exit: number; readonly message: string } {
  if (failure.kind === 'untrusted') {
    const problems: Readonly<Record<typeof failure.problem, string>> = {
      'self-signed': 'SSL certificate problem: self-signed certificate',
      'unknown-issuer': 'SSL certificate problem: unable to get local issuer certificate',
      'wrong-name': `SSL: no alternative certificate subject name matches target host name '${url.host}'`,
    };
    return { exit: 60, message: `${problems[failure.problem]}\n${SSL_HELP}` };
  }
  if (failure.kind === 'no-tls')
    return { exit: 35, message: 'OpenSSL/3.0.17: error:0A00010B:SSL routines::wrong version number' };
  if (failure.kind === 'reset') return { exit: 52, message: 'Empty reply from server' };
  if (failure.kind === 'timeout') {
    const ms = totalLimit(plan) ?? 0;
    return { exit: 28, message: `Operation timed out after ${ms} milliseconds with 0 bytes received` };
  }
  const { error } = failure;
  switch (error.failure) {
    case 'name-not-found':
    case 'name-server-failure': {
      const limit = connectLimit(plan);
      if (limit !== undefined && error.afterMs >= limit)
        return { exit: 28, message: `Resolving timed out after ${limit} milliseconds` };
      return { exit: 6, message: `Could not resolve host: ${url.host}` };
    }
    case 'timeout': {
      const limit = connectLimit(plan);
      if (limit === undefined) return { exit: 28, message: notConnected(url, error.afterMs) };
      const ms = Math.max(limit, Math.round(error.afterMs)) + (error.afterMs > limit ? 0 : 1);
      return { exit: 28, message: `Connection timed out after ${ms} milliseconds` };
    }
    case 'reset':
      return { exit: 56, message: 'Recv failure: Connection reset by peer' };
    default:
      return { exit: 7, message: notConnected(url, error.afterMs) };
  }
}
