import { baseName, utf8Length, type Coroutine, type HttpResponse } from '@seatrial/kernel';
import { errorText, type Tool } from '../tool/tool.js';
import { exchange, headerValue, parseUrl, resolveLocation, type ExchangeFailure, type Url } from './http-client.js';

const MAX_REDIRECTS = 20;
/** The options that both userlands' wget know. */
export const OPTIONS =
  '-q --quiet, -O --output-document=, -o --output-file=, -c --continue, -S --server-response, -T --timeout=, -t --tries=, -P --directory-prefix=, -U --user-agent=, -Y=, --header=, --post-data=, --post-file=, --method=, --body-data=, --spider, --no-check-certificate, --no-verbose, -n=, -N, -r, -v --verbose, --connect-timeout=, --read-timeout=, --no-proxy, --content-on-error, -L, -w=, -e=, --progress=, --show-progress, --timestamping';

/** What is asked of a server. */
export interface WgetRequest {
  readonly method: string;
  readonly headers: Map<string, string>;
  readonly body: string;
  readonly insecure: boolean;
  readonly connectTimeoutMs?: number;
}

/** How the last request of a download ended. */
export interface Outcome {
  readonly url: Url;
  readonly response?: HttpResponse;
  readonly failure?: ExchangeFailure;
  readonly address?: string;
  /** Whether the server speaks Go's TLS. */
  readonly goTls?: boolean;
}

/** Asks for a URL and for those that it leads to; undefined when one is no URL, or they do not end. */
export function* fetchFollowing(
  tool: Tool,
  text: string,
  request: WgetRequest,
  onConnect: (url: Url, address: string) => Coroutine<void>,
  onRedirect: (url: Url, response: HttpResponse, location: string) => Coroutine<void>,
): Coroutine<Outcome | undefined> {
  let target = text;
  for (let count = 0; count <= MAX_REDIRECTS; count++) {
    const url = parseUrl(target);
    if (!url) return undefined;
    request.headers.set('host', url.authority);
    const result = yield* exchange(tool, url, {
      ...request,
      onConnect: (connection) => onConnect(url, connection.remoteAddress),
    });
    if (!result.ok) return { url, failure: result.error };
    const { response, connection } = result.value;
    const location = headerValue(response, 'location');
    if (location === undefined || response.status < 300 || response.status > 399) {
      const { tls } = connection.service;
      const goTls = url.scheme === 'https' && tls !== undefined && !tls.certificate;
      return { url, response, address: connection.remoteAddress, goTls };
    }
    yield* onRedirect(url, response, location);
    target = resolveLocation(url, location);
  }
  return undefined;
}

/** Writes a document to its file, or to standard output for `-`; false, with a complaint, when that fails. */
export function* save(tool: Tool, target: string, text: string): Coroutine<boolean> {
  if (target === '-') {
    yield* tool.out(text);
    return true;
  }
  const written = tool.machine.files.writeFile(tool.path(target), text, { owner: tool.process.user });
  if (written.ok) return true;
  const what = tool.machine.programs.has('busybox') ? `can't open '${target}'` : target;
  yield* tool.complain(`${what}: ${errorText(written.error)}`);
  return false;
}

/** The file that a document goes to by default. */
export function fileName(url: Url): string {
  return baseName(url.path.replace(/\?.*$/, '')) || 'index.html';
}

/** The request that options describe. */
export function requestOf(
  values: ReadonlyMap<string, readonly string[]>,
  flags: ReadonlyMap<string, number>,
  agent: string,
): WgetRequest {
  const value = (name: string): string | undefined => values.get(name)?.at(-1);
  const headers = new Map([['user-agent', value('U') ?? agent]]);
  for (const header of values.get('header') ?? []) {
    const colon = header.indexOf(':');
    headers.set(header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim());
  }
  const body = value('post-data') ?? value('body-data') ?? '';
  const method = value('method') ?? (flags.has('post-data') ? 'POST' : flags.has('spider') ? 'HEAD' : 'GET');
  if (body !== '')
    headers.set('content-type', 'application/x-www-form-urlencoded').set('content-length', String(utf8Length(body)));
  const timeout = value('T') ?? value('connect-timeout');
  return {
    method,
    headers,
    body,
    insecure: flags.has('no-check-certificate'),
    ...(timeout === undefined ? {} : { connectTimeoutMs: Number(timeout) * 1000 }),
  };
}
