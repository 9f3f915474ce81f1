import {
  fail,
  ok,
  type Connection,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Process,
  type Result,
} from '@seatrial/kernel';
import type { NginxConfig, NginxPeer } from './nginx-config.js';
import { emergency, type NginxComplaint } from './nginx-log.js';

const CONNECT_MS = 60_000;

/** What nginx answers to a request. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: HttpResponse['headers'];
}

/** Headers of an upstream's answer that nginx writes itself. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'server',
  'transfer-encoding',
]);

/** Where requests are passed on to: names are looked up once, when the configuration is read. */
export class NginxUpstreams {
  /** By group, what each server has been owed since its turn. */
  private readonly credits = new Map<string, number[]>();

  constructor(
    private readonly config: NginxConfig,
    private readonly addresses: ReadonlyMap<string, string>,
  ) {}

  /** What an upstream answers to a request that is passed on; undefined when none does. */
  *pass(process: Process, upstream: string, prefix: string, request: HttpRequest): Coroutine<Answer | undefined> {
    const url = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(upstream);
    if (!url) return undefined;
    const [, host, port, base] = url as unknown as readonly [string, string, ...(string | undefined)[]];
    const connection = yield* this.connect(process, host, Number(port ?? '80'));
    if (!connection) return undefined;
    const path = base === undefined ? request.path : `${base}${request.path.slice(prefix.length)}`;
    const headers = new Map(request.headers);
    headers.set('host', port === undefined ? host : `${host}:${port}`);
    const answered = yield* connection.http({ ...request, path, headers });
    connection.close();
    if (!answered.ok) return undefined;
    const { status, body, headers: all } = answered.value;
    const type = all.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'text/plain';
    return { status, body, type, headers: all.filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())) };
  }

  /** A connection to a host or to the next server of a group that answers; undefined when none does. */
  private *connect(process: Process, host: string, port: number): Coroutine<Connection | undefined> {
    const group = this.config.upstreams.get(host);
    const peers: readonly Pick<NginxPeer, 'host' | 'port' | 'weight'>[] = group ?? [{ host, port, weight: 1 }];
    const tried = new Set<number>();
    while (tried.size < peers.length) {
      const next = this.nextOf(host, peers, tried);
      tried.add(next);
      const peer = peers[next];
      const address = this.addresses.get(peer.host) ?? peer.host;
      const dialed = yield* process.machine.network.dial({ host: address, port: peer.port, timeoutMs: CONNECT_MS });
      if (dialed.ok) return dialed.value;
    }
    return undefined;
  }

  /** The server whose turn it is by weight, evenly spread (ngx_http_upstream_get_peer); some were tried already. */
  private nextOf(host: string, peers: readonly Pick<NginxPeer, 'weight'>[], tried: ReadonlySet<number>): number {
    const credits = this.credits.get(host) ?? peers.map(() => 0);
    this.credits.set(host, credits);
    const open = peers.flatMap((_peer, index) => (tried.has(index) ? [] : [index]));
    for (const index of open) credits[index] += peers[index].weight;
    const best = open.reduce((most, index) => (credits[index] > credits[most] ? index : most));
    credits[best] -= open.reduce((sum, index) => sum + peers[index].weight, 0);
    return best;
  }
}

/** Looks every host up that requests may be passed on to; the first that has no address ends it. */
export function* resolveUpstreams(
  process: Process,
  config: NginxConfig,
): Coroutine<Result<NginxUpstreams, NginxComplaint>> {
  const addresses = new Map<string, string>();
  for (const { host, place } of config.peers) {
    if (addresses.has(host)) continue;
    const found = yield* process.machine.network.resolve(host);
    if (!found.ok || found.value.length === 0)
      return fail(emergency(`host not found in upstream "${host}" in ${place}`));
    addresses.set(host, found.value[0]);
  }
  return ok(new NginxUpstreams(config, addresses));
}
