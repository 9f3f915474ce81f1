import type { Complaints } from './formats.js';

/** An address as a number, with its family's width in bits. */
export interface IpAddress {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d{1,8}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256n + BigInt(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)?.at(-1);
  if (last?.includes('.')) {
    const v4 = parseIpv4(last);
    if (v4 === undefined) return undefined;
    groups.at(-1)?.splice(-1, 1, (v4 >> 16n).toString(16), (v4 & 0xffffn).toString(16));
  }
  const count = groups.reduce((sum, half) => sum + half.length, 0);
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined;
  const zeros: string[] = Array.from({ length: 8 - count }, () => '0');
  const all = halves.length === 1 ? groups[0] : [...groups[0], ...zeros, ...groups[1]];
  let value = 0n;
  for (const group of all) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    value = value * 65536n + BigInt(`0x${group}`);
  }
  return value;
}

/** As netutils.ParseIPSloppy, to which zeros may lead; undefined when it is no address. */
export function parseIp(text: string): IpAddress | undefined {
  const value = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return value === undefined ? undefined : { value, bits: text.includes(':') ? 128 : 32 };
}

/** The longest run of zero groups, the first of those of one length. */
function zeroRun(groups: readonly string[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [-1, 1];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === '0') end++;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
}

/** An address as text: IPv6 as RFC 5952 has it, without regard to mapped ones. */
export function formatIp({ value, bits }: IpAddress): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - i * 16)) & 0xffffn).toString(16));
  const [start, length] = zeroRun(groups);
  if (start < 0) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

export interface Cidr {
  /** The address as written, not masked. */
  readonly address: IpAddress;
  readonly prefix: number;
}

export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (!address || !/^\d{1,8}$/.test(prefix) || Number(prefix) > address.bits) return undefined;
  return { address, prefix: Number(prefix) };
}

/** Zeros before an octet of a dotted address, or before the length of a range. */
const LEADING_ZERO = /(?:^|[.:])0\d{1,2}(?=\.)|[./]0\d/;

/** As netip.ParseAddr reads it: no zeros lead. */
export const parseStrictIp = (text: string): IpAddress | undefined =>
  LEADING_ZERO.test(text) ? undefined : parseIp(text);

/** As netip.ParsePrefix reads it. */
export const parseStrictCidr = (text: string): Cidr | undefined =>
  LEADING_ZERO.test(text) ? undefined : parseCidr(text);

/** Whether an address lies in a range. */
export function cidrContains(cidr: Cidr, address: IpAddress): boolean {
  const shift = BigInt(cidr.address.bits - cidr.prefix);
  return cidr.address.bits === address.bits && cidr.address.value >> shift === address.value >> shift;
}

export const isValidIp = (text: string): Complaints =>
  parseIp(text) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];

export const isValidCidr = (text: string): Complaints =>
  parseCidr(text) ? [] : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
