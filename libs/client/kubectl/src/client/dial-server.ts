import { sleep, type Connection, type Coroutine } from '@seatrial/kernel';
import { parseGoDuration } from '@seatrial/schema';
import { CommandFailure } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { dialFailureText, type ServerAddress } from './server-address.js';

/** The server cannot be reached, as kubectl says it. */
export const unreachable = (
  address: ServerAddress,
  text: { readonly cause: string; readonly message: string },
): CommandFailure =>
  new CommandFailure([
    {
      type: 'connection',
      text: text.message,
      cause: text.cause,
      server: `${address.scheme}://${address.hostPort}`,
    },
  ]);

/** Dials until the server answers; discovery tries several times and logs each. */
export function* dialServer(k: Invocation, address: ServerAddress, tries: number): Coroutine<Connection> {
  const given = parseGoDuration(k.flags.string('request-timeout'));
  const limit = given.ok && given.value > 0 ? given.value / 1e6 : 30_000;
  const timeoutMs = Math.min(30_000, limit);
  for (let i = 1; ; i++) {
    const dialed = yield* k.process.machine.network.dial({ host: address.host, port: address.port, timeoutMs });
    if (dialed.ok && !dialed.value.service.frozen?.()) return dialed.value;
    const text = dialed.ok ? yield* noHandshake(address, limit) : dialFailureText(address, dialed.error);
    if (tries > 0) yield* discoveryTrouble(k, address, text.cause);
    if (i >= tries) throw unreachable(address, text);
  }
}

/** How long Go's HTTP client waits for a TLS handshake (net/http's DefaultTransport). */
const HANDSHAKE_MS = 10_000;

/** The server takes the connection and says nothing. */
function* noHandshake({ scheme }: ServerAddress, limit: number): Coroutine<ReturnType<typeof dialFailureText>> {
  const shakes = scheme === 'https' && limit > HANDSHAKE_MS;
  yield* sleep(shakes ? HANDSHAKE_MS : limit);
  const cause = shakes
    ? 'net/http: TLS handshake timeout'
    : 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)';
  return { cause, message: `Unable to connect to the server: ${cause}` };
}

/** The line that cached discovery logs for each try. */
export function* discoveryTrouble(k: Invocation, address: ServerAddress, cause: string): Coroutine<void> {
  const url = `${address.scheme}://${address.hostPort}/api?timeout=32s`;
  const text = `"Unhandled Error" err="couldn't get current server API group list: Get \\"${url}\\": ${cause.replaceAll('"', '\\"')}"`;
  yield* k.klog('E', 'memcache.go:265', text);
}
