import { STEADY_HTTP, type Coroutine, type NetworkStack, type Waitable } from '@seatrial/kernel';
import type { Container, HTTPGetAction, Probe } from 'kubernetes-types/core/v1.js';
import { formatGoDuration } from '@seatrial/schema';
import type { ContainerInstance } from '../container/container-instance.js';
import { runInContainer } from '../container/exec.js';

/** What one probe found; `output` is the text of the event. */
export interface ProbeOutcome {
  readonly result: 'success' | 'failure' | 'unknown';
  readonly output: string;
  /** The result stays until this is ready. */
  readonly steadyUntil?: Waitable | undefined;
}

export interface ProbeTarget {
  readonly instance: ContainerInstance;
  readonly container: Container;
  readonly podIp: string;
  /** The node's network, from where probes are sent. */
  readonly network: NetworkStack | undefined;
}

const success: ProbeOutcome = { result: 'success', output: '' };
const failure = (output: string): ProbeOutcome => ({ result: 'failure', output });
const MAX_BODY = 10_240;

function portOf(port: string | number | undefined, container: Container): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find((each) => each.name === port)?.containerPort;
  return named ?? Number.parseInt(port ?? '0', 10);
}

/** Runs a probe's handler once (pkg/kubelet/prober, pkg/probe). */
export function* runProbe(probe: Probe, target: ProbeTarget): Coroutine<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) return yield* execProbe(probe.exec.command ?? [], target, timeoutMs);
  if (probe.httpGet) return yield* httpProbe(probe.httpGet, target, timeoutMs);
  if (probe.tcpSocket)
    return yield* tcpProbe(
      probe.tcpSocket.host || target.podIp,
      portOf(probe.tcpSocket.port, target.container),
      target,
      timeoutMs,
    );
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

function dialText(failureKind: string, address: string): string {
  if (failureKind === 'refused') return `dial tcp ${address}: connect: connection refused`;
  if (failureKind === 'host-unreachable') return `dial tcp ${address}: connect: no route to host`;
  if (failureKind === 'network-unreachable') return `dial tcp ${address}: connect: network is unreachable`;
  return `dial tcp ${address}: i/o timeout`;
}

function* tcpProbe(host: string, port: number, { network }: ProbeTarget, timeoutMs: number): Coroutine<ProbeOutcome> {
  if (!network) return { result: 'unknown', output: 'no network' };
  const dialed = yield* network.dial({ host, port, timeoutMs });
  if (!dialed.ok) return failure(dialText(dialed.error.failure, `${host}:${port}`));
  dialed.value.close();
  return success;
}

function* httpProbe(action: HTTPGetAction, target: ProbeTarget, timeoutMs: number): Coroutine<ProbeOutcome> {
  const { network, podIp, container } = target;
  if (!network) return { result: 'unknown', output: 'no network' };
  const host = action.host || podIp;
  const port = portOf(action.port, container);
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const path = action.path ?? '/';
  const url = `${scheme}://${host}:${port}${path.startsWith('/') ? path : `/${path}`}`;
  const late = `Get ${JSON.stringify(url)}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
  const dialed = yield* network.dial({ host, port, timeoutMs });
  if (!dialed.ok) {
    if (dialed.error.failure === 'timeout') return failure(late);
    return failure(`Get ${JSON.stringify(url)}: ${dialText(dialed.error.failure, `${host}:${port}`)}`);
  }
  const headers = new Map([
    ['host', `${host}:${port}`],
    ['user-agent', 'kube-probe/1.35'],
    ['accept', '*/*'],
    ['connection', 'close'],
  ]);
  for (const header of action.httpHeaders ?? []) headers.set(header.name.toLowerCase(), header.value);
  const secure = dialed.value.service.tls !== undefined;
  if (scheme === 'https' && !secure)
    return failure(`Get ${JSON.stringify(url)}: http: server gave HTTP response to HTTPS client`);
  const answer = yield* dialed.value.http({
    method: 'GET',
    path: url.slice(url.indexOf('/', scheme.length + 3)),
    headers,
    body: '',
  });
  dialed.value.close();
  if (!answer.ok) return failure(answer.error === 'timeout' ? late : `Get ${JSON.stringify(url)}: EOF`);
  const { status, body } = answer.value;
  const steadyUntil = dialed.value.service.capability?.(STEADY_HTTP);
  if (status >= 200 && status < 400) return { result: 'success', output: body.slice(0, MAX_BODY), steadyUntil };
  return failure(`HTTP probe failed with statuscode: ${status}`);
}

function* grpcProbe(port: number, { network, podIp }: ProbeTarget, timeoutMs: number): Coroutine<ProbeOutcome> {
  const address = `${podIp}:${port}`;
  const late = failure(
    `timeout: failed to connect service ${JSON.stringify(address)} within ${formatGoDuration(timeoutMs * 1_000_000)}: context deadline exceeded`,
  );
  if (!network) return late;
  const dialed = yield* network.dial({ host: podIp, port, timeoutMs });
  if (!dialed.ok) return late;
  dialed.value.close();
  return success;
}
