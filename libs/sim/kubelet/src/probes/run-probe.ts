import {
  Condition,
  STEADY_HTTP,
  Task,
  sleep,
  waitFor,
  type Coroutine,
  type HttpResponse,
  type NetworkStack,
  type Simulation,
  type Waitable,
} from '@seatrial/kernel';
import type { Container, HTTPGetAction, Probe } from 'kubernetes-types/core/v1.js';
import { formatGoDuration, goQuote } from '@seatrial/schema';
import type { ContainerInstance } from '../container/container-instance.js';
import { resolveContainerPort } from '../container/container-port.js';
import { dialText } from '../container/dial-text.js';
import { runInContainer } from '../container/exec.js';
import { expand } from '../container/expansion.js';

/** What one probe found; `output` is the text of the event. */
export interface ProbeOutcome {
  /** `warning` counts as success, with an event. */
  readonly result: 'success' | 'warning' | 'failure' | 'unknown';
  readonly output: string;
  /** The result stays until this is ready. */
  readonly steadyUntil?: Waitable | undefined;
}

export interface ProbeTarget {
  readonly simulation: Simulation;
  readonly instance: ContainerInstance;
  readonly container: Container;
  readonly podIp: string;
  /** The node's network, from where probes are sent. */
  readonly network: NetworkStack | undefined;
}

const success: ProbeOutcome = { result: 'success', output: '' };
const failure = (output: string): ProbeOutcome => ({ result: 'failure', output });
const MAX_BODY = 10_240;

/** Runs a probe's handler once (pkg/kubelet/prober, pkg/probe). */
export function* runProbe(probe: Probe, target: ProbeTarget): Coroutine<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) {
    const env = new Map((target.container.env ?? []).map(({ name, value = '' }) => [name, value]));
    const command = (probe.exec.command ?? []).map((part) => expand(part, (name) => env.get(name)));
    return yield* execProbe(command, target, timeoutMs);
  }
  if (probe.httpGet) return yield* httpProbe(probe.httpGet, target, timeoutMs);
  if (probe.tcpSocket) {
    const port = resolveContainerPort(probe.tcpSocket.port, target.container);
    if (!port.ok) return { result: 'unknown', output: port.error };
    return yield* tcpProbe(probe.tcpSocket.host || target.podIp, port.value, target, timeoutMs);
  }
  if (probe.grpc) return yield* grpcProbe(probe.grpc.port, target, timeoutMs);
  return success;
}

function* execProbe(command: readonly string[], { instance }: ProbeTarget, timeoutMs: number): Coroutine<ProbeOutcome> {
  const outcome = yield* runInContainer(instance, command, timeoutMs);
  if (outcome.kind === 'error') return { result: 'unknown', output: outcome.message };
  if (outcome.kind === 'timeout')
    return failure(
      `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${formatGoDuration(timeoutMs * 1_000_000)}`,
    );
  return outcome.code === 0 ? { result: 'success', output: outcome.output } : failure(outcome.output);
}

function* tcpProbe(host: string, port: number, { network }: ProbeTarget, timeoutMs: number): Coroutine<ProbeOutcome> {
  if (!network) return { result: 'unknown', output: 'no network' };
  const dialed = yield* network.dial({ host, port, timeoutMs });
  if (!dialed.ok) return failure(dialText(dialed.error.failure, `${host}:${port}`));
  dialed.value.close();
  return success;
}

const MAX_REDIRECTS = 10;

/** Go's client gives the whole exchange one deadline (pkg/probe/http). */
function* httpProbe(action: HTTPGetAction, target: ProbeTarget, timeoutMs: number): Coroutine<ProbeOutcome> {
  const { network, podIp, container, simulation } = target;
  if (!network) return { result: 'unknown', output: 'no network' };
  const port = resolveContainerPort(action.port, container);
  if (!port.ok) return { result: 'unknown', output: port.error };
  const path = action.path ?? '/';
  const first: ProbeUrl = {
    scheme: (action.scheme ?? 'HTTP').toLowerCase(),
    host: action.host || podIp,
    port: port.value,
    path: path.startsWith('/') ? path : `/${path}`,
  };
  const exchange: Exchange = { url: first, outcome: undefined, done: new Condition() };
  const task = new Task(simulation, follow(exchange, network, action, timeoutMs));
  yield* waitFor([exchange.done], timeoutMs);
  task.cancel();
  return exchange.outcome ?? failure(lateText(exchange.url));
}

