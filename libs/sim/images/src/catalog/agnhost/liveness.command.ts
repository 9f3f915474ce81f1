import { type Coroutine, type HttpRequest, type HttpResponse, type Process, type Program } from '@seatrial/kernel';
import { formatGoDuration } from '@seatrial/schema';
import { pathOf, queryValues } from '../../server/form-values.js';
import { goError, goRedirect, goRespond, goStop } from '../../server/go-http.js';
import { runServer } from '../../server/run-server.js';
import { notSimulated, type AgnhostCommand } from './agnhost-command.js';

const PORT = 8080;
const WELL_FOR_MS = 10_000;
const NANOS_PER_MS = 1_000_000;
/** What came later, and waits, streams or cuts connections. */
const LATER: readonly string[] = [
  '/sleep-headers',
  '/disconnect-headers',
  '/sleep-body',
  '/disconnect-body',
  '/slow-response',
];

function* answer(process: Process, request: HttpRequest): Coroutine<HttpResponse> {
  const age = process.machine.simulation.now() - process.startTime;
  const path = pathOf(request);
  if (path === '/healthz')
    return age > WELL_FOR_MS ? goRespond(process, 500, `error: ${age / 1000}`) : goRespond(process, 200, 'ok');
  if (path === '/started') return goRespond(process, 200, formatGoDuration(age * NANOS_PER_MS));
  if (path === '/redirect') return goRedirect(process, request, queryValues(request).get('loc') ?? '');
  if (!LATER.includes(path)) return goError(process, 404, '404 page not found');
  yield* notSimulated(process, `liveness ${path}`);
  return goRespond(process, 501);
}

/** Answers /healthz with 200 for ten seconds, then with 500 (test/images/agnhost/liveness, formerly test/images/liveness). */
export const livenessServer: Program = (process) =>
  runServer(process, {
    ports: [{ port: PORT, service: { http: (request) => answer(process, request) } }],
    *stop(signal) {
      return goStop(process, signal);
    },
  });

export const liveness: AgnhostCommand = { name: 'liveness', flags: {}, run: ({ process }) => livenessServer(process) };
