import { encodeUtf8, fnv128a, rememberRecent } from '@seatrial/kernel';
import type { EndpointPort } from './service-pods.js';

/*
 * Both endpoint controllers order ports by a hash of the Go struct's dump (k8s.io/endpointslice/util portsInOrder,
 * pkg/api/v1/endpoints portsByHash), which looks like no order at all.
 */

const hashOf = rememberRecent((dump: string) => fnv128a(encodeUtf8(dump)), 256);

const appProtocolDump = ({ appProtocol }: EndpointPort): string => `AppProtocol:(*string)${appProtocol ?? '<nil>'}}`;

const sliceDump = (one: EndpointPort): string =>
  `(v1.EndpointPort){Name:(*string)${one.name ?? ''} Protocol:(*v1.Protocol)${one.protocol} Port:(*int32)${one.port} ${appProtocolDump(one)}`;

const endpointsDump = (one: EndpointPort): string =>
  `(v1.EndpointPort){Name:(string)${one.name ?? ''} Port:(int32)${one.port} Protocol:(v1.Protocol)${one.protocol} ${appProtocolDump(one)}`;

function inOrder<T extends EndpointPort>(ports: readonly T[], dump: (port: EndpointPort) => string): T[] {
  if (ports.length < 2) return [...ports];
  return ports
    .map((port) => ({ port, hash: hashOf(dump(port)) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .map(({ port }) => port);
}

/** As EndpointSlices list them. */
export const inSliceOrder = <T extends EndpointPort>(ports: readonly T[]): T[] => inOrder(ports, sliceDump);

/** As Endpoints list them. */
export const inEndpointsOrder = <T extends EndpointPort>(ports: readonly T[]): T[] => inOrder(ports, endpointsDump);
