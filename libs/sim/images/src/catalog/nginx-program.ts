import {
  baseName,
  ok,
  resolvePath,
  sleep,
  utf8Length,
  type ConnectionInfo,
  type Coroutine,
  type FileSystem,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
  type Process,
  type Program,
  type Result,
  unescapeUrl,
} from '@seatrial/kernel';
import { httpDate, logDate } from '../server/http-dates.js';
import { runServer } from '../server/run-server.js';
import { WorkerProcesses } from '../server/worker-processes.js';
import { parseNginxConfig, type NginxLocation, type NginxServer } from './nginx-config.js';
import { sendSignal, testConfig } from './nginx-control.js';
import { complaintLine, type NginxComplaint } from './nginx-log.js';
import { masterTitle, nginxWorkers } from './nginx-processes.js';
import { resolveUpstreams, type Answer, type NginxUpstreams } from './nginx-upstream.js';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
};
const TITLES: Readonly<Record<number, string>> = {
  301: '301 Moved Permanently',
  302: '302 Found',
  400: '400 Bad Request',
  403: '403 Forbidden',
  404: '404 Not Found',
  405: '405 Not Allowed',
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
};

/** nginx's own error page. */
export function errorPage(status: number, version: string): string {
  const title = TITLES[status] ?? String(status);
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${version}</center>\r\n</body>\r\n</html>\r\n`;
}

/** nginx: serves files by its configuration, proxies, redirects, and logs accesses on stdout. */
export function createNginx(version: string): Program {
  function* nginx(process: Process): Coroutine<number> {
    if (process.argv[1] === '-v') {
      yield* process.stderr.write(`nginx version: nginx/${version}\n`);
      return 0;
    }
    const config = yield* configured(process);
    if (process.argv.includes('-t')) return yield* testConfig(process, config);
    const signal = process.argv.indexOf('-s');
    if (signal >= 0) return yield* sendSignal(process, process.argv[signal + 1] ?? '', config);
    if (!config.ok) {
      yield* process.stderr.write(complaintLine(process, config.error));
      return 1;
    }
    let current = config.value;
    const ports = [...new Set(current.servers.flatMap((server) => server.ports))];
    if (!(yield* bound(process, ports))) return 1;
    const workers = new WorkerProcesses(process);
    process.title = masterTitle(process);
    workers.start(nginxWorkers(process));
    try {
      return yield* runServer(process, {
        ports: ports.map((port) => ({
          port,
          service: {
            http: (request, connection) => handle(process, current, port, request, connection, version),
          },
        })),
        inUse: (port) => `nginx: [emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)\n`,
        *reload() {
          const again = yield* configured(process);
          if (again.ok) {
            current = again.value;
            workers.start(nginxWorkers(process));
          } else yield* process.stderr.write(complaintLine(process, again.error));
        },
      });
    } finally {
      workers.stop();
    }
  }
  return Object.assign(nginx, { rests: true });
}

/** A configuration that was read, its upstreams looked up. */
interface Configured {
  readonly servers: readonly NginxServer[];
  readonly upstreams: NginxUpstreams;
}

function* configured(process: Process): Coroutine<Result<Configured, NginxComplaint>> {
  const config = parseNginxConfig(process.machine.files);
  if (!config.ok) return config;
  const upstreams = yield* resolveUpstreams(process, config.value);
  return upstreams.ok ? ok({ servers: config.value.servers, upstreams: upstreams.value }) : upstreams;
}

const BIND_TRIES = 5;
const BIND_WAIT_MS = 500;

/** Whether the ports are free; nginx tries five times before it gives up (ngx_open_listening_sockets). */
function* bound(process: Process, ports: readonly number[]): Coroutine<boolean> {
  const nobody: NetworkService = {};
  for (let tries = 0; tries < BIND_TRIES; tries++) {
    let failed = false;
    for (const port of ports) {
      const listening = process.machine.network.listen(port, nobody);
      if (listening.ok) listening.value.close();
      else {
        failed = true;
        yield* process.stderr.write(`nginx: [emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)\n`);
      }
    }
    if (!failed) return true;
    yield* sleep(BIND_WAIT_MS);
  }
  yield* process.stderr.write('nginx: [emerg] still could not bind()\n');
  return false;
}

function* handle(
  process: Process,
  { servers, upstreams }: Configured,
  port: number,
  request: HttpRequest,
  connection: ConnectionInfo,
  version: string,
): Coroutine<HttpResponse> {
  const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
  const candidates = servers.filter((server) => server.ports.includes(port));
  const server = candidates.find((each) => each.names.includes(host)) ?? candidates[0];
  const variables = (): Variables => variablesOf(process, server, port, request, connection, version);
  const answer = yield* answerOf(process, server, upstreams, request, version, variables);
  // A path is redirected to by the name that the client used and the port that listens (absolute_redirect, port_in_redirect).
  const absolute = (to: string): string =>
    to.startsWith('/') ? `http://${host || 'localhost'}${port === 80 ? '' : `:${port}`}${to}` : to;
  const { simulation } = process.machine;
  const length = utf8Length(answer.body);
  if (server.accessLog) {
    const referer = request.headers.get('referer') ?? '-';
    const agent = request.headers.get('user-agent') ?? '-';
    const forwarded = request.headers.get('x-forwarded-for') ?? '-';
    yield* process.stdout.write(
      `${connection.remoteAddress} - - [${logDate(simulation.now())}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} ${request.method === 'HEAD' ? 0 : length} "${referer}" "${agent}" "${forwarded}"\n`,
    );
  }
  return {
    status: answer.status,
    headers: [
      ['Server', `nginx/${version}`],
      ['Date', httpDate(simulation.now())],
      ['Content-Type', answer.type],
      ['Content-Length', String(length)],
      ['Connection', 'keep-alive'],
      ...(answer.headers ?? []).map(([name, value]) => [name, name === 'Location' ? absolute(value) : value] as const),
    ],
    body: request.method === 'HEAD' ? '' : answer.body,
  };
}

