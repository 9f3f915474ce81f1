import type {
  FacilityKey,
  Listener,
  NetworkService,
  NetworkStack,
  RandomSource,
  ServiceTls,
  Waitable,
} from '@seatrial/kernel';

/** Where Linux takes a port that nobody names (ip_local_port_range). */
const FIRST_PORT = 32_768;
const PORTS = 28_232;

/** A port of the machine that nobody has named. */
export const unnamedPort = (random: RandomSource): number => FIRST_PORT + random.below(PORTS);

/** Where a port of the machine leads. */
export interface PortTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * What listens on a port of the host that leads to a node: whatever the node has there now. `others` are hosts that it goes
 * to where the first has nothing: a balancer's.
 */
export function forwardingService(
  network: NetworkStack,
  { host, port }: PortTarget,
  others: readonly string[] = [],
): NetworkService {
  const inner = (): NetworkService | undefined => {
    for (const each of [host, ...others]) {
      // To an address within reach, nothing has to be waited for.
      const dialed = network.dial({ host: each, port }).next({ index: -1 });
      if (dialed.done && dialed.value.ok) return dialed.value.value.service;
    }
    return undefined;
  };
  return new ForwardingService(inner);
}

class ForwardingService implements NetworkService {
  private lastTls: ServiceTls | undefined;

  constructor(private readonly inner: () => NetworkService | undefined) {}

  get http(): NetworkService['http'] {
    return this.inner()?.http;
  }

  get stream(): NetworkService['stream'] {
    return this.inner()?.stream;
  }

  /** What was there last: to a server that is gone no handshake can tell. */
  get tls(): ServiceTls | undefined {
    this.lastTls = this.inner()?.tls ?? this.lastTls;
    return this.lastTls;
  }

  frozen(): Waitable | undefined {
    return this.inner()?.frozen?.();
  }

  capability<T>(key: FacilityKey<T>): T | undefined {
    return this.inner()?.capability?.(key);
  }
}

/** A port that Docker publishes for a node: open while the node's container runs. */
export class PublishedPort {
  private listener: Listener | undefined;

  constructor(
    private readonly network: NetworkStack,
    readonly node: string,
    readonly hostIp: string,
    readonly hostPort: number,
    readonly target: PortTarget,
    private readonly others: readonly string[] = [],
  ) {}

  /** False where something else has the port. */
  open(): boolean {
    if (this.listener) return true;
    const opened = this.network.listen(this.hostPort, forwardingService(this.network, this.target, this.others), {
      address: this.hostIp,
    });
    if (opened.ok) this.listener = opened.value;
    return opened.ok;
  }

  close(): void {
    this.listener?.close();
    this.listener = undefined;
  }
}
