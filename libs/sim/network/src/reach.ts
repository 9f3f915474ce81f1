import { fail, ok, type DialFailure, type Result } from '@seatrial/kernel';
import { parseIpv4 } from './address.js';
import type { NetworkGraph } from './network-graph.js';
import type { Reached } from './network-fabric.js';
import { NetworkNamespace } from './network-namespace.js';
import { route } from './route.js';

const OUTSIDE = '198.51.100.1';
const CLIENT_PORT = 49_152;

/** Follows one packet at this instant, without a connection and without time passing. */
export function reach(
  graph: NetworkGraph,
  nodeName: string | undefined,
  host: string,
  port: number,
): Result<Reached, DialFailure> {
  const from = graph.nodes.get(nodeName ?? '')?.namespace ?? new NetworkNamespace([OUTSIDE], undefined, undefined);
  const outside = graph.outside.named(host.toLowerCase());
  const address = parseIpv4(host) === undefined ? outside?.address : host;
  if (address === undefined) return fail('name-not-found');
  const found = route(graph, from, address, port, 'TCP');
  if (found.kind === 'failure') return fail(found.failure);
  const connection = {
    remoteAddress: found.clientAddress,
    remotePort: CLIENT_PORT,
    localAddress: found.serverAddress,
    localPort: found.port.port,
  };
  return ok({ service: found.port.service, connection });
}
