import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { FieldPath, fieldErrors, formatIp, isDns1123Subdomain, parseCidr, type FieldError } from '@seatrial/schema';
import { objectAt, textAt } from './default-configuration.js';

const LEAST_SERVICE_ADDRESSES = 10n;
const LEAST_POD_ADDRESSES = 14n;
const MOST_SERVICE_BITS = 20;
const NODE_MASK = 24;
const NODE_MASK_IPV6 = 64;
const MOST_MASK_DIFFERENCE = 16;

const { invalid } = fieldErrors;

/** A complaint where something is wrong. */
export const when = (isWrong: boolean, error: FieldError): FieldError[] => (isWrong ? [error] : []);

/** The ranges of a subnet field, masked; undefined when one is none. */
function rangesOf(subnet: string) {
  const ranges = subnet.split(',').map((each) => {
    const cidr = parseCidr(each);
    if (!cidr) return undefined;
    const { bits, value } = cidr.address;
    const width = BigInt(bits - cidr.prefix);
    const text = `${formatIp({ bits, value: (value >> width) << width })}/${cidr.prefix}`;
    return { bits, prefix: cidr.prefix, addresses: 1n << width, text };
  });
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

function subnetProblems(subnet: string, least: bigint, path: FieldPath): FieldError[] {
  const ranges = rangesOf(subnet);
  if (!ranges) return [invalid(path, subnet, "couldn't parse subnet")];
  const families = new Set(ranges.map(({ bits }) => bits));
  return [
    ...when(
      ranges.length > 2 || families.size < ranges.length,
      invalid(path, subnet, 'expected one (IPv4 or IPv6) CIDR or two CIDRs from each family for dual-stack networking'),
    ),
    ...ranges.flatMap(({ addresses, text }) =>
      when(
        addresses < least,
        invalid(path, text, `subnet with ${addresses} address(es) is too small, the minimum is ${least}`),
      ),
    ),
  ];
}

function nodeMaskProblems(cluster: JsonObject, subnet: string, path: FieldPath): FieldError[] {
  const args = objectAt(cluster, 'controllerManager').extraArgs;
  const argument = (name: string): string =>
    (Array.isArray(args) ? args : [])
      .filter(isJsonObject)
      .reduce((last, each) => (each.name === name ? textAt(each, 'value') : last), '');
  if (argument('allocate-node-cidrs') === 'false') return [];
  return (rangesOf(subnet) ?? []).flatMap(({ bits, prefix, text }) => {
    const given = argument(`node-cidr-mask-size-ipv${bits === 32 ? 4 : 6}`);
    const mask = Number(given) || (bits === 32 ? NODE_MASK : NODE_MASK_IPV6);
    if (prefix > mask)
      return [
        invalid(
          path,
          text,
          `the size of pod subnet with mask ${prefix} is smaller than the size of node subnet with mask ${mask}`,
        ),
      ];
    const detail = `pod subnet mask (${prefix}) and node-mask (${mask}) difference is greater than ${MOST_MASK_DIFFERENCE}`;
    return when(mask - prefix > MOST_MASK_DIFFERENCE, invalid(path, text, detail));
  });
}

/** What is wrong with a cluster's subnets and domain (ValidateNetworking, v1.35.4). */
export function networkingProblems(cluster: JsonObject): FieldError[] {
  const networking = objectAt(cluster, 'networking');
  const [domain, services, pods] = ['dnsDomain', 'serviceSubnet', 'podSubnet'].map((name) => textAt(networking, name));
  const at = (name: string): FieldPath => FieldPath.root('networking', name);
  const large = (rangesOf(services) ?? []).flatMap(({ bits, prefix, text }) =>
    when(
      bits - prefix > MOST_SERVICE_BITS,
      invalid(
        at('serviceSubnet'),
        text,
        `specified service subnet is too large; for ${bits}-bit addresses, the mask must be >= ${bits - MOST_SERVICE_BITS}`,
      ),
    ),
  );
  return [
    ...isDns1123Subdomain(domain).map((complaint) => invalid(at('dnsDomain'), domain, complaint)),
    ...subnetProblems(services, LEAST_SERVICE_ADDRESSES, at('serviceSubnet')),
    ...large,
    ...(pods === '' ? [] : subnetProblems(pods, LEAST_POD_ADDRESSES, at('podSubnet'))),
    ...(pods === '' ? [] : nodeMaskProblems(cluster, pods, at('podSubnet'))),
  ];
}
