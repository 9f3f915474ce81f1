import { baseName, sleep, utf8Length, statusText, type Coroutine, type HttpResponse } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { exchange, headerValue, parseUrl, resolveLocation, type ExchangeFailure, type Url } from './http-client.js';

const MAX_REDIRECTS = 20;
const OPTIONS =
  '-q --quiet, -O --output-document=, -o --output-file=, -c --continue, -S --server-response, -T --timeout=, -t --tries=, -P --directory-prefix=, -U --user-agent=, -Y=, --header=, --post-data=, --post-file=, --method=, --body-data=, --spider, --no-check-certificate, --no-verbose, -n=, -N, -r, -v --verbose, --connect-timeout=, --read-timeout=, --no-proxy, --content-on-error, -L, -w=, -e=, --progress=, --show-progress, --timestamping';

interface Request {
  readonly method: string;
  readonly headers: Map<string, string>;
  readonly body: string;
  readonly insecure: boolean;
  readonly connectTimeoutMs?: number;
}

interface Outcome {
  readonly url: Url;
  readonly response?: HttpResponse;
  readonly failure?: ExchangeFailure;
  readonly address?: string;
  /** Whether the server speaks Go's TLS. */
  readonly goTls?: boolean;
}

function* fetchFollowing(
  tool: Tool,
  text: string,
  request: Request,
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
    if (location === undefined || response.status < 300 || response.status > 399)
      return {
        url,
        response,
        address: connection.remoteAddress,
        goTls: url.scheme === 'https' && connection.service.tls !== undefined && !connection.service.tls.certificate,
      };
    yield* onRedirect(url, response, location);
    target = resolveLocation(url, location);
  }
  return undefined;
}

function* save(tool: Tool, target: string, text: string): Coroutine<boolean> {
  if (target === '-') {
    yield* tool.out(text);
    return true;
  }
  const written = tool.machine.files.writeFile(tool.path(target), text, { owner: tool.process.user });
  if (!written.ok)
    yield* tool.complain(
      `${tool.machine.programs.has('busybox') ? `can't open '${target}'` : target}: ${errorText(written.error)}`,
    );
  return written.ok;
}

function fileName(url: Url): string {
  return baseName(url.path.replace(/\?.*$/, '')) || 'index.html';
}

