import {
  cidrContains,
  fieldErrors,
  parseCidr,
  parseIp,
  type Cidr,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';

const LOOPBACK = [parseCidr('127.0.0.0/8'), parseCidr('::1/128')] as Cidr[];
const LINK_LOCAL = [parseCidr('169.254.0.0/16'), parseCidr('fe80::/10')] as Cidr[];
const MULTICAST = [parseCidr('224.0.0.0/24'), parseCidr('ff02::/10')] as Cidr[];

/** Addresses that cannot be a destination: of endpoints, slices and external IPs (apis/core/validation ValidateEndpointIP). */
export function validateEndpointIp(at: FieldPath, text: string): FieldError[] {
  const ip = parseIp(text);
  if (!ip) return [fieldErrors.invalid(at, text, 'must be a valid IP address')];
  const within = (ranges: readonly Cidr[]): boolean => ranges.some((range) => cidrContains(range, ip));
  const errors: FieldError[] = [];
  const refuse = (why: string): void => {
    errors.push(fieldErrors.invalid(at, text, why));
  };
  if (ip.value === 0n) refuse(`may not be unspecified (${text})`);
  if (within(LOOPBACK)) refuse('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (within(LINK_LOCAL)) refuse('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (within(MULTICAST)) refuse('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  return errors;
}
