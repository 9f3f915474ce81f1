import { formatIpv4, parseCidr } from '@seatrial/network';

/** Whether a text is an IPv4 subnet that begins where it says, with a prefix of so many bits at the most. */
export function isSubnet(text: string, longestPrefix: number): boolean {
  const range = parseCidr(text);
  const [address, length] = text.split('/');
  return range !== undefined && formatIpv4(range.first) === address && Number(length ?? '32') <= longestPrefix;
}
