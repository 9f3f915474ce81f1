import type { EndpointSlice } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** EndpointSlice: ports and endpoints, events. */
export const endpointSliceDescribe = defineDescriber<EndpointSlice>({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  describe: (slice, context) => {
    const w = new DescriptionWriter();
    writeName(w, slice);
    writeLabelsAndAnnotations(w, slice);
    w.field('AddressType', slice.addressType);
    if (!slice.ports || slice.ports.length === 0) w.write(0, 'Ports: <unset>\n');
    else {
      w.write(0, 'Ports:\n');
      w.write(1, 'Name\tPort\tProtocol\n');
      w.write(1, '----\t----\t--------\n');
      for (const { name, port, protocol } of slice.ports)
        w.write(1, `${name || '<unset>'}\t${String(port ?? '<unset>')}\t${protocol ?? ''}\n`);
    }
    if (!slice.endpoints || slice.endpoints.length === 0) w.write(0, 'Endpoints: <none>\n');
    else {
      w.write(0, 'Endpoints:\n');
      for (const endpoint of slice.endpoints) writeEndpoint(w, endpoint);
    }
    writeEventsOf(w, slice, context);
    return w.text();
  },
});

function writeEndpoint(w: DescriptionWriter, endpoint: EndpointSlice['endpoints'][number]): void {
  w.field('- Addresses', endpoint.addresses.join(', ') || '<none>', 1);
  w.write(2, 'Conditions:\n');
  w.field('Ready', endpoint.conditions?.ready ?? '<unset>', 3);
  w.field('Hostname', endpoint.hostname ?? '<unset>', 2);
  const target = endpoint.targetRef;
  if (target) w.field('TargetRef', `${target.kind ?? ''}/${target.name ?? ''}`, 2);
  w.field('NodeName', endpoint.nodeName ?? '<unset>', 2);
  w.field('Zone', endpoint.zone ?? '<unset>', 2);
}