/** A request and those that its redirects led to. */
interface Exchange {
  url: ProbeUrl;
  outcome: ProbeOutcome | undefined;
  readonly done: Condition;
}

function* follow(exchange: Exchange, network: NetworkStack, action: HTTPGetAction, timeoutMs: number): Coroutine<void> {
  const { host } = exchange.url;
  for (let followed = 0; ; followed++) {
    const answer = yield* get(network, exchange.url, action, timeoutMs);
    const next = 'result' in answer ? undefined : redirectOf(answer.response, exchange.url);
    if (next?.host !== host) {
      exchange.outcome = 'result' in answer ? answer : outcomeOf(answer);
      break;
    }
    exchange.url = next;
    if (followed < MAX_REDIRECTS - 1) continue;
    exchange.outcome = failure(`Get ${goQuote(urlText(next))}: stopped after 10 redirects`);
    break;
  }
  exchange.done.set();
}

interface ProbeUrl {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

interface Answer {
  readonly response: HttpResponse;
  readonly steadyUntil: Waitable | undefined;
}

const urlText = ({ scheme, host, port, path }: ProbeUrl): string => `${scheme}://${host}:${port}${path}`;
const lateText = (url: ProbeUrl): string =>
  `Get ${goQuote(urlText(url))}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;

function* get(
  network: NetworkStack,
  url: ProbeUrl,
  action: HTTPGetAction,
  timeoutMs: number,
): Coroutine<ProbeOutcome | Answer> {
  const { scheme, host, port, path } = url;
  const dialed = yield* network.dial({ host, port, timeoutMs });
  const failed = (text: string): ProbeOutcome => failure(`Get ${goQuote(urlText(url))}: ${text}`);
  if (!dialed.ok) {
    if (dialed.error.failure === 'timeout') return failure(lateText(url));
    return failed(dialText(dialed.error.failure, `${host}:${port}`));
  }
  const headers = new Map([
    ['host', `${host}:${port}`],
    ['user-agent', 'kube-probe/1.35'],
    ['accept', '*/*'],
    ['connection', 'close'],
  ]);
  for (const header of action.httpHeaders ?? []) headers.set(header.name.toLowerCase(), header.value);
  const secure = dialed.value.service.tls !== undefined;
  if (scheme === 'https' && !secure) return failed('http: server gave HTTP response to HTTPS client');
  const answer = yield* dialed.value.http({ method: 'GET', path, headers, body: '' });
  dialed.value.close();
  if (!answer.ok) return answer.error === 'timeout' ? failure(lateText(url)) : failed('EOF');
  return { response: answer.value, steadyUntil: dialed.value.service.capability?.(STEADY_HTTP) };
}

/** Where an answer redirects to, as far as probes follow it. */
function redirectOf({ status, headers }: HttpResponse, from: ProbeUrl): ProbeUrl | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (location === undefined) return undefined;
  const absolute = /^(https?):\/\/([^/:?#]+)(?::(\d+))?(\/[^#]*)?$/.exec(location);
  if (!absolute) return location.startsWith('/') ? { ...from, path: location } : undefined;
  const [, scheme, host, port, path] = absolute;
  const explicit = port as string | undefined;
  return {
    scheme,
    host,
    port: explicit === undefined ? (scheme === 'https' ? 443 : 80) : Number(explicit),
    path: path ?? '/',
  };
}

function outcomeOf({ response, steadyUntil }: Answer): ProbeOutcome {
  const { status, body } = response;
  const text = body.slice(0, MAX_BODY);
  if (status >= 200 && status < 300) return { result: 'success', output: text, steadyUntil };
  if (status >= 300 && status < 400)
    return { result: 'warning', output: `Probe terminated redirects, Response body: ${text}` };
  return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}`, steadyUntil };
}

/** No image here speaks gRPC: a connection that never becomes one is what a blocking dial waits for until its deadline. */
function* grpcProbe(port: number, { podIp }: ProbeTarget, timeoutMs: number): Coroutine<ProbeOutcome> {
  yield* sleep(timeoutMs);
  const within = formatGoDuration(timeoutMs * 1_000_000);
  return failure(
    `timeout: failed to connect service ${goQuote(`${podIp}:${port}`)} within ${within}: context deadline exceeded`,
  );
}
