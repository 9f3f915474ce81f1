import { LIMIT_RANGES, RESOURCE_QUOTAS, type Namespace } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { required } from './describe-context.js';
import { defineDescriber } from './describer.js';
import { writeLimits } from './limit-range.describe.js';
import { rfc1123, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { quotaLines, writeScopes } from './resource-quota.describe.js';
import { DescriptionWriter } from './tabbed-text.js';

/** Namespace: phase and conditions, its quotas and limit ranges. */
export const namespaceDescribe = defineDescriber<Namespace>({
  group: '',
  kind: 'Namespace',
  describe: (namespace, context) => {
    const { name } = namespace.metadata;
    const quotas = [...required(context.list(RESOURCE_QUOTAS, name))];
    const ranges = required(context.list(LIMIT_RANGES, name));
    const w = new DescriptionWriter();
    writeName(w, namespace, false);
    writeLabelsAndAnnotations(w, namespace);
    w.field('Status', namespace.status?.phase ?? '');
    writeConditions(w, namespace);
    w.write(0, '\n');
    w.write(0, quotas.length === 0 ? 'No resource quota.\n' : 'Resource Quotas\n');
    for (const quota of quotas.sort((a, b) => compareStrings(a.metadata.name, b.metadata.name))) {
      w.field('Name', quota.metadata.name, 1);
      writeScopes(w, quota, 1, '* ');
      w.write(1, 'Resource\tUsed\tHard\n');
      w.write(1, '--------\t---\t---\n');
      for (const line of quotaLines(quota, false)) w.write(1, line);
    }
    w.write(0, '\n');
    if (ranges.length === 0) w.write(0, 'No LimitRange resource.\n');
    else {
      const title = 'Resource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit';
      w.write(0, `${title}\tMax Limit/Request Ratio\n`);
      w.write(0, ' ----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n');
    }
    for (const range of ranges) writeLimits(w, range, ' ');
    return w.text();
  },
});

function writeConditions(w: DescriptionWriter, namespace: Namespace): void {
  const conditions = namespace.status?.conditions ?? [];
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n');
  w.write(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage\n');
  w.write(1, '----\t------\t------------------\t------\t-------\n');
  for (const { type, status, lastTransitionTime, reason = '', message = '' } of conditions)
    w.write(1, `${type}\t${status}\t${rfc1123(lastTransitionTime)}\t${reason}\t${message}\n`);
}
