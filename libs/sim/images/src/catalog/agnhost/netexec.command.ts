import {
  ok,
  sleep,
  type ConnectionInfo,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Input,
  type Listener,
  type NetworkService,
  type Output,
  type Result,
  type Signal,
  goJson,
} from '@seatrial/kernel';
import { goQuote, parseGoDuration, formatGoDuration } from '@seatrial/schema';
import { readCertificate } from '../../server/certificate-file.js';
import { formValues, pathOf } from '../../server/form-values.js';
import { canonicalHeader, goHeaders, goRedirect, goRespond, goStop } from '../../server/go-http.js';
import { goNow } from '../../server/go-now.js';
import { runServer } from '../../server/run-server.js';
import { ServerExit } from '../../server/server-exit.js';
import { notSimulated, portTaken, type AgnhostCall, type AgnhostCommand } from './agnhost-command.js';
import { dialFor } from './netexec-dial.js';

interface Netexec extends AgnhostCall {
  readonly exit: ServerExit;
  /** TERM has come, and it waits before it ends. */
  stopping: boolean;
  /** The UDP server has begun, which health stands for. */
  ready: boolean;
}

type Handler = (
  netexec: Netexec,
  request: HttpRequest,
  form: ReadonlyMap<string, string>,
  connection: ConnectionInfo,
) => Coroutine<HttpResponse>;

const isInteger = (text: string): boolean => /^[-+]?\d+$/.test(text);

function* hostname({ process }: Netexec): Coroutine<HttpResponse> {
  return goRespond(process, 200, process.machine.hostname);
}

/** Ends the server with a status, at once or after a while (netexec.go, exitHandler). */
function* end(netexec: Netexec, form: ReadonlyMap<string, string>): Coroutine<HttpResponse> {
  const [code = '', timeout = '', wait = ''] = ['code', 'timeout', 'wait'].map((name) => form.get(name));
  yield* netexec.log(`GET /exit?code=${code}&timeout=${timeout}&wait=${wait}`);
  const duration = (text: string): Result<number, string> => parseGoDuration(text === '' ? '0' : text);
  const [allowed, delay] = [duration(timeout), duration(wait)];
  const refuse = (name: string, must: string, got: string): HttpResponse =>
    goRespond(netexec.process, 200, `argument '${name}' must be ${must} or empty, got ${goQuote(got)}\n`);
  if (!allowed.ok) return refuse('timeout', 'a valid golang duration', timeout);
  if (!delay.ok) return refuse('wait', 'a valid golang duration', wait);
  if (code !== '' && !isInteger(code)) return refuse('code', 'an integer [0-127]', code);
  yield* netexec.log(
    `Will begin shutdown in ${formatGoDuration(delay.value)}, allowing ${formatGoDuration(allowed.value)} for connections to close, then will exit with ${Number(code)}`,
  );
  yield* sleep(delay.value / 1e6);
  if (allowed.value !== 0) yield* netexec.log('Graceful shutdown completed with: <nil>');
  return yield* netexec.exit.now(Number(code) & 255);
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  *'/'({ process, log }) {
    yield* log('GET /');
    return goRespond(process, 200, `NOW: ${goNow(process)}`);
  },
  *'/clientip'({ process, log }, _request, _form, { remoteAddress, remotePort }) {
    yield* log('GET /clientip');
    return goRespond(process, 200, `${remoteAddress}:${remotePort}`);
  },
  *'/dial'({ process, log }, request) {
    return yield* dialFor(process, request, log);
  },
  *'/echo'({ process, log }, _request, form) {
    const [message = '', code = ''] = [form.get('msg'), form.get('code')];
    yield* log(`GET /echo?msg=${message}&code=${code}`);
    if (code === '') return goRespond(process, 200, message);
    if (isInteger(code)) return goRespond(process, Number(code), message);
    return goRespond(process, 200, `argument 'code' must be an integer or empty, got ${goQuote(code)}\n`);
  },
  '/exit': (netexec, _request, form) => end(netexec, form),
  *'/header'({ process, log }, request, form) {
    const key = form.get('key') ?? '';
    yield* log(key === '' ? 'GET /header' : `GET /header?key=${key}`);
    const headers = goHeaders(request);
    if (key !== '') return goRespond(process, 200, headers.find(([name]) => name === canonicalHeader(key))?.[1] ?? '');
    return goRespond(process, 200, goJson(Object.fromEntries(headers.map(([name, value]) => [name, [value]]))));
  },
  *'/healthz'({ process, log, ready }) {
    yield* log('GET /healthz');
    return goRespond(process, ready ? 200 : 412);
  },
  *'/hostName'(netexec) {
    yield* netexec.log('GET /hostName');
    return yield* hostname(netexec);
  },
  *'/hostname'(netexec) {
    yield* netexec.log('GET /hostname');
    return yield* hostname(netexec);
  },
  *'/readyz'({ process, log, stopping, ready }) {
    yield* log('GET /readyz');
    if (stopping) return goRespond(process, 503, 'shutting down');
    return ready ? goRespond(process, 200, 'ok') : goRespond(process, 412);
  },
  *'/redirect'({ process, log }, request, form) {
    const [location = '', code = ''] = [form.get('location'), form.get('code')];
    yield* log(`${request.method} /redirect?msg=${location}&code=${code}`);
    if (code === '' || isInteger(code)) return goRedirect(process, request, location, Number(code || '302'));
    return goRespond(process, 200, `argument 'code' must be an integer or empty, got ${goQuote(code)}\n`);
  },
  *'/shutdown'({ log, exit }) {
    yield* log('GET /shutdown');
    return yield* exit.now(0);
  },
};

