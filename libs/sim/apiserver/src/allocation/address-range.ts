import type { RandomSource } from '@seatrial/kernel';

const toNumber = (address: string): number | undefined => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (!match) return undefined;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte < 256) ? bytes.reduce((value, byte) => value * 256 + byte, 0) : undefined;
};

const toText = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

/** A set of taken numbers, from which a free one is drawn at random; low numbers are kept for those who ask by number. */
class NumberAllocator {
  private readonly taken = new Set<number>();

  constructor(
    readonly first: number,
    readonly last: number,
    private readonly reserved: number,
    private readonly random: RandomSource,
  ) {}

  has(value: number): boolean {
    return this.taken.has(value);
  }

  /** False when it is taken already. */
  take(value: number): boolean {
    if (this.taken.has(value)) return false;
    this.taken.add(value);
    return true;
  }

  free(value: number): void {
    this.taken.delete(value);
  }

  draw(): number | undefined {
    const start = this.first + this.reserved;
    return this.drawFrom(start, this.last) ?? this.drawFrom(this.first, start - 1);
  }

  private drawFrom(low: number, high: number): number | undefined {
    const size = high - low + 1;
    if (size <= 0) return undefined;
    const offset = this.random.below(size);
    for (let i = 0; i < size; i++) {
      const value = low + ((offset + i) % size);
      if (this.take(value)) return value;
    }
    return undefined;
  }
}

export type AllocationFailure = 'taken' | 'outside' | 'full';

/** What services take their addresses from. */
export interface AddressPool {
  take(address: string): AllocationFailure | undefined;
  draw(): string | undefined;
  free(address: string): void;
  /** The same for a dry run. */
  dry(): AddressPool;
}

/** What services take their node ports from. */
export interface PortPool {
  readonly first: number;
  readonly last: number;
  take(port: number): AllocationFailure | undefined;
  draw(): number | undefined;
  free(port: number): void;
  /** The same for a dry run. */
  dry(): PortPool;
}

/** Addresses of services (pkg/registry/core/service/ipallocator): all of the range but its first and last. */
export class AddressRange {
  private readonly numbers: NumberAllocator;

  constructor(
    readonly cidr: string,
    random: RandomSource,
  ) {
    const [address, bits] = cidr.split('/');
    const size = 2 ** (32 - Number(bits));
    const base = toNumber(address) ?? 0;
    const usable = size - 2;
    const reserved = Math.min(Math.max(16, Math.floor(usable / 16)), 256);
    this.numbers = new NumberAllocator(base + 1, base + usable, usable > 16 ? reserved : 0, random);
  }

  take(address: string): AllocationFailure | undefined {
    const value = toNumber(address);
    if (value === undefined || value < this.numbers.first || value > this.numbers.last) return 'outside';
    return this.numbers.take(value) ? undefined : 'taken';
  }

  covers(address: string): boolean {
    const value = toNumber(address);
    return value !== undefined && value >= this.numbers.first && value <= this.numbers.last;
  }

  draw(): string | undefined {
    const value = this.numbers.draw();
    return value === undefined ? undefined : toText(value);
  }

  free(address: string): void {
    const value = toNumber(address);
    if (value !== undefined) this.numbers.free(value);
  }
}

/** Node ports of services (pkg/registry/core/service/portallocator). */
export class PortRange implements PortPool {
  private readonly numbers: NumberAllocator;

  constructor(
    readonly first: number,
    readonly last: number,
    random: RandomSource,
  ) {
    const reserved = Math.min(Math.max(16, Math.floor((last - first + 1) / 32)), 128);
    this.numbers = new NumberAllocator(first, last, reserved, random);
  }

  take(port: number): AllocationFailure | undefined {
    if (port < this.first || port > this.last) return 'outside';
    return this.numbers.take(port) ? undefined : 'taken';
  }

  draw(): number | undefined {
    return this.numbers.draw();
  }

  free(port: number): void {
    this.numbers.free(port);
  }

  dry(): PortPool {
    const { first, last, numbers } = this;
    return new DryPorts(first, last, (port) => numbers.has(port));
  }
}

/** A dry run's guess at the first port that it is asked for (PortAllocationOperation.AllocateNext). */
const FIRST_DRY_PORT = 32_769;

class DryPorts implements PortPool {
  private readonly asked: number[] = [];

  constructor(
    readonly first: number,
    readonly last: number,
    private readonly isTaken: (port: number) => boolean,
  ) {}

  take(port: number): AllocationFailure | undefined {
    if (this.isTaken(port) || this.asked.includes(port)) return 'taken';
    this.asked.push(port);
    return undefined;
  }

  draw(): number {
    const port = this.asked.length === 0 ? FIRST_DRY_PORT : Math.max(...this.asked) + 1;
    this.asked.push(port);
    return port;
  }

  free(): void {
    // Nothing is held.
  }

  dry(): PortPool {
    return this;
  }
}