function locationOf(server: NginxServer, path: string): NginxLocation {
  const exact = server.locations.find((location) => location.match === '=' && location.path === path);
  if (exact) return exact;
  const prefixes = server.locations.filter((location) => location.match === '' && path.startsWith(location.path));
  prefixes.sort((a, b) => b.path.length - a.path.length);
  return prefixes[0] ?? { match: '', path: '/', directives: [] };
}

const directive = (location: NginxLocation, server: NginxServer, name: string): readonly string[] | undefined =>
  location.directives.find(([key]) => key === name)?.slice(1) ??
  server.directives.find(([key]) => key === name)?.slice(1);

function variablesOf(
  { machine }: Process,
  server: NginxServer,
  port: number,
  request: HttpRequest,
  connection: ConnectionInfo,
  version: string,
): Variables {
  const [uri, args = ''] = request.path.split('?', 2);
  return {
    hostname: machine.hostname,
    request_uri: request.path,
    uri,
    document_uri: uri,
    args,
    query_string: args,
    is_args: args === '' ? '' : '?',
    host: (request.headers.get('host') ?? '').replace(/:\d+$/, ''),
    server_port: String(port),
    server_addr: connection.localAddress,
    server_name: server.names[0] ?? '',
    server_protocol: 'HTTP/1.1',
    remote_addr: connection.remoteAddress,
    remote_port: String(connection.remotePort),
    remote_user: '',
    request_method: request.method,
    request: `${request.method} ${request.path} HTTP/1.1`,
    scheme: 'http',
    nginx_version: version,
    msec: (machine.simulation.now() / 1000).toFixed(3),
    time_iso8601: new Date(machine.simulation.now()).toISOString().replace(/\.\d+Z$/, '+00:00'),
    time_local: logDate(machine.simulation.now()),
  };
}

const passesOn = ([name]: readonly string[]): boolean => name === 'proxy_pass';

