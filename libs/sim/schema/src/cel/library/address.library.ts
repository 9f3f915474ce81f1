import { goQuote } from '@seatrial/kernel';
import {
  cidrContains,
  formatIp,
  parseStrictCidr,
  parseStrictIp,
  type Cidr,
  type IpAddress,
} from '../../validation/ip-address.js';
import { NO_OVERLOAD } from '../evaluate/compare.js';
import { CelError, CelNative, type CelValue } from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';

/* Addresses and ranges (k8s.io/apiserver/pkg/cel/library ip.go, cidr.go). */

class Ip extends CelNative {
  readonly typeName = 'net.IP';
  constructor(readonly address: IpAddress) {
    super();
  }
  override get size(): number {
    return this.address.bits / 8;
  }
  equals(other: CelNative): boolean {
    return (
      other instanceof Ip && other.address.bits === this.address.bits && other.address.value === this.address.value
    );
  }
  toString(): string {
    return formatIp(this.address);
  }
}

class IpRange extends CelNative {
  readonly typeName = 'net.CIDR';
  constructor(readonly range: Cidr) {
    super();
  }
  override get size(): number {
    return Math.ceil(this.range.prefix / 8);
  }
  equals(other: CelNative): boolean {
    return other instanceof IpRange && other.toString() === this.toString();
  }
  toString(): string {
    return `${formatIp(this.range.address)}/${this.range.prefix}`;
  }
}

const V4_FIELD_ERRORS: readonly (readonly [test: (fields: readonly string[]) => boolean, message: string])[] = [
  [(fields) => fields.some((field) => field === ''), 'IPv4 field must have at least one digit'],
  [(fields) => fields.some((field) => /^0\d/.test(field)), 'IPv4 field has octet with leading zero'],
  [(fields) => fields.some((field) => Number(field) > 255), 'IPv4 field has value >255'],
  [(fields) => fields.length < 4, 'IPv4 address too short'],
  [(fields) => fields.length > 4, 'IPv4 address too long'],
];

/** What netip.ParseAddr says of a text that is no address. */
function addressComplaint(text: string): string {
  const mark = /[.:%]/.exec(text)?.[0];
  if (mark === undefined) return 'unable to parse IP';
  if (mark === '%') return 'missing IPv6 address';
  if (mark === '.') {
    const strange = /[^\d.]/.exec(text);
    if (strange) return `unexpected character (at ${goQuote(text.slice(strange.index))})`;
    const empty = /^\.|\.\./.exec(text);
    if (empty)
      return `IPv4 field must have at least one digit (at ${goQuote(text.slice(empty.index + empty[0].length - 1))})`;
    return V4_FIELD_ERRORS.find(([test]) => test(text.split('.')))?.[1] ?? 'unable to parse IP';
  }
  return addressV6Complaint(text);
}

function addressV6Complaint(text: string): string {
  const strange = /[^0-9a-fA-F:.]/.exec(text);
  if (strange) {
    const start = text.lastIndexOf(':', strange.index) + 1;
    if (start === strange.index)
      return `each colon-separated field must have at least one digit (at ${goQuote(text.slice(start))})`;
    return `unexpected character, want colon (at ${goQuote(text.slice(strange.index))})`;
  }
  const long = /[0-9a-fA-F]{5,}/.exec(text);
  if (long) return `each group must have 4 or less digits (at ${goQuote(text.slice(long.index))})`;
  const groups = text.split(':');
  if ((text.match(/::/g) ?? []).length > 1)
    return `multiple :: in address (at ${goQuote(text.slice(text.lastIndexOf('::') + 1))})`;
  if (!text.includes('::') && groups.length < 8) return 'address string too short';
  return groups.length > 8
    ? `trailing garbage after address (at ${goQuote(groups.slice(8).join(':'))})`
    : 'unable to parse IP';
}

const isMapped = ({ value, bits }: IpAddress): boolean => bits === 128 && value >> 32n === 0xffffn;

