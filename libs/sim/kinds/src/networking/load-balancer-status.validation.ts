import { FieldPath, fieldErrors, isDns1123Subdomain, isValidIp, parseIp, type FieldError } from '@seatrial/schema';
import { complain } from '../validation/fields.js';

/** An address of a Service's or an Ingress' load balancer. */
interface BalancerAddress {
  readonly ip?: string;
  readonly hostname?: string;
  readonly ipMode?: string;
}

const INGRESS = FieldPath.root('status', 'loadBalancer', 'ingress');

function ipMode({ ip, ipMode: mode }: BalancerAddress, at: FieldPath): FieldError[] {
  if (mode === undefined) return ip ? [fieldErrors.required(at, 'must be specified when `ip` is set')] : [];
  if (!ip) return [fieldErrors.forbidden(at, 'may not be specified when `ip` is not set')];
  return ['Proxy', 'VIP'].includes(mode) ? [] : [fieldErrors.notSupported(at, mode, ['Proxy', 'VIP'])];
}

/**
 * The addresses that a load balancer is said to have (core ValidateLoadBalancerStatus, networking
 * ValidateIngressLoadBalancerStatus); `modes`: whether they have an ipMode.
 */
export function validateLoadBalancerStatus(status: unknown, modes: boolean): FieldError[] {
  const balancer = (status as { loadBalancer?: { ingress?: readonly BalancerAddress[] } } | undefined)?.loadBalancer;
  return (balancer?.ingress ?? []).flatMap((address, index) => {
    const at = INGRESS.index(index);
    const { ip = '', hostname = '' } = address;
    const name = at.child('hostname');
    return [
      ...(ip === '' ? [] : complain(at.child('ip'), ip, isValidIp(ip))),
      ...(modes ? ipMode(address, at.child('ipMode')) : []),
      ...(hostname === '' ? [] : complain(name, hostname, isDns1123Subdomain(hostname))),
      ...(parseIp(hostname) ? [fieldErrors.invalid(name, hostname, 'must be a DNS name, not an IP address')] : []),
    ];
  });
}

/** The same of a Service, which has such addresses only while its type is LoadBalancer. */
export function validateServiceStatus(type: string | undefined, status: unknown): FieldError[] {
  const { loadBalancer } = (status ?? {}) as { loadBalancer?: { ingress?: readonly unknown[] } };
  return type !== 'LoadBalancer' && (loadBalancer?.ingress ?? []).length > 0
    ? [fieldErrors.forbidden(INGRESS, "may only be used when `spec.type` is 'LoadBalancer'")]
    : validateLoadBalancerStatus(status, true);
}
