import { sleep, utf8Length, statusText, type Coroutine } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { headerValue, parseUrl, resolveLocation, type ExchangeFailure, type Url } from './http-client.js';
import { OPTIONS, fetchFollowing, fileName, requestOf, save, type Outcome, type WgetRequest } from './wget-request.js';

const timeOf = (tool: Tool): string => formatDate('%Y-%m-%d %H:%M:%S', tool.machine.simulation.now());

/** A URL as the log shows it, with a path. */
const withPath = (url: string): string => url.replace(/^(\w+:\/\/[^/]+)$/, '$1/');

/** GNU wget 1.21's log. */
export function* gnuWget(tool: Tool): Coroutine<number> {
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
  const now = (): string => timeOf(tool);
  const request = requestOf(values, flags, 'Wget/1.21.3');
  let status = 0;
  for (const operand of operands) {
    const shown = /^\w+:\/\//.test(operand) ? operand : `http://${operand}`;
    const first = parseUrl(shown);
    yield* log(`--${now()}--  ${withPath(shown)}\n`);
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
  request: WgetRequest,
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
        const host = named ? `${url.host} (${url.host})|${address}|` : url.host;
        yield* log(`Connecting to ${host}:${url.port}... connected.\nHTTP request sent, awaiting response... `);
      },
      function* (url, response, location) {
        const next = `--${timeOf(tool)}--  ${resolveLocation(url, location)}`;
        yield* log(`${statusText(response.status)}\nLocation: ${location} [following]\n${next}\n`);
      },
    );
    if (outcome?.failure?.kind !== 'dial') return outcome;
    if (outcome.failure.error.failure !== 'timeout' || attempt >= tries) return outcome;
    const { host, port } = outcome.url;
    yield* log(`Connecting to ${host}:${port}... failed: Connection timed out.\nRetrying.\n\n`);
    yield* sleep(Math.min(attempt, 10) * 1000);
    yield* log(`--${timeOf(tool)}--  (try:${String(attempt + 1).padStart(2)})  ${withPath(text)}\n`);
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
  const onScreen = target === '-';
  yield* log(`Saving to: ‘${onScreen ? 'STDOUT' : target}’\n\n`);
  if (!(yield* save(tool, target, response.body))) return 3;
  const rate = (size / 1024).toFixed(1);
  yield* log(`\n     0K                                                       100% ${rate}M=0s\n\n`);
  const written = onScreen ? `written to stdout [${size}]` : `‘${target}’ saved [${size}/${size}]`;
  yield* log(`${now()} (${rate} MB/s) - ${written}\n\n`);
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
