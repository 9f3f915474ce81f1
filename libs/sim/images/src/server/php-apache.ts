import {
  statusText,
  utf8Length,
  type ConnectionInfo,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Process,
} from '@seatrial/kernel';
import { CpuLoad } from './cpu-load.js';
import { apacheDate, httpDate, logDate } from './http-dates.js';
import { runServer } from './run-server.js';
import { withWorkers } from './worker-processes.js';

/** A PHP application on Debian's Apache, as Docker's official php images run it. */
export interface PhpApplication {
  /** As its banner says: `Apache/2.4.10 (Debian) PHP/5.6.14`. */
  readonly server: string;
  /** `PHP/5.6.14`. */
  readonly php: string;
  /** The words that it was started with, as its log tells. */
  readonly commandLine: string;
  /** What a script answers, without the headers of Apache's own. */
  answer(request: HttpRequest, load: CpuLoad): Coroutine<HttpResponse>;
}

const PORT = 80;
/** Children that prefork begins with. */
const CHILDREN = 5;

const unnamed = ({ machine }: Process): string =>
  `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${machine.network.addresses[0] ?? '127.0.0.1'}. Set the 'ServerName' directive globally to suppress this message\n`;

function notice(process: Process, module: string, text: string): string {
  return `[${apacheDate(process.machine.simulation.now())}] [${module}:notice] [pid ${process.pid}] ${text}\n`;
}

/** A response with Apache's headers, and the bytes that it takes. */
function complete(
  process: Process,
  { server, php }: PhpApplication,
  request: HttpRequest,
  made: HttpResponse,
): { readonly response: HttpResponse; readonly bytes: number } {
  const closes = request.headers.get('connection')?.toLowerCase() === 'close';
  const type = made.headers.find(([name]) => name === 'Content-Type') ?? ['Content-Type', 'text/html; charset=UTF-8'];
  const headers: HttpResponse['headers'] = [
    ['Date', httpDate(process.machine.simulation.now())],
    ['Server', server],
    ['X-Powered-By', php],
    ...made.headers.filter((header) => header !== type),
    ['Content-Length', String(utf8Length(made.body))],
    ...(closes ? ([['Connection', 'close']] as const) : []),
    type,
  ];
  const head = headers.reduce((sum, [name, value]) => sum + name.length + value.length + ': \r\n'.length, 0);
  const body = request.method === 'HEAD' ? '' : made.body;
  const first = `HTTP/1.1 ${statusText(made.status)}\r\n\r\n`.length;
  return { response: { ...made, headers, body }, bytes: first + head + utf8Length(body) };
}

/** Runs an application until TERM comes; a combined log goes to standard output, Apache's own to standard error. */
export function phpApache(process: Process, application: PhpApplication): Coroutine<number> {
  const { machine, stdout, stderr } = process;
  const load = new CpuLoad(process);
  process.title = application.commandLine;
  function* http(request: HttpRequest, { remoteAddress }: ConnectionInfo): Coroutine<HttpResponse> {
    const { response, bytes } = complete(process, application, request, yield* application.answer(request, load));
    const [referer, agent] = ['referer', 'user-agent'].map((name) => request.headers.get(name) ?? '-');
    yield* stdout.write(
      `${remoteAddress} - - [${logDate(machine.simulation.now())}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${bytes} "${referer}" "${agent}"\n`,
    );
    return response;
  }
  const server = runServer(process, {
    ports: [{ port: PORT, service: { http } }],
    inUse: () =>
      '(98)Address already in use: AH00072: make_sock: could not bind to address [::]:80\n(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n',
    *started() {
      yield* stderr.write(unnamed(process) + unnamed(process));
      yield* stderr.write(
        notice(process, 'mpm_prefork', `AH00163: ${application.server} configured -- resuming normal operations`) +
          notice(process, 'core', `AH00094: Command line: '${application.commandLine}'`),
      );
    },
    *run() {
      for (;;) {
        yield* load.untilSignal();
        const signal = process.takeSignal();
        if (signal === undefined) continue;
        if (signal === 'TERM')
          yield* stderr.write(notice(process, 'mpm_prefork', 'AH00169: caught SIGTERM, shutting down'));
        if (signal === 'WINCH')
          yield* stderr.write(notice(process, 'mpm_prefork', 'AH00492: caught SIGWINCH, shutting down gracefully'));
        return 0;
      }
    },
    signals: ['TERM', 'INT', 'WINCH'],
  });
  const child = { title: application.commandLine, user: 'www-data' };
  return withWorkers(
    process,
    Array.from({ length: CHILDREN }, () => child),
    server,
  );
}