function* answerOf(
  process: Process,
  server: NginxServer,
  upstreams: NginxUpstreams,
  request: HttpRequest,
  version: string,
  variables: () => Variables,
): Coroutine<Answer> {
  const { files } = process.machine;
  const path = unescapeUrl(request.path.split('?')[0]);
  const fail = (status: number): Answer => ({ status, body: errorPage(status, version), type: 'text/html' });
  const location = locationOf(server, path);
  // A path that lacks only the slash of a location that passes on is sent there.
  const slashed = server.locations.find((each) => each.path === `${path}/` && each.directives.some(passesOn));
  if (slashed && location.path !== path) return { ...fail(301), headers: [['Location', `${path}/`]] };
  const returned =
    location.directives.find(([key]) => key === 'return') ?? server.directives.find(([key]) => key === 'return');
  if (returned) return answerReturn(returned.slice(1), request, variables(), version);
  const upstream = directive(location, { ...server, directives: [] }, 'proxy_pass');
  if (upstream) return (yield* upstreams.pass(process, upstream[0], location.path, request)) ?? fail(502);
  if (request.method !== 'GET' && request.method !== 'HEAD') return fail(405);
  const root = directive(location, server, 'root')?.[0] ?? '/etc/nginx/html';
  const alias = location.directives.find(([key]) => key === 'alias')?.[1];
  const rooted = resolvePath(
    '/',
    alias === undefined ? `${root}${path}` : `${alias}${path.slice(location.path.length)}`,
  );
  const found = files.stat(rooted);
  const indexes = directive(location, server, 'index') ?? ['index.html', 'index.htm'];
  if (found.ok && found.value.type === 'directory') {
    if (!path.endsWith('/')) return { ...fail(301), headers: [['Location', `${path}/`]] };
    for (const index of indexes) {
      const file = files.readFile(`${rooted === '/' ? '' : rooted}/${index}`);
      if (file.ok) return fileAnswer(files, `${rooted}/${index}`, file.value, process);
    }
    return fail(403);
  }
  const file = files.readFile(rooted);
  if (file.ok) return fileAnswer(files, rooted, file.value, process);
  const fallback = directive(location, server, 'try_files')?.slice(-1)[0];
  if (fallback?.startsWith('/')) {
    const other = files.readFile(resolvePath('/', `${root}${fallback}`));
    if (other.ok) return fileAnswer(files, fallback, other.value, process);
  }
  return fail(404);
}

function fileAnswer(files: FileSystem, path: string, body: string, process: Process): Answer {
  const extension = baseName(path).split('.').pop() ?? '';
  const stat = files.stat(path);
  const modified = stat.ok ? stat.value.modifiedAt : process.machine.simulation.now();
  const etag = `"${Math.floor(modified / 1000).toString(16)}-${utf8Length(body).toString(16)}"`;
  return {
    status: 200,
    body,
    type: TYPES[extension] ?? 'application/octet-stream',
    headers: [
      ['Last-Modified', httpDate(modified)],
      ['ETag', etag],
      ['Accept-Ranges', 'bytes'],
    ],
  };
}

/** What nginx knows of a request, by the names of its variables. */
type Variables = Readonly<Record<string, string>>;

function answerReturn(values: readonly string[], request: HttpRequest, known: Variables, version: string): Answer {
  const code = Number(values[0]);
  const header = (name: string): string => request.headers.get(name.replaceAll('_', '-')) ?? '';
  const expand = (text: string): string =>
    text
      .replace(/\$\{?(\w+)\}?/g, (whole, name: string) => {
        if (Object.hasOwn(known, name)) return known[name];
        return name.startsWith('http_') ? header(name.slice('http_'.length)) : whole;
      })
      .replaceAll('\\n', '\n');
  if (Number.isNaN(code))
    return {
      status: 302,
      body: errorPage(302, version),
      type: 'text/html',
      headers: [['Location', expand(values[0])]],
    };
  const text = values[1];
  if (code >= 301 && code <= 308)
    return {
      status: code,
      body: errorPage(code, version),
      type: 'text/html',
      headers: [['Location', expand(text ?? '')]],
    };
  if (text === undefined)
    return { status: code, body: code === 200 ? '' : errorPage(code, version), type: 'text/html' };
  return { status: code, body: expand(text), type: 'text/plain' };
}
