import type { KubeObject } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

interface IpAddress extends KubeObject {
  readonly spec?: {
    readonly parentRef?: {
      readonly group?: string;
      readonly resource?: string;
      readonly namespace?: string;
      readonly name?: string;
    };
  };
}

/** IPAddress: the object it belongs to, events. */
export const ipAddressDescribe = defineDescriber<IpAddress>({
  group: 'networking.k8s.io',
  kind: 'IPAddress',
  describe: (address, context) => {
    const w = new DescriptionWriter();
    writeName(w, address, false);
    writeLabelsAndAnnotations(w, address);
    const parent = address.spec?.parentRef;
    if (parent) {
      w.write(0, 'Parent Reference:\n');
      w.field('Group', parent.group ?? '', 1);
      w.field('Resource', parent.resource ?? '', 1);
      w.field('Namespace', parent.namespace ?? '', 1);
      w.field('Name', parent.name ?? '', 1);
    }
    writeEventsOf(w, address, context);
    return w.text();
  },
});
