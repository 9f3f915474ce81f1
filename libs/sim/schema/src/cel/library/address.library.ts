import type { Environment } from '@marcbachmann/cel-js';
import { cidrContains, parseCidr, parseIp, type Cidr, type IpAddress } from '../../validation/ip-address.js';

function formatIp({ value, bits }: IpAddress): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - i * 16)) & 0xffffn).toString(16));
  const text = groups.join(':');
  const zeros = [...text.matchAll(/(?:^|:)(?:0(?::|$)){2,}/g)].sort((a, b) => b[0].length - a[0].length)[0];
  return zeros ? text.replace(zeros[0], '::') : text;
}

class Ip {
  constructor(readonly address: IpAddress) {}
  toString(): string {
    return formatIp(this.address);
  }
}

class IpRange {
  constructor(readonly range: Cidr) {}
  toString(): string {
    return `${formatIp(this.range.address)}/${this.range.prefix}`;
  }
}

class IpNamespace {
  readonly name = 'ip';
}

function mustIp(text: string): Ip {
  const address = parseIp(text);
  if (!address)
    throw new Error(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)}): unable to parse IP`,
    );
  return new Ip(address);
}

function mustCidr(text: string): IpRange {
  const range = parseCidr(text);
  if (!range)
    throw new Error(
      `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): no '/'`,
    );
  return new IpRange(range);
}

const within =
  (...ranges: readonly string[]) =>
  ({ address }: Ip): boolean =>
    ranges.some((text) => {
      const range = parseCidr(text);
      return range !== undefined && cidrContains(range, address);
    });

const isUnspecified = within('0.0.0.0/32', '::/128');
const isLoopback = within('127.0.0.0/8', '::1/128');
const isLinkLocalMulticast = within('224.0.0.0/24', 'ff02::/16');
const isLinkLocalUnicast = within('169.254.0.0/16', 'fe80::/10');
const isMulticast = within('224.0.0.0/4', 'ff00::/8');
const isBroadcast = within('255.255.255.255/32');

function masked({ range }: IpRange): IpRange {
  const shift = BigInt(range.address.bits - range.prefix);
  return new IpRange({ ...range, address: { ...range.address, value: (range.address.value >> shift) << shift } });
}

const containsRange = (outer: IpRange, inner: IpRange): boolean =>
  inner.range.prefix >= outer.range.prefix && cidrContains(outer.range, inner.range.address);

/** Addresses and ranges (k8s.io/apiserver/pkg/cel/library ip.go, cidr.go). */
export function registerAddressLibrary(env: Environment): void {
  env.registerType('net.IP', Ip);
  env.registerType('net.CIDR', IpRange);
  env.registerType('IpNamespace', IpNamespace);
  env.registerConstant('ip', 'IpNamespace', new IpNamespace());
  env.registerFunction('IpNamespace.isCanonical(string): bool', (_: unknown, text: string) => {
    return mustIp(text).toString() === text;
  });
  env.registerFunction('isIP(string): bool', (text: string) => parseIp(text) !== undefined);
  env.registerFunction('ip(string): net.IP', mustIp);
  env.registerFunction('string(net.IP): string', String);
  env.registerFunction('net.IP.family(): int', ({ address }: Ip) => (address.bits === 32 ? 4n : 6n));
  env.registerFunction('net.IP.isUnspecified(): bool', isUnspecified);
  env.registerFunction('net.IP.isLoopback(): bool', isLoopback);
  env.registerFunction('net.IP.isLinkLocalMulticast(): bool', isLinkLocalMulticast);
  env.registerFunction('net.IP.isLinkLocalUnicast(): bool', isLinkLocalUnicast);
  env.registerFunction(
    'net.IP.isGlobalUnicast(): bool',
    (ip: Ip) => ![isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast].some((is) => is(ip)),
  );
  env.registerFunction('isCIDR(string): bool', (text: string) => parseCidr(text) !== undefined);
  env.registerFunction('cidr(string): net.CIDR', mustCidr);
  env.registerFunction('string(net.CIDR): string', String);
  env.registerFunction('net.CIDR.containsIP(string): bool', ({ range }: IpRange, ip: string) =>
    cidrContains(range, mustIp(ip).address),
  );
  env.registerFunction('net.CIDR.containsIP(net.IP): bool', ({ range }: IpRange, { address }: Ip) =>
    cidrContains(range, address),
  );
  env.registerFunction('net.CIDR.containsCIDR(string): bool', (outer: IpRange, inner: string) =>
    containsRange(outer, mustCidr(inner)),
  );
  env.registerFunction('net.CIDR.containsCIDR(net.CIDR): bool', containsRange);
  env.registerFunction('net.CIDR.ip(): net.IP', ({ range }: IpRange) => new Ip(range.address));
  env.registerFunction('net.CIDR.masked(): net.CIDR', masked);
  env.registerFunction('net.CIDR.prefixLength(): int', ({ range }: IpRange) => BigInt(range.prefix));
}
