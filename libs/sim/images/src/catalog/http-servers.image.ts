import {
  compareStrings,
  utf8Length,
  type HttpRequest,
  type HttpResponse,
  type Coroutine,
  type Process,
  type Program,
  type Signal,
} from '@seatrial/kernel';
import { defineImage, type ImageDefinition } from '../image.js';
import { goStop } from '../server/go-http.js';
import { httpDate, slashDate } from '../server/http-dates.js';
import { respond, respondJson } from '../server/responses.js';
import { runServer } from '../server/run-server.js';
import { BUSYBOX_BASE, publishedOn } from './base-image.js';

type Answer = (request: HttpRequest, process: Process, client: string) => HttpResponse;

function server(
  port: number | ((process: Process) => number),
  answer: Answer,
  started?: (process: Process, port: number) => Coroutine<unknown>,
  stop?: (process: Process, signal: Signal) => number,
): Program {
  return (process) => {
    const chosen = typeof port === 'number' ? port : port(process);
    return runServer(process, {
      ports: [
        {
          port: chosen,
          service: {
            *http(request, connection) {
              return answer(request, process, connection.remoteAddress);
            },
          },
        },
      ],
      ...(started
        ? {
            *started() {
              yield* started(process, chosen);
            },
          }
        : {}),
      ...(stop && {
        *stop(signal) {
          return stop(process, signal);
        },
      }),
    });
  };
}

const environment = (process: Process): Record<string, string> =>
  Object.fromEntries([...process.env].sort(([a], [b]) => compareStrings(a, b)));

export const httpenv = defineImage({
  repository: 'docker.io/jpetazzo/httpenv',
  tags: ['latest'],
  sizeBytes: 3_723_100,
  config: { cmd: ['/usr/local/bin/httpenv'], exposedPorts: [8888] },
  ...BUSYBOX_BASE,
  programs: {
    '/usr/local/bin/httpenv': server(8888, (_request, process) => respondJson(environment(process)), undefined, goStop),
  },
});

export const elasticsearch = defineImage({
  repository: 'docker.io/library/elasticsearch',
  tags: ['2'],
  sizeBytes: 3_723_145,
  published: publishedOn('debian', 'curl', 'java'),
  config: { cmd: ['elasticsearch'], exposedPorts: [9200, 9300] },
  ...BUSYBOX_BASE,
  programs: {
    '/usr/local/bin/elasticsearch': server(9200, (_request, process) =>
      respond(
        200,
        `{\n  "name" : "${process.machine.hostname}",\n  "cluster_name" : "elasticsearch",\n  "version" : {\n    "number" : "2.4.6"\n  },\n  "tagline" : "You Know, for Search"\n}\n`,
        'application/json; charset=UTF-8',
      ),
    ),
  },
});

const requestHeaders = (request: HttpRequest): string =>
  [...request.headers]
    .filter(([name]) => name !== 'host')
    .map(([name, value]) => `${name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())}: ${value}\n`)
    .sort(compareStrings)
    .join('');

export const whoami = defineImage({
  repository: 'docker.io/traefik/whoami',
  tags: ['latest', 'v1.10'],
  publishedTags: 'v1.8 v1.8.7 v1.9 v1.9.0 v1.10.0 v1.10.1 v1.10.2 v1.10.3 v1.10.4 v1.11 v1.11.0'.split(' '),
  sizeBytes: 2_691_190,
  config: { entrypoint: ['/whoami'], exposedPorts: [80] },
  ...BUSYBOX_BASE,
  programs: {
    '/whoami': server(
      80,
      (request, process, client) => {
        const addresses = ['127.0.0.1', ...process.machine.network.addresses]
          .map((address) => `IP: ${address}\n`)
          .join('');
        const host = request.headers.get('host') ?? '';
        return respond(
          200,
          `Hostname: ${process.machine.hostname}\n${addresses}RemoteAddr: ${client}:41234\n${request.method} ${request.path} HTTP/1.1\nHost: ${host}\n${requestHeaders(request)}\n`,
        );
      },
      undefined,
      goStop,
    ),
  },
});

const flag = (process: Process, name: string, fallback: string): string => {
  for (const [index, word] of process.argv.entries()) {
    const bare = word.replace(/^--?/, '');
    if (bare.startsWith(`${name}=`)) return bare.slice(name.length + 1);
    if (word !== bare && bare === name) return process.argv[index + 1] ?? fallback;
  }
  return fallback;
};

const echo: Program = function* (process: Process): Coroutine<number> {
  const text = flag(process, 'text', process.env.get('ECHO_TEXT') ?? '');
  if (text === '') {
    yield* process.stderr.write('Missing -text option or ECHO_TEXT env var!\n');
    return 127;
  }
  const status = Number(flag(process, 'status-code', '200'));
  const listen = (each: Process): number => Number(/(\d+)$/.exec(flag(each, 'listen', ':5678'))?.[1] ?? '5678');
  return yield* server(
    listen,
    // Go writes a length and a type that it finds out itself after the rest.
    () => ({
      status,
      body: `${text}\n`,
      headers: [
        ['X-App-Name', 'http-echo'],
        ['X-App-Version', '1.0.0'],
        ['Date', httpDate(process.machine.simulation.now())],
        ['Content-Length', String(utf8Length(text) + 1)],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ],
    }),
    (each, port) =>
      each.stderr.write(`${slashDate(each.machine.simulation.now())} [INFO] server is listening on :${port}\n`),
  )(process);
};

