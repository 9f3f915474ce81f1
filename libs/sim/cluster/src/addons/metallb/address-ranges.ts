import { fail, ok, type Result } from '@seatrial/kernel';
import { formatIpv4, parseCidr, parseIpv4 } from '@seatrial/network';
import { goQuote } from '@seatrial/schema';
import type { IpAddressPool } from './metallb-types.js';

/** IPv4 addresses from the first to the last. */
export interface AddressSpan {
  readonly first: number;
  readonly last: number;
}

/** internal/config ParseCIDR: a CIDR block, or the first and last address of a range; IPv6 is not simulated. */
export function parseAddressSpan(text: string): Result<AddressSpan, string> {
  if (!text.includes('-')) {
    const block = text.includes('/') ? parseCidr(text) : undefined;
    return block
      ? ok({ first: block.first, last: block.first + block.size - 1 })
      : fail(`invalid CIDR ${goQuote(text)}`);
  }
  const at = text.indexOf('-');
  const [from, to] = [text.slice(0, at), text.slice(at + 1)];
  const range = `invalid IP range ${goQuote(text)}`;
  const [first, last] = [parseIpv4(from.trim()), parseIpv4(to.trim())];
  if (first === undefined) return fail(`${range}: invalid start IP ${goQuote(from)}`);
  if (last === undefined) return fail(`${range}: invalid end IP ${goQuote(to)}`);
  return first > last
    ? fail(`${range}: start IP ${goQuote(formatIpv4(first))} is after the end IP ${goQuote(formatIpv4(last))}`)
    : ok({ first, last });
}

const overlaps = (a: AddressSpan, b: AddressSpan): boolean => a.first <= b.last && b.first <= a.last;

/** The first block that net/ipaddr's summary of a span begins with, as the complaint about an overlap shows it. */
function firstBlock({ first, last }: AddressSpan): string {
  let bits = 0;
  while (bits < 32 && first % 2 ** (bits + 1) === 0 && first + 2 ** (bits + 1) - 1 <= last) bits++;
  return `${formatIpv4(first)}/${32 - bits}`;
}

/** Why pools cannot be used together (internal/config poolsFor); undefined when they can. */
export function poolsComplaint(pools: readonly IpAddressPool[]): string | undefined {
  const seen: AddressSpan[] = [];
  for (const { metadata, spec } of pools) {
    const { name } = metadata;
    const of = (why: string): string => `parsing address pool ${name}: ${why}`;
    if (!spec.addresses?.length) return of('pool has no prefixes defined');
    for (const text of spec.addresses) {
      const span = parseAddressSpan(text);
      if (!span.ok) return of(`invalid CIDR ${goQuote(text)} in pool ${goQuote(name)}: ${span.error}`);
      const clash = seen.find((each) => overlaps(each, span.value));
      if (clash)
        return `CIDR ${goQuote(firstBlock(span.value))} in pool ${goQuote(name)} overlaps with already defined CIDR ${goQuote(firstBlock(clash))}`;
      seen.push(span.value);
    }
  }
  return undefined;
}

/** The spans of a pool that is valid. */
export const spansOf = ({ spec }: IpAddressPool): AddressSpan[] =>
  (spec.addresses ?? []).flatMap((text) => {
    const span = parseAddressSpan(text);
    return span.ok ? [span.value] : [];
  });