function readIp(text: string): Ip | CelError {
  if (text.includes('%') && text.includes(':') && parseStrictIp(text.split('%')[0]))
    return new CelError(`IP address ${goQuote(text)} with zone value is not allowed`);
  const address = parseStrictIp(text);
  if (!address)
    return new CelError(
      `IP Address ${goQuote(text)} parse error during conversion from string: ParseAddr(${goQuote(text)}): ${addressComplaint(text)}`,
    );
  if (isMapped(address)) return new CelError(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`);
  return new Ip(address);
}

const RANGE_ERROR = 'network address parse error during conversion from string: ';

function prefixComplaint(text: string): string {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return "no '/'";
  const address = text.slice(0, slash);
  const parsed = parseStrictIp(address);
  if (!parsed) return `ParseAddr(${goQuote(address)}): ${addressComplaint(address)}`;
  const bits = text.slice(slash + 1);
  return /^(0|[1-9]\d{0,2})$/.test(bits) ? 'prefix length out of range' : `bad bits after slash: ${goQuote(bits)}`;
}

function readRange(text: string): IpRange | CelError {
  const range = parseStrictCidr(text);
  if (!range)
    return new CelError(`${RANGE_ERROR}${RANGE_ERROR}netip.ParsePrefix(${goQuote(text)}): ${prefixComplaint(text)}`);
  if (isMapped(range.address))
    return new CelError(`${RANGE_ERROR}IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`);
  return new IpRange(range);
}

const within =
  (...ranges: readonly string[]) =>
  ({ address }: Ip): boolean =>
    ranges.some((text) => {
      const range = parseStrictCidr(text);
      return range !== undefined && cidrContains(range, address);
    });

const isUnspecified = within('0.0.0.0/32', '::/128');
const isLoopback = within('127.0.0.0/8', '::1/128');
const isLinkLocalMulticast = within('224.0.0.0/24', 'ff02::/16');
const isLinkLocalUnicast = within('169.254.0.0/16', 'fe80::/10');
const isMulticast = within('224.0.0.0/4', 'ff00::/8');
const isBroadcast = within('255.255.255.255/32');
const NOT_GLOBAL = [isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast];

function masked({ range }: IpRange): IpRange {
  const shift = BigInt(range.address.bits - range.prefix);
  return new IpRange({ ...range, address: { ...range.address, value: (range.address.value >> shift) << shift } });
}

const containsIp = (range: IpRange, ip: Ip | CelError): CelValue =>
  ip instanceof Ip ? cidrContains(range.range, ip.address) : NO_OVERLOAD;

const containsRange = (outer: IpRange, inner: IpRange | CelError): CelValue =>
  inner instanceof IpRange
    ? inner.range.prefix >= outer.range.prefix && cidrContains(outer.range, inner.range.address)
    : inner;

export const addressLibrary: CelLibrary = {
  cidr_contains_cidr: implement(containsRange),
  cidr_contains_cidr_string: implement((range: IpRange, text: string) => containsRange(range, readRange(text))),
  cidr_contains_ip_ip: implement(containsIp),
  cidr_contains_ip_string: implement((range: IpRange, text: string) => containsIp(range, readIp(text))),
  cidr_ip: implement(({ range }: IpRange) => new Ip(range.address)),
  cidr_masked: implement(masked),
  cidr_prefix_length: implement(({ range }: IpRange) => BigInt(range.prefix)),
  ip_family: implement(({ address }: Ip) => (address.bits === 32 ? 4n : 6n)),
  ip_is_canonical: implement((text: string) => {
    const ip = readIp(text);
    return ip instanceof Ip ? ip.toString() === text : ip;
  }),
  ip_is_global_unicast: implement((ip: Ip) => !NOT_GLOBAL.some((is) => is(ip))),
  ip_is_link_local_multicast: implement(isLinkLocalMulticast),
  ip_is_link_local_unicast: implement(isLinkLocalUnicast),
  ip_is_loopback: implement(isLoopback),
  ip_is_unspecified: implement(isUnspecified),
  is_cidr: implement((text: string) => readRange(text) instanceof IpRange),
  is_ip: implement((text: string) => readIp(text) instanceof Ip),
  string_to_cidr: implement(readRange),
  string_to_ip: implement(readIp),
};