function requestOf(
  values: ReadonlyMap<string, readonly string[]>,
  flags: ReadonlyMap<string, number>,
  agent: string,
): Request {
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

/** busybox 1.35's wget. */
function* runBusybox(tool: Tool): Coroutine<number> {
  const { flags, values, operands } = yield* tool.options(OPTIONS);
  const quiet = flags.has('q');
  const asked = requestOf(values, flags, 'Wget');
  // Its alarm also ends the wait for an answer.
  const request = {
    ...asked,
    insecure: true,
    ...(asked.connectTimeoutMs === undefined ? {} : { totalMs: asked.connectTimeoutMs }),
  };
  for (const operand of operands) {
    const outcome = yield* fetchFollowing(
      tool,
      operand,
      request,
      function* (url, address) {
        if (!quiet) yield* tool.err(`Connecting to ${typedHost(url)} (${address}:${url.port})\n`);
      },
      function* (_url, response) {
        if (flags.has('S')) yield* busyboxHeaders(tool, response);
      },
    );
    if (!outcome) return yield* tool.die(`not an http or ftp url: ${operand}`);
    if (outcome.failure) {
      if (!quiet && outcome.failure.kind === 'dial' && outcome.failure.error.address !== undefined)
        yield* tool.err(
          `Connecting to ${typedHost(outcome.url)} (${outcome.failure.error.address}:${outcome.url.port})\n`,
        );
      return yield* tool.die(busyboxFailure(outcome.url, outcome.failure));
    }
    const { response, url } = outcome;
    if (!response) return 1;
    if (url.scheme === 'https' && !flags.has('no-check-certificate'))
      yield* tool.complain('note: TLS certificate validation not implemented');
    // Its TLS names no signature algorithms, without which Go has taken none since 1.25.
    if (outcome.goTls) return yield* tool.die('TLS error from peer (alert code 40): handshake failure');
    if (flags.has('S')) yield* busyboxHeaders(tool, response);
    if (response.status < 200 || response.status > 299)
      return yield* tool.die(`server returned error: HTTP/1.1 ${statusText(response.status)}`);
    if (flags.has('spider')) {
      if (!quiet) yield* tool.err('remote file exists\n');
      continue;
    }
    const target = values.get('O')?.at(-1) ?? fileName(url);
    if (!quiet) yield* tool.err(target === '-' ? 'writing to stdout\n' : `saving to '${target}'\n`);
    if (!(yield* save(tool, target, response.body))) return 1;
    if (!quiet) yield* tool.err(busyboxProgress(target, utf8Length(response.body)));
  }
  return 0;
}

/** The host as the URL has it, with a port that was typed. */
const typedHost = (url: Url): string => (/:\d+$/.test(url.authority) ? `${url.host}:${url.port}` : url.host);

/** `-S`: of a refused request busybox reads the first line only. */
function* busyboxHeaders(tool: Tool, response: HttpResponse): Coroutine<void> {
  yield* tool.err(`  HTTP/1.1 ${statusText(response.status)}\n`);
  if (response.status < 200 || response.status > 399) return;
  for (const [name, value] of response.headers) yield* tool.err(`  ${name}: ${value}\n`);
}

function busyboxProgress(target: string, size: number): string {
  const name = target.slice(0, 20).padEnd(20);
  const bar = `${name} 100% |${'*'.repeat(32)}| ${String(size).padStart(5)}  0:00:00 ETA\n`;
  return `\r${bar}${target === '-' ? 'written to stdout\n' : `'${target}' saved\n`}`;
}

function busyboxFailure(url: Url, failure: ExchangeFailure): string {
  if (failure.kind === 'timeout') return 'download timed out';
  if (failure.kind !== 'dial')
    return failure.kind === 'reset' ? 'error getting response' : 'note: TLS certificate validation not implemented';
  const { error } = failure;
  switch (error.failure) {
    case 'name-not-found':
    case 'name-server-failure':
      return `bad address '${typedHost(url)}'`;
    case 'timeout':
      return 'download timed out';
    default: {
      const texts: Readonly<Record<string, string>> = {
        refused: 'Connection refused',
        'host-unreachable': 'No route to host',
        'network-unreachable': 'Network is unreachable',
        reset: 'Connection reset by peer',
      };
      return `can't connect to remote host (${error.address ?? url.host}): ${texts[error.failure]}`;
    }
  }
}

/** GNU wget 1.21's log. */
function* runGnu(tool: Tool): Coroutine<number> {
  const { flags, values, operands } = yield* tool.options(OPTIONS, {
    status: 2,
    args: tool.args.map((arg) => (arg === '-nv' ? '--no-verbose' : arg)),
  });
  if (operands.length === 0) {
    yield* tool.err("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n");
    return 1;
  }
  const quiet = flags.has('q');
  const log = function* (text: string): Coroutine<void> {
    if (!quiet && !flags.has('no-verbose')) yield* tool.err(text);
  };
  const now = (): string => formatDate('%Y-%m-%d %H:%M:%S', tool.machine.simulation.now());
  const request = requestOf(values, flags, 'Wget/1.21.3');
  let status = 0;
  for (const operand of operands) {
    const shown = /^\w+:\/\//.test(operand) ? operand : `http://${operand}`;
    const first = parseUrl(shown);
    yield* log(`--${now()}--  ${shown.replace(/^(\w+:\/\/[^/]+)$/, '$1/')}\n`);
    const named = first !== undefined && !/^[\d.]+$/.test(first.host);
    if (named) yield* log(`Resolving ${first.host} (${first.host})... `);
    const tries = Number(values.get('t')?.at(-1) ?? 20);
    const outcome = yield* gnuTries(tool, shown, request, tries, named, log);
    status = (yield* gnuFinish(tool, outcome, { flags, values, log, now })) || status;
  }
  return status;
}

type Log = (text: string) => Coroutine<void>;

function* gnuTries(
  tool: Tool,
  text: string,
  request: Request,
  tries: number,
  named: boolean,
  log: Log,
): Coroutine<Outcome | undefined> {
  for (let attempt = 1; ; attempt++) {
    const outcome = yield* fetchFollowing(
      tool,
      text,
      request,
      function* (url, address) {
        if (named && attempt === 1) yield* log(`${address}\n`);
        yield* log(
          `Connecting to ${url.host}${named ? ` (${url.host})|${address}|` : ''}:${url.port}... connected.\nHTTP request sent, awaiting response... `,
        );
      },
      function* (url, response, location) {
        yield* log(
          `${statusText(response.status)}\nLocation: ${location} [following]\n--${formatDate('%Y-%m-%d %H:%M:%S', tool.machine.simulation.now())}--  ${resolveLocation(url, location)}\n`,
        );
      },
    );
    const failure = outcome?.failure;
    if (failure?.kind !== 'dial' || failure.error.failure !== 'timeout' || attempt >= tries) return outcome;
    yield* log(
      `Connecting to ${outcome?.url.host ?? ''}:${outcome?.url.port ?? 80}... failed: Connection timed out.\nRetrying.\n\n`,
    );
    yield* sleep(Math.min(attempt, 10) * 1000);
    const now = formatDate('%Y-%m-%d %H:%M:%S', tool.machine.simulation.now());
    yield* log(`--${now}--  (try:${String(attempt + 1).padStart(2)})  ${text.replace(/^(\w+:\/\/[^/]+)$/, '$1/')}\n`);
  }
}

interface GnuContext {
  readonly flags: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly log: Log;
  readonly now: () => string;
}

function* gnuFinish(tool: Tool, outcome: Outcome | undefined, context: GnuContext): Coroutine<number> {
  const { flags, values, log, now } = context;
  if (!outcome) return 1;
  const { url, response, failure } = outcome;
  if (failure) {
    yield* gnuFailure(tool, url, failure, log);
    return failure.kind === 'untrusted' || failure.kind === 'no-tls' ? 5 : 4;
  }
  if (!response) return 1;
  yield* log(`${statusText(response.status)}\n`);
  if (response.status < 200 || response.status > 299) {
    const reason = statusText(response.status).slice(4);
    yield* log(`${now()} ERROR ${response.status}: ${reason}.\n\n`);
    return 8;
  }
  const size = utf8Length(response.body);
  const type = headerValue(response, 'content-type')?.split(';')[0] ?? 'text/html';
  yield* log(`Length: ${size} [${type}]\n`);
  if (flags.has('spider')) {
    yield* log('Remote file exists.\n\n');
    return 0;
  }
  const target = values.get('O')?.at(-1) ?? fileName(url);
  const shown = target === '-' ? 'STDOUT' : target;
  yield* log(`Saving to: ‘${shown}’\n\n`);
  if (!(yield* save(tool, target, response.body))) return 3;
  const rate = `${(size / 1024).toFixed(1)}M`;
  yield* log(`\n     0K                                                       100% ${rate}=0s\n\n`);
  yield* log(
    `${now()} (${(size / 1024).toFixed(1)} MB/s) - ${target === '-' ? 'written to stdout' : `‘${target}’ saved`} [${size}${target === '-' ? '' : `/${size}`}]\n\n`,
  );
  return 0;
}

function* gnuFailure(tool: Tool, url: Url, failure: ExchangeFailure, log: Log): Coroutine<void> {
  if (failure.kind === 'untrusted') {
    yield* tool.err(
      `ERROR: cannot verify ${url.host}'s certificate, issued by ‘${failure.connection.service.tls?.issuer ?? ''}’:\n  Unable to locally verify the issuer's authority.\nTo connect to ${url.host} insecurely, use \`--no-check-certificate'.\n`,
    );
    return;
  }
  if (failure.kind !== 'dial') {
    yield* log('No data received.\nGiving up.\n\n');
    return;
  }
  const { error } = failure;
  if (error.failure === 'name-not-found' || error.failure === 'name-server-failure') {
    const why =
      error.failure === 'name-not-found' ? 'Name or service not known' : 'Temporary failure in name resolution';
    yield* log(`failed: ${why}.\n`);
    yield* tool.complain(`unable to resolve host address ‘${url.host}’`);
    return;
  }
  const texts: Readonly<Record<string, string>> = {
    refused: 'Connection refused',
    timeout: 'Connection timed out',
    'host-unreachable': 'No route to host',
    'network-unreachable': 'Network is unreachable',
    reset: 'Connection reset by peer',
  };
  yield* log(`Connecting to ${url.host}:${url.port}... failed: ${texts[error.failure]}.\n`);
  if (error.failure === 'timeout') yield* log('Giving up.\n\n');
}

export const wget = defineCommand({ name: 'wget', program: toolProgram(runGnu), busybox: toolProgram(runBusybox) });
