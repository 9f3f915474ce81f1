import { INGRESSES, type ApiServer, type Ingress } from '@seatrial/apiserver';
import { compareStrings, jsonEqual } from '@seatrial/kernel';

/** An address in an Ingress' or Service's status. */
export interface StatusAddress {
  readonly ip?: string;
  readonly hostname?: string;
}

const textOf = ({ ip, hostname }: StatusAddress): string => ip ?? hostname ?? '';

/** An address as status holds it. */
export const statusAddress = (text: string): StatusAddress =>
  /^[\d.]+$/.test(text) ? { ip: text } : { hostname: text };

const sorted = (addresses: readonly StatusAddress[]): StatusAddress[] =>
  [...addresses].sort((a, b) => compareStrings(textOf(a), textOf(b)));

/** Whether an Ingress shows these addresses. */
export function showsAddresses(ingress: Ingress, addresses: readonly StatusAddress[]): boolean {
  const shown = (ingress.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ({
    ...(ip !== undefined && { ip }),
    ...(hostname !== undefined && { hostname }),
  }));
  return jsonEqual(sorted(shown), sorted(addresses));
}

/** Writes addresses into an Ingress' status. */
export function writeAddresses(
  apiServer: ApiServer,
  component: string,
  ingress: Ingress,
  addresses: readonly StatusAddress[],
): void {
  const loadBalancer = addresses.length === 0 ? {} : { ingress: sorted(addresses) };
  apiServer.client(component).updateStatus(INGRESSES, { ...ingress, status: { loadBalancer } });
}
