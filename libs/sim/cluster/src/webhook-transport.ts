import { parsePemBlocks, type WebhookCall, type WebhookReply, type WebhookTransport } from '@seatrial/apiserver';
import {
  fail,
  ok,
  type Coroutine,
  type DialFailure,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
  type Simulation,
} from '@seatrial/kernel';
import type { NetworkFabric } from '@seatrial/network';
import { formatTime } from '@seatrial/schema';

const DEADLINE = 'context deadline exceeded';
/** A program that waits more often than this for one answer gives none. */
const MAX_WAITS = 10_000;
/** How long the kernel asks in vain who has an address. */
const ARP_TIMEOUT_MS = 3000;

function dialText(failure: DialFailure, { host, port }: WebhookCall): string {
  const dial = `dial tcp ${host}:${port}`;
  switch (failure) {
    case 'refused':
      return `${dial}: connect: connection refused`;
    case 'reset':
      return 'EOF';
    case 'host-unreachable':
      return `${dial}: connect: no route to host`;
    case 'network-unreachable':
      return `${dial}: connect: network is unreachable`;
    case 'name-not-found':
    case 'name-server-failure':
      return `dial tcp: lookup ${host}: no such host`;
    case 'timeout':
      return DEADLINE;
  }
}

const matchesName = (pattern: string, name: string): boolean =>
  pattern === name || (pattern.startsWith('*.') && name.slice(name.indexOf('.')) === pattern.slice(1));

/** What Go's crypto/x509 holds against a server's certificate, in its order. */
function certificateError(tls: NetworkService['tls'], call: WebhookCall, now: number): string | undefined {
  if (!tls) return 'http: server gave HTTP response to HTTPS client';
  const failed = (why: string): string => `tls: failed to verify certificate: x509: ${why}`;
  const { notAfter, names, issuer } = tls;
  if (notAfter !== undefined && notAfter <= now)
    return failed(
      `certificate has expired or is not yet valid: current time ${formatTime(now)} is after ${formatTime(notAfter)}`,
    );
  if (names.length === 0) return failed('certificate relies on legacy Common Name field, use SANs instead');
  if (!names.some((pattern) => matchesName(pattern, call.serverName)))
    return failed(`certificate is valid for ${names.join(', ')}, not ${call.serverName}`);
  const trusted = parsePemBlocks(call.certificateAuthorities).some((pem) => pem.fields.get('subject') === issuer);
  return trusted ? undefined : failed('certificate signed by unknown authority');
}

/** A dial that comes to nothing: at once, or when the kernel or the call gives up. */
function undialled(failure: DialFailure, call: WebhookCall): WebhookReply {
  const natural = failure === 'timeout' ? Infinity : failure === 'host-unreachable' ? ARP_TIMEOUT_MS : 0;
  const cut = natural >= call.timeoutMs;
  return { answer: fail(cut ? DEADLINE : dialText(failure, call)), tookMs: Math.min(natural, call.timeoutMs) };
}

/** Runs a server's answer to its end without time passing: what it would wait counts against the limit. */
function answerNow(answer: Coroutine<HttpResponse>, limitMs: number): WebhookReply {
  let waited = 0;
  let step = answer.next({ index: 0 });
  for (let waits = 0; step.done !== true; waits++) {
    const { on, timeoutMs = Infinity } = step.value;
    const ready = on.findIndex((waitable) => waitable.ready);
    if (ready < 0) waited += timeoutMs;
    if (waited >= limitMs || waits > MAX_WAITS) return { answer: fail(DEADLINE), tookMs: limitMs };
    step = answer.next({ index: ready });
  }
  return { answer: ok(step.value), tookMs: waited };
}

function post(
  simulation: Simulation,
  network: NetworkFabric,
  nodeName: string | undefined,
  call: WebhookCall,
): WebhookReply {
  simulation.charge('steps', 1);
  const reached = network.reach(nodeName, call.host, call.port);
  if (!reached.ok) return undialled(reached.error, call);
  const failed = (why: string): WebhookReply => ({ answer: fail(why), tookMs: 0 });
  const { service, connection } = reached.value;
  const distrusted = certificateError(service.tls, call, simulation.now());
  if (distrusted !== undefined) return failed(distrusted);
  if (!service.http) return failed('EOF');
  const request: HttpRequest = {
    method: 'POST',
    path: call.path,
    headers: new Map([
      ['host', `${call.serverName}:${call.port}`],
      ['user-agent', 'kube-apiserver-admission'],
      ['content-type', 'application/json'],
      ['accept', 'application/json, */*'],
    ]),
    body: call.body,
  };
  return answerNow(service.http(request, connection), call.timeoutMs);
}

/** How the API server of a cluster reaches webhooks: over the cluster's network from where it runs itself. */
export function createWebhookTransport(
  simulation: Simulation,
  network: NetworkFabric,
  nodeName: string | undefined,
): WebhookTransport {
  return { post: (call) => post(simulation, network, nodeName, call) };
}
