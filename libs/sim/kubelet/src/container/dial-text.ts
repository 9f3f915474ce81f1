/** Go's text of a TCP connection that did not come about. */
export function dialText(failure: string, address: string): string {
  if (failure === 'refused') return `dial tcp ${address}: connect: connection refused`;
  if (failure === 'host-unreachable') return `dial tcp ${address}: connect: no route to host`;
  if (failure === 'network-unreachable') return `dial tcp ${address}: connect: network is unreachable`;
  return `dial tcp ${address}: i/o timeout`;
}
