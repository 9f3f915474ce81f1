import {
  fail,
  ok,
  reportUnsupported,
  waitFor,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Process,
  type Result,
  goJson,
} from '@seatrial/kernel';
import { queryValues } from '../../server/form-values.js';
import { goDialError } from '../../server/go-dial.js';
import { goError, goRespond } from '../../server/go-http.js';

const TIMEOUT_MS = 5000;
const MOST_TRIES = 1000;
const TOO_LATE = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

/** An address that a host and a port stand for, or Go's words for why there is none. */
function* resolve({ machine }: Process, host: string, port: string): Coroutine<Result<string, string>> {
  if (!/^\d+$/.test(port)) return fail(port === '' ? `lookup tcp/: unknown port` : `lookup tcp/${port}: unknown port`);
  const found = yield* machine.network.resolve(host);
  if (found.ok) return ok(found.value[0]);
  return fail(goDialError(machine.files, host, Number(port), found.error).replace(/^dial tcp: /, ''));
}

function* overHttp(
  process: Process,
  address: string,
  port: number,
  request: string,
): Coroutine<Result<string, string>> {
  const { machine } = process;
  const url = `http://${address}:${port}/${request}`;
  const dialed = yield* machine.network.dial({ host: address, port, timeoutMs: TIMEOUT_MS });
  if (!dialed.ok) {
    const late = dialed.error.failure === 'timeout';
    return fail(`Get "${url}": ${late ? TOO_LATE : goDialError(machine.files, address, port, dialed.error)}`);
  }
  const headers = new Map([
    ['host', `${address}:${port}`],
    ['user-agent', 'Go-http-client/1.1'],
    ['accept-encoding', 'gzip'],
  ]);
  const answered = yield* dialed.value.http({ method: 'GET', path: `/${request}`, headers, body: '' });
  dialed.value.close();
  if (answered.ok) return ok(answered.value.body);
  return fail(`Get "${url}": ${answered.error === 'timeout' ? TOO_LATE : 'EOF'}`);
}

function* overUdp(
  { machine }: Process,
  address: string,
  port: number,
  request: string,
): Coroutine<Result<string, string>> {
  const read = (why: string): Result<string, string> =>
    fail(
      `reading from udp connection failed. err:'read udp ${machine.network.addresses[0]}->${address}:${port}: ${why}'`,
    );
  const dialed = yield* machine.network.dial({ host: address, port, protocol: 'UDP', timeoutMs: TIMEOUT_MS });
  if (!dialed.ok) return read(dialed.error.failure === 'refused' ? 'read: connection refused' : 'i/o timeout');
  const { input, output } = dialed.value.open();
  yield* output.write(request);
  yield* waitFor([input.readable], TIMEOUT_MS);
  const answer = input.take();
  dialed.value.close();
  return answer === '' ? read('i/o timeout') : ok(answer);
}

/** `/dial`: calls another server as often as it is told to, and tells what came of it (netexec.go, dialHandler). */
export function* dialFor(
  process: Process,
  request: HttpRequest,
  log: (text: string) => Coroutine<boolean>,
): Coroutine<HttpResponse> {
  const query = queryValues(request);
  const value = (name: string): string => query.get(name) ?? '';
  const [host, port, what, protocol, tries] = ['host', 'port', 'request', 'protocol', 'tries'].map(value);
  yield* log(`GET /dial?host=${host}&protocol=${protocol}&port=${port}&request=${what}&tries=${tries}`);
  if (tries !== '' && !/^[-+]?\d+$/.test(tries))
    return goError(process, 400, `tries parameter is invalid. strconv.Atoi: parsing ${goJson(tries)}: invalid syntax`);
  if (what === '') return goError(process, 400, 'request parameter not specified. <nil>');
  const kind = protocol.toLowerCase() || 'http';
  if (kind === 'sctp') reportUnsupported(process.machine, 'agnhost netexec /dial?protocol=sctp');
  if (kind !== 'http' && kind !== 'udp') return goError(process, 400, `unsupported protocol. ${protocol}`);
  const resolved = yield* resolve(process, host, port);
  if (!resolved.ok) return goError(process, 400, `host and/or port param are invalid. ${resolved.error}`);
  const errors: string[] = [];
  const responses: string[] = [];
  let last = '';
  for (let turn = 0; turn < Math.min(Number(tries || '1'), MOST_TRIES); turn++) {
    const made = yield* (kind === 'udp' ? overUdp : overHttp)(process, resolved.value, Number(port), what);
    last = made.ok ? made.value : '';
    if (made.ok) responses.push(made.value);
    else errors.push(made.error);
  }
  return goRespond(process, 200, goJson({ ...(errors.length > 0 && { errors }), ...(last !== '' && { responses }) }));
}
