import { sleep, utf8Length, statusText, type Connection, type Coroutine, type HttpResponse } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { planCurl, type CurlPlan } from './curl-options.js';
import { writeOut } from './curl-write-out.js';
import { exchange, headerValue, parseUrl, resolveLocation, type ExchangeFailure, type Url } from './http-client.js';

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

const MAX_REDIRECTS = 50;
const SSL_HELP = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`;

function secondsToMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Math.round(Number(text) * 1000);
}

function describeFailure(failure: ExchangeFailure, url: Url, plan: CurlPlan): Pick<Transfer, 'exit' | 'message'> {
  if (failure.kind === 'untrusted') {
    const problem =
      failure.problem === 'self-signed' ? 'self-signed certificate' : 'unable to get local issuer certificate';
    if (failure.problem === 'wrong-name')
      return {
        exit: 60,
        message: `SSL: no alternative certificate subject name matches target host name '${url.host}'\n${SSL_HELP}`,
      };
    return { exit: 60, message: `SSL certificate problem: ${problem}\n${SSL_HELP}` };
  }
  if (failure.kind === 'no-tls')
    return { exit: 35, message: 'OpenSSL/3.0.17: error:0A00010B:SSL routines::wrong version number' };
  if (failure.kind === 'reset') return { exit: 52, message: 'Empty reply from server' };
  if (failure.kind === 'timeout') {
    const ms = secondsToMs(plan.value('m')) ?? 0;
    return { exit: 28, message: `Operation timed out after ${ms} milliseconds with 0 bytes received` };
  }
  const { error } = failure;
  switch (error.failure) {
    case 'name-not-found':
    case 'name-server-failure': {
      const limit = secondsToMs(plan.value('connect-timeout')) ?? secondsToMs(plan.value('m'));
      if (limit !== undefined && error.afterMs >= limit)
        return { exit: 28, message: `Resolving timed out after ${limit} milliseconds` };
      return { exit: 6, message: `Could not resolve host: ${url.host}` };
    }
    case 'timeout': {
      const limit = secondsToMs(plan.value('connect-timeout')) ?? secondsToMs(plan.value('m'));
      if (limit !== undefined)
        return {
          exit: 28,
          message: `Connection timed out after ${Math.max(limit, Math.round(error.afterMs)) + (error.afterMs > limit ? 0 : 1)} milliseconds`,
        };
      return {
        exit: 28,
        message: `Failed to connect to ${url.host} port ${url.port} after ${error.afterMs} ms: Couldn't connect to server`,
      };
    }
    case 'reset':
      return { exit: 56, message: 'Recv failure: Connection reset by peer' };
    default:
      return {
        exit: 7,
        message: `Failed to connect to ${url.host} port ${url.port} after ${error.afterMs} ms: Couldn't connect to server`,
      };
  }
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

