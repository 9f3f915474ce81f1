import {
  fail,
  ok,
  sleep,
  type Connection,
  type Coroutine,
  type DialError,
  type DialFailure,
  type DialTarget,
  type DnsAnswer,
  type DnsRecord,
  type FileSystem,
  type NetworkStack,
  type Result,
} from '@seatrial/kernel';
import { ResolvedNames } from './dns/resolved-names.js';
import { readResolvConf, resolveHost } from './dns/resolver.js';
import { inRange, parseIpv4 } from './address.js';
import { answersEcho, roundTripOf, routersBetween, unreachableFrom } from './echo.js';
import { rulesOn, type NetworkGraph } from './network-graph.js';
import type { NetworkNamespace } from './network-namespace.js';
import { OpenConnection } from './open-connection.js';
import { route, type FailedRoute } from './route.js';

/** Linux gives up connecting after about 134 s (tcp_syn_retries 6); ARP after 3 s. */
const CONNECT_TIMEOUT_MS = 134_000;
const ARP_TIMEOUT_MS = 3_060;
const DNS_TIMEOUT_MS = 5_000;
const FIRST_EPHEMERAL_PORT = 32_768;

/** The network as a machine with these files sees it from a namespace. */
export const createStack = (graph: NetworkGraph, namespace: NetworkNamespace, files: () => FileSystem): NetworkStack =>
  new NamespaceStack(graph, namespace, files);

class NamespaceStack implements NetworkStack {
  private names: ResolvedNames | undefined;
  private nextPort: number;

  constructor(
    private readonly graph: NetworkGraph,
    private readonly namespace: NetworkNamespace,
    private readonly files: () => FileSystem,
  ) {
    this.nextPort = FIRST_EPHEMERAL_PORT + graph.random.below(20_000);
  }

  get addresses(): readonly string[] {
    return this.namespace.addresses;
  }

  resolve(host: string): Coroutine<Result<readonly string[], DialError>> {
    return this.resolveUntil(host, undefined);
  }

  private *resolveUntil(host: string, deadline: number | undefined): Coroutine<Result<readonly string[], DialError>> {
    const { graph, namespace } = this;
    const at = this.files();
    const start = graph.simulation.now();
    const resolved = yield* resolveHost(at, host, (name, type, server) =>
      ask(graph, namespace, name, type, server, deadline),
    );
    if (resolved.ok && graph.simulation.now() === start)
      (this.names ??= new ResolvedNames(graph, namespace)).keep(at, host, resolved.value);
    return resolved;
  }

  query(name: string, type: DnsRecord['type'], server?: string): Coroutine<DnsAnswer> {
    return ask(this.graph, this.namespace, name, type, server ?? readResolvConf(this.files()).servers[0] ?? '');
  }

  *dial(target: DialTarget): Coroutine<Result<Connection, DialError>> {
    const made = this.dialNow(target);
    return made instanceof OpenConnection ? ok(made) : yield* made;
  }

  dialNow(target: DialTarget): OpenConnection | Coroutine<Result<Connection, DialError>> {
    const known = this.names?.find(this.files(), target.host);
    return known ? this.dialAddress(known[0], target) : this.dialUnknown(target);
  }

  private *dialUnknown(target: DialTarget): Coroutine<Result<Connection, DialError>> {
    const { simulation } = this.graph;
    const start = simulation.now();
    const deadline = target.timeoutMs === undefined ? undefined : start + target.timeoutMs;
    const resolved = yield* this.resolveUntil(target.host, deadline);
    if (!resolved.ok) return fail({ ...resolved.error, afterMs: simulation.now() - start });
    const made = this.dialAddress(resolved.value[0], target);
    return made instanceof OpenConnection ? ok(made) : yield* made;
  }

  private dialAddress(address: string, target: DialTarget): OpenConnection | Coroutine<Result<Connection, DialError>> {
    const { graph, namespace } = this;
    const found = route(graph, namespace, address, target.port, target.protocol ?? 'TCP');
    if (found.kind === 'failure') return giveUp(found, address, target.timeoutMs);
    const localPort = this.nextPort++;
    if (this.nextPort > 60_999) this.nextPort = FIRST_EPHEMERAL_PORT;
    const localAddress = address.startsWith('127.') ? '127.0.0.1' : (namespace.addresses[0] ?? found.clientAddress);
    return new OpenConnection(graph.simulation, found, address, target.port, localAddress, localPort);
  }

  listen(...parts: Parameters<NetworkStack['listen']>): ReturnType<NetworkStack['listen']> {
    return this.namespace.listen(...parts);
  }

  ping(address: string): boolean {
    return answersEcho(this.graph, this.namespace, address);
  }

  timeToLive(address: string): number {
    return 64 - routersBetween(this.graph, this.namespace, address);
  }

  roundTripMs(address: string): number {
    return roundTripOf(this.graph, address);
  }

