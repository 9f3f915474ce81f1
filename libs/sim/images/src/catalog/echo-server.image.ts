import {
  reportUnsupported,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { pathOf } from '../server/form-values.js';
import { goHeaders, goRespond, goStop } from '../server/go-http.js';
import { runServer } from '../server/run-server.js';

/** The request as the server shows it; its first line was in another order before 0.3.4. */
function shown(request: HttpRequest, legacy: boolean): string {
  const first = legacy ? `HTTP/1.1 ${request.method} ${request.path}` : `${request.method} ${request.path} HTTP/1.1`;
  const headers = goHeaders(request).map(([name, value]) => `${name}: ${value}\n`);
  const body = request.body === '' ? '' : `\n${request.body}`;
  return `${first}\n\nHost: ${request.headers.get('host') ?? ''}\n${headers.join('')}${body}`;
}

/** What answers with more than the request: pages for browsers, streams. */
const OTHERS: readonly string[] = ['/.ws', '/.sse'];

function* answer(process: Process, request: HttpRequest, client: string, legacy: boolean): Coroutine<HttpResponse> {
  const { env, machine, stdout } = process;
  const line = `${client} | ${request.method} ${request.path}\n`;
  const withHeaders = (env.get('LOG_HTTP_HEADERS') ?? '') !== '';
  if ((env.get('LOG_HTTP_BODY') ?? '') !== '') reportUnsupported(machine, 'LOG_HTTP_BODY of jmalloc/echo-server');
  const headers = goHeaders(request).map(([name, value]) => `${name}: ${value}\n`);
  yield* stdout.write(withHeaders ? `--------  ${line}Headers\n${headers.join('')}` : line);
  if (OTHERS.includes(pathOf(request))) {
    reportUnsupported(machine, `jmalloc/echo-server's ${pathOf(request)}`);
    return goRespond(process, 501);
  }
  const names = request.headers.get('x-send-server-hostname') ?? env.get('SEND_SERVER_HOSTNAME') ?? '';
  const greeting = names.toLowerCase() === 'false' ? '' : `Request served by ${machine.hostname}\n\n`;
  const own = [...env]
    .filter(([name]) => name.startsWith('SEND_HEADER_'))
    .map(([name, value]) => [name.slice('SEND_HEADER_'.length).replaceAll('_', '-'), value] as const);
  return goRespond(process, 200, greeting + shown(request, legacy), [...own, ['Content-Type', 'text/plain']]);
}

const echo =
  (legacy: boolean): Program =>
  (process) => {
    const port = Number(process.env.get('PORT') ?? '8080');
    return runServer(process, {
      ports: [
        {
          port,
          service: {
            http: (request, { remoteAddress, remotePort }) =>
              answer(process, request, `${remoteAddress}:${remotePort}`, legacy),
          },
        },
      ],
      *started() {
        yield* process.stdout.write(`Echo server listening on port ${port}.\n`);
      },
      *stop(signal) {
        return goStop(process, signal);
      },
    });
  };

const base = {
  fromInternet: true,
  sizeBytes: 4_944_992,
  config: { entrypoint: ['/bin/echo-server'], env: { PORT: '8080' }, exposedPorts: [8080] },
} as const;

const LEGACY: readonly string[] = ['0.3.2', 'v0.3.2', '0.3.3', 'v0.3.3'];

/** Shows requests to those who make them (github.com/jmalloc/echo-server 0.3). */
export const jmallocEchoServer = defineImage({
  ...base,
  repository: 'docker.io/jmalloc/echo-server',
  tags: ['latest', '0.3', ...['0.3.4', '0.3.5', '0.3.6', '0.3.7'].flatMap((tag) => [tag, `v${tag}`]), ...LEGACY],
  variant: (tag) => ({ programs: { '/bin/echo-server': echo(LEGACY.includes(tag)) } }),
});

/** minikube's copy of it, an earlier release. */
export const kicbaseEchoServer = defineImage({
  ...base,
  repository: 'docker.io/kicbase/echo-server',
  tags: ['1.0'],
  programs: { '/bin/echo-server': echo(true) },
});