function* transferOnce(tool: Tool, plan: CurlPlan, text: string): Coroutine<Transfer> {
  const began = tool.machine.simulation.now();
  let target = text;
  let method = plan.method;
  let { body } = plan;
  for (let redirects = 0; ; redirects++) {
    const url = parseUrl(target);
    const elapsed = (): number => tool.machine.simulation.now() - began;
    if (!url)
      return {
        exit: 3,
        message: 'URL using bad/illegal format or missing URL',
        url: NO_URL,
        redirects,
        elapsedMs: elapsed(),
      };
    if (url.scheme !== 'http' && url.scheme !== 'https')
      return {
        exit: 1,
        message: `Protocol "${url.scheme}" not supported or disabled in libcurl`,
        url,
        redirects,
        elapsedMs: elapsed(),
      };
    const headers = new Map([
      ['host', url.authority],
      ...plan.headers.map(([name, value]) => [name.toLowerCase(), value] as const),
    ]);
    const address = plan.resolved.get(`${url.host}:${url.port}`);
    const connectTimeoutMs = secondsToMs(plan.value('connect-timeout')) ?? secondsToMs(plan.value('m'));
    const maxMs = secondsToMs(plan.value('m'));
    const sent = method;
    const file = plan.value('cacert');
    const authority = file === undefined ? undefined : tool.readFile(file);
    if (authority?.ok === false && url.scheme === 'https')
      return {
        exit: 77,
        message: `error setting certificate file: ${file ?? ''}`,
        url,
        redirects,
        elapsedMs: elapsed(),
      };
    const result = yield* exchange(tool, url, {
      method,
      headers,
      body,
      insecure: plan.has('k'),
      ...(authority?.ok ? { authority: authority.value } : {}),
      ...(address === undefined ? {} : { host: address }),
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      ...(maxMs === undefined ? {} : { totalMs: Math.max(0, maxMs - elapsed()) }),
      onConnect: function* (connection) {
        if (plan.has('v')) yield* traceRequest(tool, plan, url, sent, connection);
      },
    });
    if (!result.ok) return { ...describeFailure(result.error, url, plan), url, redirects, elapsedMs: elapsed() };
    const { response, connection } = result.value;
    if (plan.has('v')) yield* traceResponse(tool, url, response);
    const httpVersion = url.scheme === 'https' && connection.service.tls?.http2 && !plan.has('http1.1') ? '2' : '1.1';
    const location = headerValue(response, 'location');
    const done: Transfer = { exit: 0, url, response, connection, redirects, elapsedMs: elapsed(), httpVersion };
    if (!plan.has('L') || location === undefined || response.status < 300 || response.status > 399) return done;
    if (redirects >= Number(plan.value('max-redirs') ?? MAX_REDIRECTS))
      return {
        ...done,
        exit: 47,
        message: `Maximum (${plan.value('max-redirs') ?? MAX_REDIRECTS}) redirects followed`,
      };
    if (plan.has('i') || plan.has('I')) yield* tool.out(head(response, done.httpVersion));
    if (method === 'POST' && [301, 302, 303].includes(response.status)) {
      method = 'GET';
      body = '';
    }
    target = resolveLocation(url, location);
  }
}

const NO_URL: Url = { scheme: 'http', user: undefined, host: '', port: 80, path: '/', authority: '' };