export const httpEcho = defineImage({
  repository: 'docker.io/hashicorp/http-echo',
  tags: ['latest', '0.2.3', '1.0'],
  publishedTags: '1.0.0'.split(' '),
  sizeBytes: 2_691_200,
  config: { entrypoint: ['/http-echo'], exposedPorts: [5678] },
  programs: { '/http-echo': echo },
});

const helloApp = (version: string): Program =>
  server(
    (process) => Number(process.env.get('PORT') ?? '8080'),
    (_request, process) => respond(200, `Hello, world!\nVersion: ${version}\nHostname: ${process.machine.hostname}\n`),
    (process, port) =>
      process.stderr.write(`${slashDate(process.machine.simulation.now())} Server listening on port ${port}\n`),
    goStop,
  );

export const hello = defineImage({
  repository: 'gcr.io/google-samples/hello-app',
  tags: ['1.0', '2.0'],
  sizeBytes: 2_691_208,
  config: { entrypoint: ['/hello-app'], exposedPorts: [8080] },
  variant: (tag) => ({ programs: { '/hello-app': helloApp(`${tag}.0`) } }),
});

const echoText: Answer = (request, process, client) =>
  respond(
    200,
    `\n\nHostname: ${process.machine.hostname}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n\tclient_address=${client}\n\tmethod=${request.method}\n\treal path=${request.path}\n\tquery=\n\trequest_version=1.1\n\trequest_uri=http://${request.headers.get('host') ?? ''}${request.path}\n\nRequest Headers:\n${[...request.headers].map(([name, value]) => `\t${name}=${value}\n`).join('')}\nRequest Body:\n${request.body === '' ? '\t-no body in request-' : request.body}\n\n`,
    'text/plain',
  );

const echoserverBase: Omit<ImageDefinition, 'repository'> = {
  tags: ['1.4', '1.10'],
  sizeBytes: 3_723_130,
  config: { cmd: ['/usr/local/bin/echoserver'], exposedPorts: [8080] },
  ...BUSYBOX_BASE,
  programs: { '/usr/local/bin/echoserver': server(8080, echoText) },
};

export const echoserver = defineImage({ repository: 'registry.k8s.io/echoserver', ...echoserverBase });

export const kuard = defineImage({
  repository: 'gcr.io/kuar-demo/kuard-amd64',
  tags: ['blue', 'green'],
  publishedTags: '1 purple'.split(' '),
  sizeBytes: 3_723_135,
  config: { cmd: ['/kuard'], exposedPorts: [8080] },
  ...BUSYBOX_BASE,
  variant: (tag) => ({
    programs: {
      '/kuard': server(8080, (request, process) => {
        if (request.path === '/healthy' || request.path === '/ready') return respond(200, 'ok');
        return respond(
          200,
          `<html><head><title>KUAR Demo</title></head><body><h1>kuard ${tag}</h1><p>${process.machine.hostname}</p></body></html>\n`,
          'text/html',
        );
      }),
    },
  }),
});

export const webappColor = defineImage({
  repository: 'docker.io/kodekloud/webapp-color',
  tags: ['latest', 'v1', 'v2'],
  sizeBytes: 3_723_140,
  published: publishedOn('alpine', 'pip', 'python'),
  config: { cmd: ['/usr/local/bin/webapp-color'], exposedPorts: [8080] },
  ...BUSYBOX_BASE,
  programs: {
    '/usr/local/bin/webapp-color': server(8080, (_request, process) => {
      const color = flag(process, 'color', process.env.get('APP_COLOR') ?? 'blue');
      return respond(
        200,
        `<!doctype html>\n<title>Hello from Flask</title>\n<body style="background: ${color};"></body>\n<h1>Hello from ${process.machine.hostname}!</h1>\n`,
        'text/html; charset=utf-8',
      );
    }),
  },
});

export const nginxdemosHello = defineImage({
  repository: 'docker.io/nginxdemos/hello',
  tags: ['plain-text', 'latest'],
  sizeBytes: 5_095_440,
  published: publishedOn('alpine', 'curl'),
  config: { cmd: ['/usr/local/bin/hello'], exposedPorts: [80] },
  ...BUSYBOX_BASE,
  programs: {
    '/usr/local/bin/hello': server(80, (request, process) =>
      respond(
        200,
        `Server address: ${process.machine.network.addresses[0] ?? ''}:80\nServer name: ${process.machine.hostname}\nDate: ${httpDate(process.machine.simulation.now())}\nURI: ${request.path}\nRequest ID: ${process.machine.simulation.random.hex(32)}\n`,
        'text/plain',
      ),
    ),
  },
});
