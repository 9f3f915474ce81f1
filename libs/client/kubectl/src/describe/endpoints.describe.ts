import type { Endpoints } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** Endpoints: addresses and ports of each subset, events. */
export const endpointsDescribe = defineDescriber<Endpoints>({
  group: '',
  kind: 'Endpoints',
  describe: (endpoints, context) => {
    const w = new DescriptionWriter();
    writeName(w, endpoints);
    writeLabelsAndAnnotations(w, endpoints);
    w.write(0, 'Subsets:\n');
    const addresses = (list: readonly { readonly ip: string }[] | undefined): string =>
      (list ?? []).map(({ ip }) => ip).join(',') || '<none>';
    for (const subset of endpoints.subsets ?? []) {
      w.field('Addresses', addresses(subset.addresses), 1);
      w.field('NotReadyAddresses', addresses(subset.notReadyAddresses), 1);
      if (subset.ports && subset.ports.length > 0) {
        w.write(1, 'Ports:\n');
        w.write(2, 'Name\tPort\tProtocol\n');
        w.write(2, '----\t----\t--------\n');
        for (const { name, port, protocol } of subset.ports)
          w.write(2, `${name || '<unset>'}\t${String(port)}\t${protocol ?? ''}\n`);
      }
      w.write(0, '\n');
    }
    writeEventsOf(w, endpoints, context);
    return w.text();
  },
});