/** The answer's head, as HTTP/1.1 or HTTP/2 (lower-case names, no connection) sent it. */
function head(response: HttpResponse, version: string = '1.1'): string {
  if (version === '2') {
    const lines = response.headers
      .filter(([name]) => name.toLowerCase() !== 'connection')
      .map(([name, value]) => `${name.toLowerCase()}: ${value}\r\n`);
    return `HTTP/2 ${response.status} \r\n${lines.join('')}\r\n`;
  }
  const headers = response.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${statusText(response.status)}\r\n${headers}\r\n`;
}

/** A transfer that must end within `--max-time`. */
function* limitedTransfer(tool: Tool, plan: CurlPlan, url: string): Coroutine<Transfer> {
  const transient = (transfer: Transfer): boolean =>
    transfer.exit === 28 ||
    (transfer.exit === 7 && (plan.has('retry-connrefused') || plan.has('retry-all-errors'))) ||
    (transfer.exit !== 0 && plan.has('retry-all-errors')) ||
    [408, 429, 500, 502, 503, 504].includes(transfer.response?.status ?? 0);
  let left = Number(plan.value('retry') ?? 0);
  let delay = 1;
  for (;;) {
    const transfer = yield* transferOnce(tool, plan, url);
    if (left <= 0 || !transient(transfer)) return transfer;
    const seconds = Number(plan.value('retry-delay') ?? delay);
    const problem = transfer.exit === 28 ? 'timeout' : transfer.exit === 7 ? 'connection refused' : 'HTTP error';
    if (!plan.has('s'))
      yield* tool.err(`Warning: Problem : ${problem}. Will retry in ${seconds} seconds. ${left} retries left.\n`);
    yield* sleep(seconds * 1000);
    left--;
    delay *= 2;
  }
}

/** Writes what came to where it goes; the transfer with the problem when that fails. */
function* deliver(
  tool: Tool,
  plan: CurlPlan,
  transfer: Transfer,
  output: CurlPlan['outputs'][number] | undefined,
): Coroutine<Transfer> {
  const { response } = transfer;
  if (!response) return transfer;
  const failing = response.status >= 400 && (plan.has('f') || plan.has('fail-with-body'));
  const failure: Transfer = { ...transfer, exit: 22, message: `The requested URL returned error: ${response.status}` };
  if (failing && plan.has('f')) return failure;
  const body = plan.method === 'HEAD' ? '' : response.body;
  const text = (plan.has('i') || plan.has('I') ? head(response, transfer.httpVersion) : '') + body;
  const dump = plan.value('D');
  if (dump === '-') yield* tool.out(head(response, transfer.httpVersion));
  else if (dump !== undefined) tool.machine.files.writeFile(tool.path(dump), head(response, transfer.httpVersion));
  const file = output === 'remote-name' ? /([^/]*?)(?:\?.*)?$/.exec(transfer.url.path)?.[1] : output?.file;
  if (output === 'remote-name' && (file ?? '') === '')
    return { ...transfer, exit: 23, message: 'Failed writing received data to disk/application' };
  if (file === undefined || file === '-') yield* tool.out(text);
  else {
    const written = tool.machine.files.writeFile(tool.path(file), text, { owner: tool.process.user });
    if (!written.ok) {
      if (!plan.has('s')) yield* tool.err(`Warning: Failed to open the file ${file}: ${errorText(written.error)}\n`);
      return { ...transfer, exit: 23, message: 'Failure writing output to destination' };
    }
  }
  return failing ? failure : transfer;
}

const METER = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;

/** The progress meter, as it stands at the end of a quick transfer. */
function meter(transfer: Transfer): string {
  const idle = '\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0';
  // A name that is not found ends the transfer before curl's multi_done, which ends the line.
  if (!transfer.response) return METER + idle + (transfer.exit === 6 ? '' : '\n');
  const size = utf8Length(transfer.response.body);
  const seconds = Math.max(1, transfer.elapsedMs) / 1000;
  const speed = size / seconds;
  const rate = (speed < 100_000 ? String(Math.floor(speed)) : `${String(Math.floor(speed / 1024))}k`).padStart(6);
  const count = String(size).padStart(5);
  const percent = size > 0 ? '100' : '  0';
  return `${METER}${idle}\r${percent} ${count}  ${percent} ${count}    0     0 ${rate}      0 --:--:-- --:--:-- --:--:-- ${rate.trim().padStart(5)}\n`;
}

function* runCurl(tool: Tool): Coroutine<number> {
  const planned = planCurl(tool);
  if (!planned.ok) {
    yield* tool.err(`curl: ${planned.error}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  const plan = planned.value;
  if (plan.has('V')) {
    yield* tool.out(
      'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.17\nRelease-Date: 2023-02-20\nProtocols: http https\n',
    );
    return 0;
  }
  if (plan.urls.length === 0) {
    yield* tool.err("curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  let status = 0;
  for (const [index, url] of plan.urls.entries()) {
    const output = plan.outputs.at(index);
    const fetched = yield* limitedTransfer(tool, plan, url);
    const toScreen = output === undefined && tool.process.stdout.isTerminal;
    if (
      !plan.has('s') &&
      !plan.has('no-progress-meter') &&
      !plan.has('v') &&
      !toScreen &&
      !(fetched.exit !== 0 && fetched.exit <= 3)
    )
      yield* tool.err(meter(fetched));
    const transfer = yield* deliver(tool, plan, fetched, output);
    status = transfer.exit;
    if (transfer.message !== undefined && (!plan.has('s') || plan.has('S')))
      yield* tool.err(`curl: (${transfer.exit}) ${transfer.message}\n`);
    const format = plan.value('w');
    if (format !== undefined) yield* tool.out(writeOut(format, transfer, plan));
  }
  return status;
}

export const curl = defineCommand({ name: 'curl', program: toolProgram(runCurl) });
