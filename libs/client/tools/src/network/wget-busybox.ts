import { utf8Length, statusText, type Coroutine, type HttpResponse } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import type { ExchangeFailure, Url } from './http-client.js';
import { OPTIONS, fetchFollowing, fileName, requestOf, save } from './wget-request.js';

/** busybox 1.35's wget. */
export function* busyboxWget(tool: Tool): Coroutine<number> {
  const { flags, values, operands } = yield* tool.options(OPTIONS);
  const quiet = flags.has('q');
  const asked = requestOf(values, flags, 'Wget');
  // Its alarm also ends the wait for an answer.
  const request = {
    ...asked,
    // It always asks the server to close (networking/wget.c).
    headers: new Map([...asked.headers, ['connection', 'close']]),
    insecure: true,
    ...(asked.connectTimeoutMs === undefined ? {} : { totalMs: asked.connectTimeoutMs }),
  };
  for (const operand of operands) {
    const outcome = yield* fetchFollowing(
      tool,
      operand,
      request,
      function* (url, address) {
        if (!quiet) yield* tool.err(connecting(url, address));
      },
      function* (_url, response) {
        if (flags.has('S')) yield* busyboxHeaders(tool, response);
      },
    );
    if (!outcome) return yield* tool.die(`not an http or ftp url: ${operand}`);
    if (outcome.failure) {
      const { url, failure } = outcome;
      if (!quiet && failure.kind === 'dial' && failure.error.address !== undefined)
        yield* tool.err(connecting(url, failure.error.address));
      return yield* tool.die(busyboxFailure(url, failure));
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

const connecting = (url: Url, address: string): string => `Connecting to ${typedHost(url)} (${address}:${url.port})\n`;

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
