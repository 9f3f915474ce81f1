import type { FacilityKey } from '../machine.js';
import type { Coroutine } from '../process/program.js';
import type { Input, Output } from '../process/stream.js';
import type { Waitable } from '../process/waitable.js';
import type { Result } from '../result.js';

/** Why a connection did not come about, as errno or the resolver name it. */
export type DialFailure =
  | 'refused' // ECONNREFUSED: a machine answered that nothing listens
  | 'timeout' // ETIMEDOUT: packets were dropped
  | 'host-unreachable' // EHOSTUNREACH
  | 'network-unreachable' // ENETUNREACH
  | 'reset' // ECONNRESET
  | 'name-not-found' // NXDOMAIN
  | 'name-server-failure'; // no answer from any name server

/** One step of a packet's way, and what was decided there; evidence for reasons. */
export interface Hop {
  readonly where: string;
  readonly decision: string;
}

export interface DialError {
  readonly failure: DialFailure;
  /** How long the attempt took, ms; a timeout takes what the caller allowed. */
  readonly afterMs: number;
  /** The address that was tried, once it was known. */
  readonly address?: string;
  readonly hops: readonly Hop[];
}

export interface HttpRequest {
  readonly method: string;
  /** Path with query, as on the request line. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /**
   * Takes pieces of an answer that goes on for a while, as they come; false when nobody reads them any more. The answer's
   * body is then what is left. Services that answer at once do not use it.
   */
  readonly onPiece?: (text: string) => Coroutine<boolean>;
}

export interface HttpResponse {
  readonly status: number;
  /** Names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Set by a host outside of which a part is simulated: what was asked for that is not. */
  readonly unsupported?: string;
}

/** The two ends that a service sees of one connection. */
export interface ConnectionInfo {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** What a TLS server shows of itself. */
export interface ServiceCertificate {
  /** Distinguished names; equal ones mean that it is signed by itself. */
  readonly subject: string;
  readonly issuer: string;
  /** Its subject alternative names. */
  readonly names: readonly string[];
  /** The certificate as the server has it, for clients that are given the same one as authority. */
  readonly pem?: string;
}

/** TLS in front of a service. `issuer` names who signed the certificate; `notAfter` is when it ends, virtual ms since the epoch. */
export interface ServiceTls {
  readonly issuer: string;
  readonly names: readonly string[];
  readonly notAfter?: number;
  /** Which of several issuers of one name it is: the field `authority` of its certificate. */
  readonly authority?: string;
  /** The certificate for a server name (SNI), where it depends on it. */
  readonly certificate?: (serverName: string) => ServiceCertificate;
  /** The issuer is one that every client trusts. */
  readonly trusted?: boolean;
  /** HTTP/2 is offered (ALPN). */
  readonly http2?: boolean;
}

/** What listens on a port. At least one of `http` and `stream` is there; `http` is also spoken over a raw stream. */
export interface NetworkService {
  /** Answers one request; may wait, and may call other services. */
  readonly http?: (request: HttpRequest, connection: ConnectionInfo) => Coroutine<HttpResponse>;
  /** Speaks another protocol over the two directions of a connection, until it returns. */
  readonly stream?: (input: Input, output: Output, connection: ConnectionInfo) => Coroutine<void>;
  /** Set when `http` is behind TLS. */
  readonly tls?: ServiceTls;
  /** Offered where the server can be frozen: it takes connections but says nothing until the condition is ready. */
  readonly frozen?: () => Waitable | undefined;
  /** Typed access for clients of the simulator itself (kubectl to the API server). */
  readonly capability?: <T>(key: FacilityKey<T>) => T | undefined;
}

/** An open connection, seen by its client. */
export interface Connection extends ConnectionInfo {
  readonly service: NetworkService;
  readonly hops: readonly Hop[];
  /** One HTTP exchange; 'reset' when the service does not speak HTTP or goes away. */
  http(request: HttpRequest): Coroutine<Result<HttpResponse, 'reset' | 'timeout'>>;
  /** A raw stream to the service. */
  open(): { readonly input: Input; readonly output: Output };
  close(): void;
}

export interface DialTarget {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  /** Gives up after this long, ms. */
  readonly timeoutMs?: number;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'TXT' | 'NS' | 'MX';
  readonly ttl: number;
  readonly data: string;
}

/**
 * `code` as a DNS answer carries it (RFC 1035, 4.1.1), `timeout` when no server answered, `unreachable` when the machine
 * said that nothing listens (an ICMP error).
 */
export interface DnsAnswer {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'timeout' | 'unreachable';
  readonly server: string;
  readonly records: readonly DnsRecord[];
}

export interface Listener {
  readonly address: string;
  readonly port: number;
  close(): void;
}

/** The network as one machine sees it (its network namespace). */
export interface NetworkStack {
  /** Own addresses, without loopback; the first is the primary one. */
  readonly addresses: readonly string[];
  /** Name resolution as the C library does it: hosts file, search path, name servers. Addresses resolve to themselves. */
  resolve(host: string): Coroutine<Result<readonly string[], DialError>>;
  /** One question to one name server (by default the first of resolv.conf), without search path. */
  query(name: string, type: DnsRecord['type'], server?: string): Coroutine<DnsAnswer>;
  dial(target: DialTarget): Coroutine<Result<Connection, DialError>>;
  /** As `dial`: the connection itself where nothing has to be waited for. */
  dialNow?(target: DialTarget): Connection | Coroutine<Result<Connection, DialError>>;
  listen(
    port: number,
    service: NetworkService,
    options?: { readonly address?: string; readonly protocol?: 'TCP' | 'UDP' },
  ): Result<Listener, 'address-in-use'>;
  /** Whether an ICMP echo to the address is answered. */
  ping(address: string): boolean;
  /** The TTL of an answered echo, where routers may lie between; 64 when not said. */
  timeToLive?(address: string): number;
  /** How long an echo to the address is on its way, ms, where that is more than within a cluster. */
  roundTripMs?(address: string): number;
  /** Who says that the address is unreachable (an ICMP error), where somebody does. */
  unreachableFrom?(address: string): string | undefined;
}

/**
 * Offered by a service whose HTTP answers, without side effects, stay what they are until the condition is ready:
 * probes need not ask again before that.
 */
export const STEADY_HTTP: FacilityKey<Waitable> = { name: 'steady-http' };