const NOT_SIMULATED: readonly string[] = ['/shell', '/upload'];

function* answer(netexec: Netexec, request: HttpRequest, connection: ConnectionInfo): Coroutine<HttpResponse> {
  const override = netexec.flags.get('http-override') ?? '';
  const asked = override === '' ? request : { ...request, method: 'GET', path: override };
  const path = pathOf(asked);
  if (NOT_SIMULATED.includes(path)) {
    yield* notSimulated(netexec.process, `netexec ${path}`);
    return goRespond(netexec.process, 501);
  }
  const handler = Object.hasOwn(HANDLERS, path) ? HANDLERS[path] : HANDLERS['/'];
  return yield* handler(netexec, asked, formValues(asked), connection);
}

/** Answers datagrams: `hostname`, `echo …` and `clientip`, and nothing else. */
function* converse(
  { process, log }: AgnhostCall,
  input: Input,
  output: Output,
  { remoteAddress, remotePort }: ConnectionInfo,
): Coroutine<void> {
  const client = `${remoteAddress}:${remotePort}`;
  for (;;) {
    const datagram = yield* input.read();
    if (datagram === undefined) return;
    const text = datagram.trim().toLowerCase();
    if (text === 'hostname') {
      yield* log('Sending udp hostName response');
      yield* output.write(process.machine.hostname);
    } else if (text.startsWith('echo ')) {
      yield* log(`Echoing ${text.slice('echo '.length)} to UDP client ${client}`);
      yield* output.write(text.slice('echo '.length));
    } else if (text === 'clientip') {
      yield* log(`Sending clientip back to UDP client ${client}`);
      yield* output.write(client);
    } else if (text !== '') yield* log(`Unknown UDP command received from ${client}: ${text}`);
  }
}

/** Listens with UDP; undefined when a port is taken. */
function* openUdp(netexec: Netexec, port: number): Coroutine<readonly Listener[] | undefined> {
  const service: NetworkService = { stream: (input, output, client) => converse(netexec, input, output, client) };
  const listeners: Listener[] = [];
  for (const address of (netexec.flags.get('udp-listen-addresses') ?? '').split(',')) {
    const opened = netexec.process.machine.network.listen(port, service, { address, protocol: 'UDP' });
    if (!opened.ok) {
      const taken = `${address}:${port}`;
      yield* netexec.log(
        `Error occurred: failed to create listener for UDP address ${taken}:listen udp ${taken}: bind: address already in use`,
      );
      for (const listener of listeners) listener.close();
      return undefined;
    }
    listeners.push(opened.value);
    yield* netexec.log(`Started UDP server on port ${address} ${port}`);
  }
  netexec.ready = true;
  return listeners;
}

/** Releases that know `--delay-shutdown` wait so long after TERM, then end with 0; others are ended by Go. */
const FIRST_WITH_DELAY = 32;

function* stop(netexec: Netexec, signal: Signal): Coroutine<number | undefined> {
  if (signal !== 'TERM' || netexec.minor < FIRST_WITH_DELAY) return goStop(netexec.process, signal);
  const seconds = Number(netexec.flags.get('delay-shutdown'));
  netexec.stopping = true;
  if (seconds > 0) {
    yield* netexec.log(`Sleeping ${seconds} seconds before terminating...`);
    yield* sleep(seconds * 1000);
  }
  return 0;
}

function tlsOf({ process, flags }: AgnhostCall): Result<NetworkService['tls'], string> {
  const file = flags.get('tls-cert-file') ?? '';
  return file === '' ? ok(undefined) : readCertificate(process, file);
}

/** A server for tests of networks: over HTTP, and over UDP on another port (test/images/agnhost/netexec). */
export const netexec: AgnhostCommand = {
  name: 'netexec',
  flags: {
    'http-port': '8080',
    'udp-port': '8081',
    'http-override': '',
    'udp-listen-addresses': '',
    'delay-shutdown': '0',
    'tls-cert-file': '',
    'tls-private-key-file': '',
  },
  *run(call) {
    const state: Netexec = { ...call, exit: new ServerExit(), stopping: false, ready: false };
    const [port, udp] = [Number(call.flags.get('http-port')), Number(call.flags.get('udp-port'))];
    yield* call.log(`Started HTTP server on port ${port}`);
    const listeners = udp === -1 ? [] : yield* openUdp(state, udp);
    if (!listeners) return 1;
    try {
      const tls = tlsOf(call);
      if (!tls.ok) {
        yield* call.log(tls.error);
        return 1;
      }
      const http: NetworkService['http'] = (request, connection) => answer(state, request, connection);
      return yield* runServer(call.process, {
        ports: [{ port, service: { http, ...(tls.value && { tls: tls.value }) } }],
        inUse: (taken) => call.line(portTaken(taken)),
        run: () => state.exit.wait(call.process, (signal) => stop(state, signal)),
      });
    } finally {
      for (const listener of listeners) listener.close();
    }
  },
};
