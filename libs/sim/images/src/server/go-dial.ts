import type { Connection, Coroutine, DialError, FileSystem, HttpResponse, Process, Result } from '@seatrial/kernel';

const DIAL_TEXT: Readonly<Record<string, string>> = {
  refused: 'connect: connection refused',
  timeout: 'i/o timeout',
  'host-unreachable': 'connect: no route to host',
  'network-unreachable': 'connect: network is unreachable',
};
const TIMEOUT_MS = 10_000;

/** Why something could not be reached, in Go's words. */
export interface DialFailure {
  readonly error: string;
}

export const failed = (made: object): made is DialFailure => 'error' in made;

/** A connection, or Go's error text of a request that could not be made. */
export function* dial(process: Process, host: string, port: number): Coroutine<Connection | DialFailure> {
  const made = dialNow(process, host, port);
  return isWaiting(made) ? yield* made : made;
}

export const isWaiting = <T extends object>(made: T): made is Extract<T, Coroutine<unknown>> => 'next' in made;

/** As {@link dial}, and no coroutine where nothing has to be waited for: for those who call over and over. */
export function dialNow(
  process: Process,
  host: string,
  port: number,
): Connection | Coroutine<Connection | DialFailure> {
  const { network } = process.machine;
  const target = { host, port, timeoutMs: TIMEOUT_MS };
  const made = network.dialNow?.(target) ?? network.dial(target);
  return isWaiting(made) ? inGoWords(process, host, port, made) : made;
}

function* inGoWords(
  { machine: { files } }: Process,
  host: string,
  port: number,
  dialing: Coroutine<Result<Connection, DialError>>,
): Coroutine<Connection | DialFailure> {
  const dialed = yield* dialing;
  return dialed.ok ? dialed.value : { error: goDialError(files, host, port, dialed.error) };
}

/** Why a connection did not come about, as Go's net package says it on a machine with these files. */
export function goDialError(files: FileSystem, host: string, port: number, { failure, address }: DialError): string {
  if (failure !== 'name-not-found' && failure !== 'name-server-failure')
    return `dial tcp ${address ?? host}:${port}: ${DIAL_TEXT[failure] ?? 'read: connection reset by peer'}`;
  const resolver = files.readFile('/etc/resolv.conf');
  const server = /nameserver (\S+)/.exec(resolver.ok ? resolver.value : '')?.[1] ?? '127.0.0.1';
  return `dial tcp: lookup ${host} on ${server}:53: ${failure === 'name-not-found' ? 'no such host' : 'server misbehaving'}`;
}

/** One request to an `http://` address, or why it failed, in Go's words. */
export function* callUrl(
  process: Process,
  url: string,
  method = 'GET',
  body = '',
): Coroutine<HttpResponse | DialFailure> {
  const parts = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url);
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  if (!parts) return { error: `${verb} "${url}": unsupported protocol scheme` };
  const [, host, port, path] = parts;
  const connection = yield* dial(process, host, Number(port ?? '80'));
  if (failed(connection)) return { error: `${verb} "${url}": ${connection.error}` };
  const headers = new Map([
    ['host', port === undefined ? host : `${host}:${port}`],
    ['user-agent', 'Go-http-client/1.1'],
  ]);
  const answered = yield* connection.http({ method, path: path ?? '/', headers, body });
  connection.close();
  return answered.ok ? answered.value : { error: `${verb} "${url}": EOF` };
}
