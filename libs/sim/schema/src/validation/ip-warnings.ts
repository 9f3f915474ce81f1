import type { FieldPath } from './field-path.js';
import { formatIp, parseCidr, parseIp, type Cidr, type IpAddress } from './ip-address.js';

const MAPPED = 0xffffn;
/** Octets or lengths with zeros before them, which newer parsers refuse. */
const LEADING_ZERO = /(?:^|[./])0\d/;

const isMapped = ({ value, bits }: IpAddress): boolean => bits === 128 && value >> 32n === MAPPED;

/** An address as Go's net.IP prints it. */
export const ipText = (address: IpAddress): string =>
  formatIp(isMapped(address) ? { value: address.value & 0xffffffffn, bits: 32 } : address);

function masked({ address, prefix }: Cidr): IpAddress {
  const shift = BigInt(address.bits - prefix);
  return { ...address, value: (address.value >> shift) << shift };
}

const at = (path: FieldPath | string): string => (typeof path === 'string' ? path : path.toString());

const FUTURE = 'will be considered invalid in a future Kubernetes release';

/** What is said of an address in a form of the past (apimachinery/pkg/util/validation GetWarningsForIP). */
export function ipWarnings(path: FieldPath | string, text: string): string[] {
  const address = parseIp(text);
  if (!address) return [];
  const value = ipText(address);
  if (isMapped(address) || LEADING_ZERO.test(text))
    return [`${at(path)}: non-standard IP address "${text}" ${FUTURE}: use "${value}"`];
  if (address.bits === 128 && value !== text)
    return [`${at(path)}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${value}")`];
  return [];
}

/** The same of a range, and of one with bits set beyond its length (GetWarningsForCIDR). */
export function cidrWarnings(path: FieldPath | string, text: string): string[] {
  const cidr = parseCidr(text);
  if (!cidr) return [];
  const { address, prefix } = cidr;
  const warnings: string[] = [];
  const net = masked(cidr);
  const range = `${ipText(net)}/${prefix}`;
  if (net.value !== address.value)
    warnings.push(
      `${at(path)}: CIDR value "${text}" is ambiguous in this context (should be "${range}" or "${ipText(address)}/${address.bits}"?)`,
    );
  if (isMapped(address) || LEADING_ZERO.test(text))
    warnings.push(`${at(path)}: non-standard CIDR value "${text}" ${FUTURE}: use "${range}"`);
  const canonical = `${ipText(address)}/${prefix}`;
  if (warnings.length === 0 && address.bits === 128 && canonical !== text)
    warnings.push(`${at(path)}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${canonical}")`);
  return warnings;
}

/** What is wrong with a range where the strict form is asked for (IsValidCIDR). */
export function strictCidrComplaints(text: string): string[] {
  const cidr = parseCidr(text);
  if (!cidr) return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
  if (LEADING_ZERO.test(text)) return ['must not have leading 0s in IP or prefix length'];
  if (isMapped(cidr.address)) return ['must not have an IPv4-mapped IPv6 address'];
  const net = masked(cidr);
  if (net.value !== cidr.address.value) return ['must not have bits set beyond the prefix length'];
  const canonical = `${ipText(net)}/${cidr.prefix}`;
  return canonical === text ? [] : [`must be in canonical form ("${canonical}")`];
}
