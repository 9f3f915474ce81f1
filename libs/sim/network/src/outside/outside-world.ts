import type { ConnectionInfo, Coroutine, HttpRequest, HttpResponse, NetworkService } from '@seatrial/kernel';
import { parseIpv4 } from '../address.js';
import type { ExternalHost, NetworkProfile } from '../network-fabric.js';
import { isPublicAddress, mayBePublicName } from './public-names.js';

type Sink = (what: string) => void;

type Site = NetworkService & Required<Pick<NetworkService, 'http'>>;

const isSite = (service: NetworkService | undefined): service is Site => service?.http !== undefined;

/** A web server outside, of which a part is known: what is asked for beyond it is told. */
class PartlyKnownSite implements NetworkService {
  readonly tls: NetworkService['tls'];

  constructor(
    private readonly site: Site,
    private readonly onUnknown: Sink | undefined,
  ) {
    this.tls = site.tls;
  }

  *http(request: HttpRequest, connection: ConnectionInfo): Coroutine<HttpResponse> {
    const response = yield* this.site.http(request, connection);
    if (response.unsupported !== undefined) this.onUnknown?.(response.unsupported);
    return response;
  }
}

/**
 * What is beyond the cluster: the hosts that are simulated, and the Internet's others, which cannot be known. Where there
 * is a way out, asking for one of those is told (`onUnknown`); it then reads as if nobody had the name or address.
 */
export class OutsideWorld {
  private readonly byName = new Map<string, ExternalHost>();
  private readonly byAddress = new Map<string, ExternalHost>();
  private readonly hasInternet: boolean;
  private readonly onUnknown: Sink | undefined;

  constructor({ external = [], internet, onUnknown }: NetworkProfile) {
    this.hasInternet = internet === true;
    this.onUnknown = onUnknown;
    for (const host of external) {
      this.byName.set(host.name.toLowerCase(), host);
      this.byAddress.set(host.address, host);
    }
  }

  /** The host of a name (lower case, without the last dot). */
  named(name: string): ExternalHost | undefined {
    return this.byName.get(name);
  }

  /** What name servers outside answer when nobody here has the name. */
  unknownName(name: string): 'NXDOMAIN' | 'SERVFAIL' {
    if (!this.hasInternet) return 'SERVFAIL';
    if (mayBePublicName(name)) this.onUnknown?.(`${name} on the Internet`);
    return 'NXDOMAIN';
  }

  at(address: string): ExternalHost | undefined {
    return this.byAddress.get(address);
  }

  /** Nobody here has the address that a packet goes to. */
  unknownAddress(address: string): void {
    const value = this.hasInternet ? parseIpv4(address) : undefined;
    if (value !== undefined && isPublicAddress(value)) this.onUnknown?.(`${address} on the Internet`);
  }

  /** What listens on a port of a host outside. */
  service(host: ExternalHost, port: number): NetworkService | undefined {
    const service = host.services?.[port];
    if (host.partlyKnown !== true) return service;
    if (isSite(service)) return new PartlyKnownSite(service, this.onUnknown);
    if (!service) this.onUnknown?.(`port ${port} of ${host.name} on the Internet`);
    return service;
  }
}
