/** An IPv4 address as a number; undefined when the text is none. */
export function parseIpv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** A CIDR block of IPv4 addresses. */
export interface AddressRange {
  readonly first: number;
  readonly size: number;
}

export function parseCidr(text: string): AddressRange | undefined {
  const [address, length] = text.split('/');
  const base = parseIpv4(address);
  const bits = Number(length ?? '32');
  if (base === undefined || !Number.isInteger(bits) || bits < 0 || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  return { first: Math.floor(base / size) * size, size };
}

export function inRange(range: AddressRange | undefined, address: number): boolean {
  return range !== undefined && address >= range.first && address < range.first + range.size;
}

/** Gives out a range's addresses in order, from .2 on, coming round to freed ones last (host-local IPAM). */
export class AddressPool {
  private readonly used = new Set<number>();
  private next: number;

  constructor(private readonly range: AddressRange) {
    this.next = range.first + 2;
  }

  allocate(): string | undefined {
    const last = this.range.first + this.range.size - 2;
    for (let tries = 0; tries < this.range.size; tries++) {
      const candidate = this.next;
      this.next = candidate >= last ? this.range.first + 2 : candidate + 1;
      if (this.used.has(candidate)) continue;
      this.used.add(candidate);
      return formatIpv4(candidate);
    }
    return undefined;
  }

  release(address: string): void {
    const value = parseIpv4(address);
    if (value !== undefined) this.used.delete(value);
  }
}
