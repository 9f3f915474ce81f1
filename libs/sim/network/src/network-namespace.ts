import { fail, ok, type Listener, type NetworkService, type Result } from '@seatrial/kernel';

/** Something that listens. */
export interface OpenPort {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly service: NetworkService;
  readonly closed: boolean;
}

/** Something that listens in a namespace. */
class OwnPort implements OpenPort, Listener {
  closed = false;

  constructor(
    private readonly namespace: NetworkNamespace,
    readonly address: string,
    readonly port: number,
    readonly protocol: 'TCP' | 'UDP',
    readonly service: NetworkService,
  ) {}

  close(): void {
    this.namespace.close(this);
  }
}

/** What would listen by now, had anybody looked. */
export interface Sleeper {
  wake(): void;
}

const ANY = '0.0.0.0';

/** A network namespace: addresses and open ports. A node has one, a pod has one. */
export class NetworkNamespace {
  private opened: readonly OwnPort[] = [];
  /** What is to be called before anything here is looked at, once. */
  private sleeper: Sleeper | undefined;
  /** Cut off from everything but itself. */
  reachable = true;

  constructor(
    readonly addresses: readonly string[],
    readonly nodeName: string | undefined,
    /** `namespace/name` of the pod, when it is a pod's. */
    readonly pod: { readonly namespace: string; readonly name: string } | undefined,
  ) {}

  /** Has something woken before anything here is looked at. */
  beforeUse(sleeper: Sleeper): void {
    this.sleeper = sleeper;
  }

  private get ports(): readonly OwnPort[] {
    const { sleeper } = this;
    this.sleeper = undefined;
    sleeper?.wake();
    return this.opened;
  }

  listen(
    port: number,
    service: NetworkService,
    options: { readonly address?: string; readonly protocol?: 'TCP' | 'UDP' } = {},
  ): Result<Listener, 'address-in-use'> {
    const address =
      options.address === undefined || options.address === '' || options.address === '::' ? ANY : options.address;
    const protocol = options.protocol ?? 'TCP';
    const { ports } = this;
    const taken = ports.some(
      (open) =>
        open.port === port &&
        open.protocol === protocol &&
        (open.address === address || open.address === ANY || address === ANY),
    );
    if (taken) return fail('address-in-use');
    const open = new OwnPort(this, address, port, protocol, service);
    this.opened = ports.length === 0 ? [open] : [...ports, open];
    return ok(open);
  }

  /** Nothing listens there any more. */
  close(open: OwnPort): void {
    open.closed = true;
    this.opened = this.opened.filter((each) => each !== open);
  }

  /** What answers at an address and port of this namespace. */
  find(address: string, port: number, protocol: 'TCP' | 'UDP' | 'SCTP'): OpenPort | undefined {
    const local = address.startsWith('127.');
    for (const open of this.ports)
      if (
        open.port === port &&
        open.protocol === protocol &&
        (open.address === ANY || open.address === address || (local && open.address === 'localhost'))
      )
        return open;
    return undefined;
  }

  openPorts(): readonly OpenPort[] {
    return this.ports;
  }

  closeAll(): void {
    for (const open of this.opened) open.closed = true;
    this.opened = [];
    this.sleeper = undefined;
  }

  owns(address: string): boolean {
    return address.startsWith('127.') || address === '::1' || this.addresses.includes(address) || address === ANY;
  }
}
