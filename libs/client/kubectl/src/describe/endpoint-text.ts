import type { EndpointSlice } from '@seatrial/apiserver';

const SHOWN = 3;

/** Ready addresses behind a service's port, the first three of them (describe's formatEndpointSlices). */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const shown: string[] = [];
  let more = false;
  let count = 0;
  const add = (endpoint: EndpointSlice['endpoints'][number], port?: number): void => {
    // As in the original, an address after the third counts as more even if it is not ready.
    if (shown.length === SHOWN) more = true;
    if (endpoint.conditions?.ready === false) return;
    const [address] = endpoint.addresses;
    if (!more) shown.push(port === undefined ? address : joinHostPort(address, port));
    count++;
  };
  for (const { ports, endpoints } of slices) {
    if (!ports || ports.length === 0) for (const endpoint of endpoints ?? []) add(endpoint);
    for (const port of ports ?? []) {
      if ((port.name ?? '') !== portName) continue;
      for (const endpoint of endpoints ?? []) add(endpoint, port.port);
    }
  }
  return more ? `${shown.join(',')} + ${String(count - SHOWN)} more...` : shown.join(',');
}

const joinHostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
