import { parsePem } from '@seatrial/apiserver';
import {
  type Connection,
  type Coroutine,
  type DialError,
  type HttpRequest,
  type HttpResponse,
  type Result,
  type ServiceTls,
  fail,
  ok,
} from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { within } from './within.js';

export interface Url {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Path with query, without fragment. */
  readonly path: string;
  /** As it goes into the `Host` header. */
  readonly authority: string;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Splits an address as curl does: without a scheme it is http. Undefined when it has no host or a wrong port. */
export function parseUrl(text: string): Url | undefined {
  const found = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:([^/?#@]*)@)?(\[[^\]]*\]|[^/:?#]*)(?::(\d*))?([^#]*)/.exec(
    text,
  );
  if (!found || found[3] === '') return undefined;
  const scheme = (found[1] ?? 'http').toLowerCase();
  const port = found[4] ? Number(found[4]) : (DEFAULT_PORTS[scheme] ?? 0);
  if (port > 65_535) return undefined;
  const rest = found[5];
  const authority = found[3] + (port === DEFAULT_PORTS[scheme] ? '' : `:${String(port)}`);
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return { scheme, user: found[2], host: found[3].replace(/^\[|\]$/g, ''), port, path, authority };
}

/** Where a redirect leads. */
export function resolveLocation(base: Url, location: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(location)) return location;
  const root = `${base.scheme}://${base.authority}`;
  if (location.startsWith('//')) return `${base.scheme}:${location}`;
  if (location.startsWith('/')) return root + location;
  return root + base.path.replace(/[^/]*(\?.*)?$/, '') + location;
}

export interface Exchange {
  readonly connection: Connection;
  readonly response: HttpResponse;
}

export type ExchangeFailure =
  | { readonly kind: 'dial'; readonly error: DialError }
  /** The service behind TLS is not trusted, or there is no TLS where it is expected. */
  | { readonly kind: 'untrusted'; readonly problem: CertificateProblem; readonly connection: Connection }
  | { readonly kind: 'no-tls'; readonly connection: Connection }
  | { readonly kind: 'reset'; readonly connection: Connection }
  | { readonly kind: 'timeout'; readonly connection: Connection };

export interface ExchangeOptions {
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly host?: string;
  readonly port?: number;
  readonly connectTimeoutMs?: number;
  /** How long all of it may take. */
  readonly totalMs?: number;
  readonly insecure: boolean;
  /** PEM text of the authorities to trust (`--cacert`). */
  readonly authority?: string;
  readonly onConnect?: (connection: Connection) => Coroutine<void>;
  readonly onPiece?: HttpRequest['onPiece'];
}

/** What is wrong with a server's certificate. */
export type CertificateProblem = 'self-signed' | 'unknown-issuer' | 'wrong-name';

const coversHost = (pattern: string, host: string): boolean =>
  pattern.toLowerCase() === host.toLowerCase() ||
  (pattern.startsWith('*.') && host.slice(host.indexOf('.')).toLowerCase() === pattern.slice(1).toLowerCase());

function certificateProblem(
  tls: ServiceTls,
  host: string,
  authority: string | undefined,
): CertificateProblem | undefined {
  if (tls.trusted) return undefined;
  if (!tls.certificate) return authority === undefined ? 'unknown-issuer' : undefined;
  const { subject, issuer, names, pem } = tls.certificate(host);
  const trusted =
    authority !== undefined &&
    (authority.trim() === pem?.trim() || parsePem(authority)?.fields.get('subject') === issuer);
  if (!trusted) return subject === issuer ? 'self-signed' : 'unknown-issuer';
  return names.some((name) => coversHost(name, host)) ? undefined : 'wrong-name';
}

/** One request over a connection of its own. */
export function* exchange(
  tool: Pick<Tool, 'machine'>,
  url: Url,
  options: ExchangeOptions,
): Coroutine<Result<Exchange, ExchangeFailure>> {
  const now = (): number => tool.machine.simulation.now();
  const began = now();
  const dialled = yield* tool.machine.network.dial({
    host: options.host ?? url.host,
    port: options.port ?? url.port,
    ...(options.connectTimeoutMs === undefined ? {} : { timeoutMs: options.connectTimeoutMs }),
  });
  if (!dialled.ok) return fail({ kind: 'dial', error: dialled.error });
  const connection = dialled.value;
  try {
    const { tls } = connection.service;
    if (options.onConnect) yield* options.onConnect(connection);
    if (url.scheme === 'https' && !tls) return fail({ kind: 'no-tls', connection });
    const problem = tls && !options.insecure ? certificateProblem(tls, url.host, options.authority) : undefined;
    if (url.scheme === 'https' && problem) return fail({ kind: 'untrusted', problem, connection });
    if (url.scheme === 'http' && tls)
      return ok({ connection, response: tls.certificate ? plainOverNginxTls : plainOverTls });
    const { method, headers, body, totalMs, onPiece } = options;
    const asked = connection.http({ method, path: url.path, headers, body, ...(onPiece && { onPiece }) });
    const answered = totalMs === undefined ? yield* asked : yield* within(asked, totalMs - (now() - began), now);
    if (!answered) return fail({ kind: 'timeout', connection });
    if (!answered.ok) return fail({ kind: answered.error, connection });
    return ok({ connection, response: answered.value });
  } finally {
    connection.close();
  }
}

/** What Go's TLS servers answer to a request without TLS (net/http). */
const plainOverTls: HttpResponse = {
  status: 400,
  headers: [],
  body: 'Client sent an HTTP request to an HTTPS server.\n',
};

const PLAIN_PAGE =
  '<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>The plain HTTP request was sent to HTTPS port</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

/** The same of nginx. */
const plainOverNginxTls: HttpResponse = {
  status: 400,
  headers: [
    ['Content-Type', 'text/html'],
    ['Content-Length', String(PLAIN_PAGE.length)],
    ['Connection', 'close'],
  ],
  body: PLAIN_PAGE,
};

export function headerValue(response: HttpResponse, name: string): string | undefined {
  return response.headers.find(([header]) => header.toLowerCase() === name)?.[1];
}
