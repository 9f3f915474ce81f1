import {
  sleep,
  utf8Length,
  statusText,
  type Connection,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
} from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { describeFailure } from './curl-failure.js';
import { connectLimit, totalLimit, type CurlPlan } from './curl-options.js';
import { exchange, headerValue, parseUrl, resolveLocation, type Url } from './http-client.js';

const MAX_REDIRECTS = 50;
const NO_URL: Url = { scheme: 'http', user: undefined, host: '', port: 80, path: '/', authority: '' };

/** How one transfer ended. */
export interface Transfer {
  readonly exit: number;
  /** The text behind `curl: (n) `. */
  readonly message?: string;
  readonly url: Url;
  readonly response?: HttpResponse;
  readonly connection?: Connection;
  readonly redirects: number;
  readonly elapsedMs: number;
  readonly httpVersion?: string;
}

/** What a redirect may change of a request. */
interface Sent {
  readonly method: string;
  readonly body: string;
}

/** Verbose lines about the connection and request (`-v`). */
function* traceRequest(tool: Tool, plan: CurlPlan, url: Url, method: string, connection: Connection): Coroutine<void> {
  const address = connection.remoteAddress;
  yield* tool.err(
    `*   Trying ${address}:${connection.remotePort}...\n* Connected to ${url.host} (${address}) port ${url.port} (#0)\n`,
  );
  const headers = plan.headers.map(([name, value]) => `> ${name}: ${value}\r\n`).join('');
  yield* tool.err(`> ${method} ${url.path} HTTP/1.1\r\n> Host: ${url.authority}\r\n${headers}> \r\n`);
}

function* traceResponse(tool: Tool, url: Url, response: HttpResponse): Coroutine<void> {
  const headers = response.headers.map(([name, value]) => `< ${name}: ${value}\r\n`).join('');
  const data = response.body === '' ? '' : `{ [${utf8Length(response.body)} bytes data]\n`;
  yield* tool.err(
    `< HTTP/1.1 ${statusText(response.status)}\r\n${headers}< \r\n${data}* Connection #0 to host ${url.host} left intact\n`,
  );
}

/** Asks for one URL; what came, or why nothing did. */
function* request(
  tool: Tool,
  plan: CurlPlan,
  url: Url,
  sent: Sent,
  began: number,
  onPiece: HttpRequest['onPiece'],
): Coroutine<Omit<Transfer, 'redirects'>> {
  const elapsed = (): number => tool.machine.simulation.now() - began;
  if (url.scheme !== 'http' && url.scheme !== 'https') {
    const message = `Protocol "${url.scheme}" not supported or disabled in libcurl`;
    return { exit: 1, message, url, elapsedMs: elapsed() };
  }
  const headers = new Map([
    ['host', url.authority],
    ...plan.headers.map(([name, value]) => [name.toLowerCase(), value] as const),
  ]);
  const address = plan.resolved.get(`${url.host}:${url.port}`);
  const connectTimeoutMs = connectLimit(plan);
  const maxMs = totalLimit(plan);
  const file = plan.value('cacert');
  const authority = file === undefined ? undefined : tool.readFile(file);
  if (authority?.ok === false && url.scheme === 'https')
    return { exit: 77, message: `error setting certificate file: ${file ?? ''}`, url, elapsedMs: elapsed() };
  const result = yield* exchange(tool, url, {
    ...sent,
    headers,
    insecure: plan.has('k'),
    ...(onPiece && { onPiece }),
    ...(authority?.ok ? { authority: authority.value } : {}),
    ...(address === undefined ? {} : { host: address }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(maxMs === undefined ? {} : { totalMs: Math.max(0, maxMs - elapsed()) }),
    onConnect: function* (connection) {
      if (plan.has('v')) yield* traceRequest(tool, plan, url, sent.method, connection);
    },
  });
  if (!result.ok) return { ...describeFailure(result.error, url, plan), url, elapsedMs: elapsed() };
  const { response, connection } = result.value;
  if (plan.has('v')) yield* traceResponse(tool, url, response);
  const httpVersion = url.scheme === 'https' && connection.service.tls?.http2 && !plan.has('http1.1') ? '2' : '1.1';
  return { exit: 0, url, response, connection, elapsedMs: elapsed(), httpVersion };
}

/** Follows redirects where that was asked for. */
function* transferOnce(tool: Tool, plan: CurlPlan, text: string, onPiece: HttpRequest['onPiece']): Coroutine<Transfer> {
  const began = tool.machine.simulation.now();
  const most = plan.value('max-redirs') ?? MAX_REDIRECTS;
  let target = text;
  let sent: Sent = { method: plan.method, body: plan.body };
  for (let redirects = 0; ; redirects++) {
    const url = parseUrl(target);
    if (!url) {
      const elapsedMs = tool.machine.simulation.now() - began;
      return { exit: 3, message: 'URL using bad/illegal format or missing URL', url: NO_URL, redirects, elapsedMs };
    }
    const done: Transfer = { ...(yield* request(tool, plan, url, sent, began, onPiece)), redirects };
    const { response } = done;
    if (!response || !plan.has('L') || response.status < 300 || response.status > 399) return done;
    const location = headerValue(response, 'location');
    if (location === undefined) return done;
    if (redirects >= Number(most)) return { ...done, exit: 47, message: `Maximum (${most}) redirects followed` };
    if (plan.has('i') || plan.has('I')) yield* tool.out(responseHead(response, done.httpVersion));
    if (sent.method === 'POST' && [301, 302, 303].includes(response.status)) sent = { method: 'GET', body: '' };
    target = resolveLocation(url, location);
  }
}

/** The answer's head, as HTTP/1.1 or HTTP/2 (lower-case names, no connection) sent it. */
export function responseHead(response: HttpResponse, version: string = '1.1'): string {
  if (version === '2') {
    const lines = response.headers
      .filter(([name]) => name.toLowerCase() !== 'connection')
      .map(([name, value]) => `${name.toLowerCase()}: ${value}\r\n`);
    return `HTTP/2 ${response.status} \r\n${lines.join('')}\r\n`;
  }
  const headers = response.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${statusText(response.status)}\r\n${headers}\r\n`;
}

/** What a retry says of the problem, by the exit status. */
const RETRIED: Readonly<Record<number, string>> = { 7: 'connection refused', 28: 'timeout' };

/** Whether `--retry` tries again. */
function isTransient(plan: CurlPlan, { exit, response }: Transfer): boolean {
  if (exit === 28) return true;
  if (exit !== 0 && plan.has('retry-all-errors')) return true;
  if (exit === 7 && plan.has('retry-connrefused')) return true;
  return [408, 429, 500, 502, 503, 504].includes(response?.status ?? 0);
}

/** A transfer that must end within `--max-time`, with its retries. */
export function* transferUrl(
  tool: Tool,
  plan: CurlPlan,
  url: string,
  onPiece?: HttpRequest['onPiece'],
): Coroutine<Transfer> {
  let left = Number(plan.value('retry') ?? 0);
  let delay = 1;
  for (;;) {
    const transfer = yield* transferOnce(tool, plan, url, onPiece);
    if (left <= 0 || !isTransient(plan, transfer)) return transfer;
    const seconds = Number(plan.value('retry-delay') ?? delay);
    const problem = RETRIED[transfer.exit] ?? 'HTTP error';
    if (!plan.has('s'))
      yield* tool.err(`Warning: Problem : ${problem}. Will retry in ${seconds} seconds. ${left} retries left.\n`);
    yield* sleep(seconds * 1000);
    left--;
    delay *= 2;
  }
}
