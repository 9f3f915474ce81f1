import type { KubeObject } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { rfc1123, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

interface ServiceCidr extends KubeObject {
  readonly spec?: { readonly cidrs?: readonly string[] };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** ServiceCIDR: its ranges and conditions, events. */
export const serviceCidrDescribe = defineDescriber<ServiceCidr>({
  group: 'networking.k8s.io',
  kind: 'ServiceCIDR',
  describe: (range, context) => {
    const w = new DescriptionWriter();
    writeName(w, range, false);
    writeLabelsAndAnnotations(w, range);
    w.field('CIDRs', (range.spec?.cidrs ?? []).join(', '));
    const conditions = range.status?.conditions ?? [];
    if (conditions.length > 0) {
      w.write(0, 'Status:\n');
      w.write(0, 'Conditions:\n');
      w.write(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage\n');
      w.write(1, '----\t------\t------------------\t------\t-------\n');
    }
    for (const { type, status, lastTransitionTime, reason = '', message = '' } of conditions)
      w.write(1, `${type}\t${status}\t${rfc1123(lastTransitionTime)}\t${reason}\t${message}\n`);
    writeEventsOf(w, range, context);
    return w.text();
  },
});