  unreachableFrom(address: string): string | undefined {
    return unreachableFrom(this.graph, this.namespace, address);
  }
}

function* giveUp(
  { failure, hops }: FailedRoute,
  address: string,
  timeoutMs: number | undefined,
): Coroutine<Result<Connection, DialError>> {
  const { ms, cut } = yield* wait(failure, timeoutMs);
  return fail({ failure: cut ? 'timeout' : failure, afterMs: ms, address, hops });
}

function* wait(
  failure: DialFailure,
  timeoutMs: number | undefined,
): Coroutine<{ readonly ms: number; readonly cut: boolean }> {
  const natural = failure === 'timeout' ? CONNECT_TIMEOUT_MS : failure === 'host-unreachable' ? ARP_TIMEOUT_MS : 0;
  const ms = Math.min(natural, timeoutMs ?? natural);
  if (ms > 0) yield* sleep(ms);
  return { ms, cut: ms < natural };
}

function* ask(
  graph: NetworkGraph,
  from: NetworkNamespace,
  name: string,
  type: DnsRecord['type'],
  server: string,
  deadline = Number.POSITIVE_INFINITY,
): Coroutine<DnsAnswer> {
  const nobody = (code: 'timeout' | 'unreachable'): DnsAnswer => ({ code, server, records: [] });
  const reached = nameServerAt(graph, from, server);
  if (reached === 'timeout') {
    yield* sleep(Math.max(0, Math.min(DNS_TIMEOUT_MS, deadline - graph.simulation.now())));
    return nobody('timeout');
  }
  if (reached === 'refused') return nobody('unreachable');
  if (reached === 'cluster') {
    const answer = graph.dns.answer(name, type);
    if (answer) {
      const alias = answer.records.find((record) => record.type === 'CNAME');
      const followed =
        alias && type === 'A' ? (graph.dns.answer(alias.data, 'A') ?? upstream(graph, alias.data)) : undefined;
      return { code: answer.code, server, records: [...answer.records, ...(followed?.records ?? [])] };
    }
  }
  return { ...upstream(graph, name), server };
}

const DNS_PORT = 53;

/** Who answers questions at an address: the cluster's DNS, a name server outside, or nobody. */
function nameServerAt(
  graph: NetworkGraph,
  from: NetworkNamespace,
  server: string,
): 'cluster' | 'outside' | 'refused' | 'timeout' {
  if (!from.reachable) return 'timeout';
  const rules = rulesOn(graph, from.nodeName);
  const service = rules?.withAddress(server);
  if (rules && service) {
    const port = service.spec.ports?.find((each) => each.port === DNS_PORT);
    if (!port) return 'timeout';
    const { namespace = '', name } = service.metadata;
    const ready = rules.endpoints(namespace, name, port.name ?? '').filter((endpoint) => endpoint.ready);
    if (ready.length === 0) return 'refused';
    const answering = ready.map((endpoint) => dnsPodAt(graph, from, endpoint.address));
    return answering.find((each) => each === 'cluster') ?? answering[0];
  }
  if (graph.podByAddress.has(server)) return dnsPodAt(graph, from, server);
  if (graph.nodeByAddress.has(server)) return 'refused';
  const address = parseIpv4(server);
  return address !== undefined && inRange(graph.serviceRange, address) ? 'timeout' : 'outside';
}

/** Whether a pod is one of the cluster's DNS and can be reached. */
function dnsPodAt(graph: NetworkGraph, from: NetworkNamespace, address: string): 'cluster' | 'refused' | 'timeout' {
  const pod = graph.podByAddress.get(address);
  if (!pod?.pod || !pod.reachable || graph.nodes.get(pod.nodeName ?? '')?.namespace.reachable === false)
    return 'timeout';
  if (graph.enforcesPolicy) {
    const source = from.pod ? graph.policy.podOf(from.pod.namespace, from.pod.name) : undefined;
    const target = graph.policy.podOf(pod.pod.namespace, pod.pod.name);
    const own = { address: from.addresses[0] ?? '', pod: source };
    if (graph.policy.refusal(own, { address, pod: target }, DNS_PORT, 'UDP') !== undefined) return 'timeout';
  }
  const { namespace, name } = pod.pod;
  const labels = graph.policy.podOf(namespace, name)?.metadata.labels;
  return namespace === 'kube-system' && labels?.['k8s-app'] === 'kube-dns' ? 'cluster' : 'refused';
}

function upstream(graph: NetworkGraph, name: string): Pick<DnsAnswer, 'code' | 'records'> {
  const lower = name.toLowerCase().replace(/\.$/, '');
  const host = graph.outside.named(lower);
  if (!host) return { code: graph.outside.unknownName(lower), records: [] };
  return { code: 'NOERROR', records: [{ name: lower, type: 'A', ttl: 300, data: host.address }] };
}
